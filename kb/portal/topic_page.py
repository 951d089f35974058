"""A topic's page and the list of topics, gathered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F

from customers.models import Touch, Voice
from kb.articles.models import Article, Book
from kb.communities.models import Community
from kb.experts.ranking import WhoKnows
from kb.meetings.models import Decision
from kb.portal import callings
from kb.portal.lines import BODY, Line, article_line, people_of, touch_line
from kb.portal.models import FirstRead
from kb.search.engine import who_knows
from kb.topics.models import Topic, TopicItem
from people.models import AskMe, Person
from people.querysets import attach_departments

LIST_MAX = 5
FIRST_READS_MAX = 5
RELATED_MAX = 8
KNOWERS_MAX = 5


@dataclass
class TopicBranch:
    """A topic with those below it and how many records carry it."""

    topic: Topic
    record_count: int = 0
    children: list["TopicBranch"] = field(default_factory=list)


@dataclass(frozen=True)
class FirstReads:
    """「まず読む」; ``is_chosen`` tells whether a steward chose them or they are the confirmed manuals."""

    lines: Sequence[Line]
    is_chosen: bool


@dataclass(frozen=True)
class TopicPage:
    """Everything on the page, loaded."""

    topic: Topic
    ancestors: Sequence[Topic]
    children: Sequence[Topic]
    stewards: Sequence[Person]
    who: WhoKnows
    offers: Sequence[AskMe]
    first_reads: FirstReads
    articles: Sequence[tuple[str, Sequence[Line]]]
    decisions: Sequence[Decision]
    touches: Sequence[Line]
    voices: Sequence[Voice]
    communities: Sequence[callings.Calling]
    books: Sequence[Book]
    related: Sequence[Topic]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been written about the topic yet."""
        written = (self.articles, self.decisions, self.touches, self.voices, self.communities)
        return not any(written)


def topic_page(topic: Topic) -> TopicPage:
    """The page of a topic that is in use."""
    who = who_knows(topic=topic, limit=KNOWERS_MAX)
    known = {knower.person.pk for knower in who.people}
    first_reads = _first_reads(topic)
    articles = _articles(topic, first_reads)
    touches = _touches(topic)
    communities = callings.load(
        Community.objects.visible().filter(topics=topic).order_by("state", "-updated_at")[:LIST_MAX]
    )
    stewards = [row.person for row in topic.stewards.select_related("person")]
    offers = [offer for offer in _offers(topic) if offer.person_id not in known]
    attach_departments(
        [
            *people_of(first_reads.lines, touches, *(lines for _label, lines in articles), offers),
            *stewards,
            *callings.faces(communities),
        ]
    )
    return TopicPage(
        topic=topic,
        ancestors=ancestors_of(topic),
        children=list(topic.children.visible()),
        stewards=[person for person in stewards if person.is_active],
        who=who,
        offers=offers,
        first_reads=first_reads,
        articles=articles,
        decisions=_decisions(topic),
        touches=touches,
        voices=_voices(topic),
        communities=callings.with_members(communities),
        books=_books(topic),
        related=related_topics(topic),
    )


def _offers(topic: Topic) -> list[AskMe]:
    """「聞いてください」 of colleagues who have not set the topic aside."""
    offers = topic.ask_me.filter(person__is_active=True).exclude(person__stances__topic=topic)
    return list(offers.select_related("person"))


def ancestors_of(topic: Topic) -> list[Topic]:
    """From the top to the one above; a circle is left at its first repetition."""
    found: list[Topic] = []
    above = topic.parent
    while above is not None and above.pk != topic.pk and above not in found:
        found.insert(0, above)
        above = above.parent
    return found


def _first_reads(topic: Topic) -> FirstReads:
    chosen = [
        row.article
        for row in FirstRead.objects.filter(
            topic=topic, article__deleted_at=None, article__status=Article.Status.PUBLISHED
        )
        .select_related("article__author")
        .defer(*(f"article__{name}" for name in BODY))[:FIRST_READS_MAX]
    ]
    if chosen:
        return FirstReads([article_line(article) for article in chosen], is_chosen=True)
    manuals = (
        Article.objects.published()
        .about(topic)
        .of_kind(Article.Kind.MANUAL, Article.Kind.RULE)
        .select_related("author", "manual")
        .defer(*BODY)
        .order_by(
            F("manual__is_official").desc(nulls_last=True),
            F("confirmed_at").desc(nulls_last=True),
            "-updated_at",
        )[:LIST_MAX]
    )
    trusted = [article for article in manuals if _is_trusted(article)]
    return FirstReads([article_line(article) for article in trusted[:3]], is_chosen=False)


def _is_trusted(article: Article) -> bool:
    manual = getattr(article, "manual", None)
    return article.confirmed_at is not None or bool(manual and manual.is_official)


def _articles(topic: Topic, first_reads: FirstReads) -> list[tuple[str, Sequence[Line]]]:
    """Rules, manuals, questions, then the rest: a heading's words and the lines below it.

    What stands under まず読む is not repeated.
    """
    above = {line.url for line in first_reads.lines}
    articles = list(
        Article.objects.published()
        .about(topic)
        .select_related("author")
        .defer(*BODY)
        .order_by("-updated_at", "-pk")[: LIST_MAX * 12]
    )
    groups: list[tuple[str, Sequence[Line]]] = []
    for kind in (
        Article.Kind.RULE,
        Article.Kind.MANUAL,
        Article.Kind.QUESTION,
        Article.Kind.NOTE,
        Article.Kind.MINUTES,
    ):
        lines = [
            article_line(article, shows_kind=False)
            for article in articles
            if article.kind == kind and article.get_absolute_url() not in above
        ]
        if lines:
            groups.append((str(kind.label), lines[:LIST_MAX]))
    return groups


def _decisions(topic: Topic) -> list[Decision]:
    decisions = Decision.objects.visible().filter(topics=topic).select_related("meeting__series")
    return list(decisions.order_by("-decided_on", "-pk")[:LIST_MAX])


def _touches(topic: Topic) -> list[Line]:
    touches = (
        Touch.objects.visible()
        .filter(topics=topic)
        .select_related("customer", "author")
        .order_by("-happened_at", "-pk")[:LIST_MAX]
    )
    return [touch_line(touch) for touch in touches]


def _voices(topic: Topic) -> list[Voice]:
    """Voices of touches or themes about the topic."""
    by_theme = (
        Voice.objects.visible().order_by().filter(theme__topics=topic, theme__merged_into=None)
    )
    by_touch = Voice.objects.visible().order_by().filter(touch__topics=topic)
    return list(
        Voice.objects.filter(pk__in=by_theme.values("pk").union(by_touch.values("pk")))
        .select_related("touch__customer", "theme")
        .order_by("-created_at", "-pk")[:LIST_MAX]
    )


def _books(topic: Topic) -> list[Book]:
    return list(
        Book.objects.filter(
            notes__article__topics=topic,
            notes__article__deleted_at=None,
            notes__article__status=Article.Status.PUBLISHED,
        ).distinct()[:LIST_MAX]
    )


def related_topics(topic: Topic) -> list[Topic]:
    """Topics that stand most often on the same articles, decisions and touches."""
    together: Counter[int] = Counter()
    for model in (Article, Decision, Touch):
        content_type = ContentType.objects.get_for_model(model)
        same = TopicItem.objects.filter(content_type=content_type, tag=topic).values("object_id")
        rows = (
            TopicItem.objects.filter(content_type=content_type, object_id__in=same)
            .exclude(tag=topic)
            .values_list("tag")
            .annotate(count=Count("pk"))
        )
        together.update(dict(rows))
    best = [pk for pk, _count in together.most_common(RELATED_MAX * 2)]
    topics = Topic.objects.visible().in_bulk(best)
    return [topics[pk] for pk in best if pk in topics][:RELATED_MAX]


def topic_tree() -> list[TopicBranch]:
    """Topics in use as a tree by reading, with the number of records on each."""
    topics = list(Topic.objects.visible().with_synonyms().order_by("yomi", "name"))
    counts = dict(TopicItem.objects.order_by().values_list("tag").annotate(Count("pk")))
    branches = {topic.pk: TopicBranch(topic, counts.get(topic.pk, 0)) for topic in topics}
    tops: list[TopicBranch] = []
    for topic in topics:
        parent = branches.get(topic.parent_id) if topic.parent_id else None
        (parent.children if parent else tops).append(branches[topic.pk])
    return tops
