"""``/articles``: read, write and change articles by the same services as the pages."""

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import Field

from kb.api.problems import Refused
from kb.api.shapes import ArticleChange, ArticleIn, ArticleList, ArticleOut, Problem
from kb.articles.models import Article
from kb.articles.services import (
    KEEP,
    ArticleFields,
    EditConflict,
    EmptyBody,
    TooManyTopics,
    create_article,
    save_article,
)
from kb.search.query import clean_text
from people.models import Person

router = Router(tags=["articles"])

Limit = Annotated[int, Field(ge=1, le=100)]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]


@router.get("/articles", response={200: ArticleList, 422: Problem}, operation_id="list_articles")
def list_articles(
    request: HttpRequest,
    *,
    kind: str = "",
    source_path: str = "",
    limit: Limit = 20,
    offset: Offset = 0,
) -> ArticleList:
    """Articles, the last changed first; ``source_path`` finds the one that was imported from there."""
    articles = Article.objects.visible()
    if kind:
        articles = articles.of_kind(kind)
    if source_path:
        articles = articles.filter(source_path=clean_text(source_path))
    rows = articles.with_people().prefetch_related("topics")[offset : offset + limit]
    return ArticleList(total=articles.count(), articles=[article_out(article) for article in rows])


@router.get(
    "/articles/{int:pk}", response={200: ArticleOut, 404: Problem}, operation_id="get_article"
)
def get_article(request: HttpRequest, pk: int) -> ArticleOut:
    """One article."""
    return article_out(_article(pk))


@router.post(
    "/articles",
    response={201: ArticleOut, 409: Problem, 422: Problem},
    operation_id="create_article",
)
def post_article(request: HttpRequest, data: ArticleIn) -> Status[ArticleOut]:
    """Write an article as the person of the token. The same ``source_path`` twice answers 409."""
    source_path = clean_text(data.source_path).strip()
    if source_path and (known := Article.objects.filter(source_path=source_path).first()):
        detail = _("このsource_pathの記事は、もうあります(%(id)d番)。PATCHで直してください。") % {
            "id": known.pk
        }
        raise Refused(409, detail, {"source_path": str(known.pk)})
    title = _checked_title(data.title)
    _check_body(data.body)
    fields = ArticleFields(topics=[clean_text(topic) for topic in data.topics])
    try:
        article = create_article(
            by=acting(request), kind=data.kind, title=title, body=data.body, fields=fields
        )
    except TooManyTopics:
        raise Refused(422, _("テーマは5つまでです。"), {"topics": _("5つまでです。")}) from None
    if source_path:
        article.source_path = source_path
        article.save(update_fields=["source_path"])
    return Status(201, article_out(article))


@router.patch(
    "/articles/{int:pk}",
    response={200: ArticleOut, 404: Problem, 409: Problem, 422: Problem},
    operation_id="change_article",
)
def patch_article(request: HttpRequest, pk: int, data: ArticleChange) -> ArticleOut:
    """Change an article. Changes others made since ``revision`` are merged; 409 when lines clash."""
    article = _article(pk)
    if not 1 <= data.revision <= article.revision:
        raise Refused(
            422,
            _("revisionが正しくありません。"),
            {"revision": _("1から%(n)dまでです。") % {"n": article.revision}},
        )
    base = article.revisions.filter(number=data.revision).first()
    title = (
        _checked_title(data.title)
        if data.title is not None
        else getattr(base, "title", article.title)
    )
    body = data.body if data.body is not None else getattr(base, "body", article.body)
    _check_body(body)
    topics = KEEP if data.topics is None else [clean_text(topic) for topic in data.topics]
    try:
        saved = save_article(
            article,
            by=acting(request),
            base_revision=data.revision,
            title=title,
            body=body,
            fields=ArticleFields(topics=topics),
        )
    except EditConflict as conflict:
        detail = _(
            "ほかの人が同じところを直しました(いまは%(revision)d版)。読み直して、もう一度送ってください。"
        )
        raise Refused(409, detail % {"revision": conflict.current.revision}) from None
    except EmptyBody:
        raise Refused(422, _("本文が空です。"), {"body": _("空にはできません。")}) from None
    except TooManyTopics:
        raise Refused(422, _("テーマは5つまでです。"), {"topics": _("5つまでです。")}) from None
    return article_out(_article(saved.article.pk))


def acting(request: HttpRequest) -> Person:
    """The person of the token."""
    person: Any = request.user
    acting_person: Person = person
    return acting_person


def _article(pk: int) -> Article:
    if pk > 2**63 - 1:
        raise Refused(404, _("見つかりません。"))
    articles = Article.objects.visible().with_people().prefetch_related("topics")
    article: Article = get_object_or_404(articles, pk=pk)
    return article


def _checked_title(title: str) -> str:
    cleaned = " ".join(clean_text(title).split())
    if not cleaned:
        raise Refused(422, _("題名を入れてください。"), {"title": _("空にはできません。")})
    return cleaned


def _check_body(body: str) -> None:
    if len(body.encode("utf-8", "replace")) > settings.BODY_MAX_BYTES:
        raise Refused(
            422, _("本文が大きすぎます。1 MBまでにしてください。"), {"body": _("1 MBまでです。")}
        )


def article_out(article: Article) -> ArticleOut:
    """An article as the API gives it."""
    return ArticleOut(
        id=article.pk,
        kind=article.kind,
        title=article.title,
        body=article.body,
        url=article.get_absolute_url(),
        status=article.status,
        revision=article.revision,
        author=article.author.name,
        department=article.department.name if article.department else "",
        topics=[topic.name for topic in article.topics.all()],
        source_path=article.source_path or "",
        created_at=article.created_at,
        updated_at=article.updated_at,
    )
