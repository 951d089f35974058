"""Writes one imported document as an article with its revision, people, topics and fields."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from kb.articles.importing.authors import Authors
from kb.articles.importing.guessing import guess_department, guess_kind, guess_topics
from kb.articles.importing.kept import department_named, fill_kept, write_kept
from kb.articles.importing.source import SourceDocument
from kb.articles.models import (
    Article,
    Contributor,
    ManualDetail,
    QuestionDetail,
    Revision,
)
from kb.articles.services import render_article
from kb.articles.snapshots import snapshot_of
from kb.topics.services import set_topics
from people.models import Person

NOON = dt.time(12)


class Outcome(StrEnum):
    """What became of a document."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True)
class ImportRun:
    """Who imports, and the people known so far."""

    imported_by: Person
    authors: Authors


def compare(article_id: int | None, document: SourceDocument, body: str) -> Outcome:
    """What writing the document would do. ``body`` has its links rewritten."""
    if article_id is None:
        return Outcome.CREATED
    imported = (
        Revision.objects.filter(article_id=article_id, is_bulk=True).order_by("-number").first()
    )
    if imported is not None and imported.body == body and imported.title == document.title:
        return Outcome.UNCHANGED
    last = Revision.objects.filter(article_id=article_id).order_by("-number").first()
    return Outcome.UPDATED if last is not None and last.is_bulk else Outcome.KEPT


@transaction.atomic
def write_document(
    article_id: int | None, document: SourceDocument, body: str, *, run: ImportRun
) -> tuple[Article, Outcome]:
    """The article as the document has it, and what was done for it."""
    outcome = compare(article_id, document, body)
    run.authors.meet(document.kept.get("people"))
    if article_id is not None and outcome in {Outcome.UNCHANGED, Outcome.KEPT}:
        return Article.objects.get(pk=article_id), outcome
    article = Article() if article_id is None else Article.objects.get(pk=article_id)
    _fill(article, document, body, run)
    article.save()
    if document.kept:
        write_kept(article, document, run.authors)
    else:
        _write_contributors(article, document, run.authors)
        _write_kind(article)
        set_topics(article, guess_topics(document.tags))
    _write_revision(article)
    render_article(article)
    return article, outcome


@transaction.atomic
def settle_links(article_id: int, body: str) -> None:
    """Puts links into the imported text that could not be known when it was written.

    Only the import's own last revision is touched; a text changed by hand stays as it is.
    """
    article = Article.objects.select_for_update().get(pk=article_id)
    last = article.revisions.order_by("-number").first()
    if last is None or not last.is_bulk or article.body == body:
        return
    Revision.objects.filter(pk=last.pk).update(body=body)
    article.body = body
    render_article(article)


def _fill(article: Article, document: SourceDocument, body: str, run: ImportRun) -> None:
    updated = _moment(document.updated or document.created)
    article.title, article.body = document.title, body
    article.author = run.authors.get(document.author)
    article.imported_by = run.imported_by
    article.source_path, article.folder = document.path, document.folder
    guessed = guess_department(document.department, document.folder)
    article.department = department_named(guessed, make=run.authors.only is None)
    article.updated_at = updated
    if article._state.adding:
        article.kind = guess_kind(document.kind, document.path, document.title)
        article.created_at = _moment(document.created or document.updated)
        article.published_at = article.created_at
    else:
        article.revision += 1
    if document.kept:
        fill_kept(article, document, run.authors)


def _write_revision(article: Article) -> None:
    Revision.objects.create(
        article=article,
        number=article.revision,
        title=article.title,
        body=article.body,
        fields=snapshot_of(article),
        author=article.author,
        note="取り込み",
        lines_added=len(article.body.splitlines()),
        is_bulk=True,
        created_at=article.updated_at,
    )


def _write_contributors(article: Article, document: SourceDocument, authors: Authors) -> None:
    article.contributors.all().delete()
    edits = {authors.get(c.name).pk: c.edits for c in document.contributors}
    edits.setdefault(article.author_id, 1)
    for person_id, count in edits.items():
        is_author = person_id == article.author_id
        Contributor.objects.create(
            article=article,
            person_id=person_id,
            role=Contributor.Role.AUTHOR if is_author else Contributor.Role.EDITOR,
            edits=count,
            last_at=article.updated_at,
        )


def _write_kind(article: Article) -> None:
    if article.kind == Article.Kind.MANUAL:
        ManualDetail.objects.get_or_create(article=article)
    elif article.kind == Article.Kind.QUESTION:
        QuestionDetail.objects.get_or_create(article=article)


def _moment(day: dt.date | None) -> dt.datetime:
    """Noon of the day: front matter knows no time, and noon is the same day in every zone near."""
    if day is None:
        return timezone.now()
    return timezone.make_aware(dt.datetime.combine(day, NOON))
