"""Links between articles: what ``[[titles]]`` lead to, and the rows that remember it."""

from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlencode, urlsplit
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.urls import Resolver404, resolve, reverse

from kb.articles.models import Article, ArticleLink
from kb.engagement.mentions import resolve_mentions
from kb.files.models import Attachment
from kb.text.markdown import References, Rendered, Target, Targets, render_markdown

# A new page fills the links that waited for its title; more than this wait for their next save.
WAITING_MAX = 50


def resolver_for(article: Article | None) -> Callable[[References], Targets]:
    """Finds pages, topics and people that a text names. A page that was renamed is still found
    from the ``article`` that linked to it."""

    def resolve_all(references: References) -> Targets:
        mentions = resolve_mentions(references)
        pages = pages_titled(references.pages, article)
        return Targets(
            pages={
                title: Target(pages[title].get_absolute_url(), title)
                if title in pages
                else Target(address_to_write(title), title, is_missing=True)
                for title in references.pages
            },
            topics=mentions.topics,
            people=mentions.people,
        )

    return resolve_all


def pages_titled(titles: Iterable[str], source: Article | None) -> dict[str, Article]:
    """The visible articles of these titles; of several the published and newest one."""
    wanted = set(titles)
    if not wanted:
        return {}
    found: dict[str, Article] = {}
    if source is not None and source.pk:
        remembered = source.links.filter(words__in=wanted, target__deleted_at__isnull=True)
        found = {
            link.words: link.target for link in remembered.select_related("target") if link.target
        }
    named = Article.objects.visible().filter(title__in=wanted).order_by("updated_at", "pk")
    drafts = {page.title: page for page in named if page.status != Article.Status.PUBLISHED}
    published = {page.title: page for page in named if page.status == Article.Status.PUBLISHED}
    return found | drafts | published


def address_to_write(title: str) -> str:
    """Where a page of that title is begun."""
    return f"{reverse('write')}?{urlencode({'title': title})}"


def render_body(article: Article) -> Rendered:
    """The article's body as HTML, with everything it names linked."""
    return render_markdown(article.body, resolve=resolver_for(article))


def write_links(article: Article, rendered: Rendered) -> None:
    """Makes the rows of links those of the text, and takes the files it shows under its roof."""
    pages = pages_titled(rendered.references.pages, article)
    rows = {
        (pages[title].pk if title in pages else None, title[:300])
        for title in rendered.references.pages
    }
    rows |= {(number, "") for number in _article_numbers(rendered.addresses)}
    rows = {row for row in rows if row[0] != article.pk}
    article.links.all().delete()
    ArticleLink.objects.bulk_create(
        ArticleLink(source=article, target_id=target, words=words)
        for target, words in sorted(rows, key=str)
    )
    _adopt_files(article, rendered.addresses)


def waiting_for(article: Article) -> list[Article]:
    """Articles that name this one's title and found no page when they were saved."""
    links = ArticleLink.objects.filter(
        target__isnull=True, words=article.title, source__deleted_at__isnull=True
    ).exclude(source=article)
    return [link.source for link in links.select_related("source")[:WAITING_MAX]]


def _article_numbers(addresses: Iterable[str]) -> set[int]:
    numbers = {_number_in(address) for address in addresses} - {0}
    return set(Article.objects.visible().filter(pk__in=numbers).values_list("pk", flat=True))


def _number_in(address: str) -> int:
    """The number of the article that an address of ours leads to, else 0."""
    match = _match(address)
    return int(match["pk"]) if match is not None and "pk" in match else 0


def _match(address: str, view: str = "article_detail") -> dict[str, str] | None:
    if not address.startswith("/") or address.startswith("//"):
        return None
    try:
        match = resolve(unquote(urlsplit(address).path))
    except (Resolver404, ValueError):
        return None
    return match.kwargs if match.url_name == view else None


def _adopt_files(article: Article, addresses: Iterable[str]) -> None:
    """Files pasted while writing hang on nothing until the text that shows them is saved."""
    keys = [
        match["key"] for address in addresses if (match := _match(address, "attachment_download"))
    ]
    if keys:
        Attachment.objects.filter(
            key__in=[UUID(str(key)) for key in keys], object_id__isnull=True
        ).update(content_type=ContentType.objects.get_for_model(Article), object_id=article.pk)
