"""Writes one imported document as an article with its revision, people, topics and fields."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from kb.articles.importing.authors import Authors
from kb.articles.importing.guessing import guess_department, guess_kind, guess_topics
from kb.articles.importing.kept import department_named, fill_kept, give_topics, write_kept
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
from people.models import Person

NOON = dt.time(12)


class Outcome(StrEnum):
    """What became of a document."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    # Somebody has put it into the bin: it stays there.
    BINNED = "binned"


@dataclass(frozen=True)
class ImportRun:
    """Who imports, and the people known so far."""

    imported_by: Person
    authors: Authors
    # Folders that somebody sends through the browser stand for no departments, and whoever sends
    # a text that names no author answers for it.
    is_upload: bool = False


def department_wanted(document: SourceDocument, *, is_upload: bool) -> str:
    """The name of the department that is made where there is none; "" for none."""
    if document.kept or is_upload:
        return document.department
    return guess_department(document.department, document.folder)


def compare(article_id: int | None, document: SourceDocument, body: str) -> Outcome:
    """What writing the document would do. ``body`` has its links rewritten."""
    if article_id is None:
        return Outcome.CREATED
    if Article.objects.filter(pk=article_id, deleted_at__isnull=False).exists():
        return Outcome.BINNED
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
    if article_id is not None and outcome is not Outcome.UPDATED:
        return Article.objects.get(pk=article_id), outcome
    article = Article() if article_id is None else Article.objects.get(pk=article_id)
    _fill(article, document, body, run)
    article.save()
    if document.kept:
        write_kept(article, document, run.authors)
    else:
        _write_contributors(article, document, run.authors)
        _write_kind(article)
        give_topics(article, guess_topics(document.tags), run.authors)
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
    is_guess = not document.department and run.is_upload
    guessed = guess_department(document.department, document.folder)
    article.department = department_named(guessed, run.authors, is_guess=is_guess)
    article.updated_at = updated
    if article._state.adding:
        article.kind = guess_kind(document.kind, document.path, document.title)
        article.created_at = _moment(document.created or document.updated)
        article.published_at = article.created_at
        if run.is_upload and run.authors.only is None and not document.author:
            article.owner = run.imported_by
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
