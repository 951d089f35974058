"""What our own export wrote: fields, people and answers as they were, nothing guessed."""

import datetime as dt
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from kb.articles.books import find_or_make_book
from kb.articles.importing.authors import Authors
from kb.articles.importing.links import Find, resolve, rewrite
from kb.articles.importing.source import SourceDocument
from kb.articles.models import Answer, Article, Contributor, QuestionDetail
from kb.articles.services.answers import render_answer
from kb.articles.snapshots import DETAIL_MODELS, OWN_COLUMNS
from kb.topics.services import TOPICS_MAX, set_topics
from kb.topics.services import find as find_topic
from people.models import Department, Responsibility


def fill_kept(article: Article, document: SourceDocument, authors: Authors) -> None:
    """Sets the columns of the article from the document; nothing is saved."""
    head = document.kept
    if head.get("status") in Article.Status.values:
        article.status = head["status"]
    article.summary = str(head.get("summary", ""))[:300]
    article.owner = authors.get(head["owner"]) if head.get("owner") else None
    article.department = department_named(str(head.get("department", "")), authors)
    article.folder = str(head.get("folder", ""))[:300]
    article.created_at = _moment(head.get("created")) or article.created_at
    article.updated_at = _moment(head.get("updated")) or article.updated_at
    article.published_at = _moment(head.get("published"))
    article.confirmed_at = _moment(head.get("confirmed"))
    by = head.get("confirmed_by")
    article.confirmed_by = authors.get(by) if by else None
    article.review_due_on = _day(head.get("review_due"))


def write_kept(article: Article, document: SourceDocument, authors: Authors) -> None:
    """Writes topics, people and the kind's own fields."""
    head = document.kept
    give_topics(article, [str(tag) for tag in head.get("tags", ())][:TOPICS_MAX], authors)
    article.contributors.all().delete()
    for row in _rows(head.get("contributors")):
        Contributor.objects.update_or_create(
            article=article,
            person=authors.get(str(row.get("name", ""))),
            role=row["role"] if row.get("role") in Contributor.Role.values else "editor",
            defaults={
                "edits": _count(row.get("edits"), 1),
                "changed_lines": _count(row.get("lines"), 0),
                "last_at": _moment(row.get("last")) or article.updated_at,
            },
        )
    _write_own_fields(article, head.get("fields"), authors)


@transaction.atomic
def settle_kept(
    article_id: int,
    document: SourceDocument,
    authors: Authors,
    *,
    folder: PurePosixPath,
    find: Find,
) -> None:
    """Writes what leads to other documents: the answers' links, and the question behind a question."""
    article = Article.objects.get(pk=article_id)
    if article.kind == Article.Kind.QUESTION:
        _settle_question(article, document.kept.get("fields") or {}, folder, find)
        _write_answers(article, document.kept.get("answers"), authors, folder=folder, find=find)


def give_topics(article: Article, names: list[str], authors: Authors) -> None:
    """Gives the article these topics, and notes which of them are new."""
    known = {topic.pk for name in names if (topic := find_topic(name)) is not None}
    given = set_topics(article, names)
    authors.made.topics += [topic.pk for topic in given if topic.pk not in known]


def department_named(name: str, authors: Authors, *, is_guess: bool = False) -> Department | None:
    """The department of that name; None for an empty name.

    A new one is made neither for a guess nor where somebody brings in texts of their own.
    """
    if not name:
        return None
    known = Department.objects.filter(name__iexact=name).first()
    if known is None and authors.only is None and not is_guess:
        slug = (
            slugify(name, allow_unicode=False)[:60] or f"imported-{Department.objects.count() + 1}"
        )
        known, created = Department.objects.get_or_create(slug=slug, defaults={"name": name[:100]})
        if created:
            authors.made.departments.append(known.pk)
    return known


def _write_own_fields(article: Article, fields: Any, authors: Authors) -> None:
    model = DETAIL_MODELS.get(article.kind)
    given = fields if isinstance(fields, dict) else {}
    if model is None or (article.kind == Article.Kind.BOOK_NOTE and "book" not in given):
        return
    columns = {name: given[name] for name in OWN_COLUMNS[article.kind] if name in given}
    if "book" in columns:
        book = columns["book"]
        columns["book"] = find_or_make_book(
            str(book.get("title", "")),
            author=str(book.get("author", "")),
            isbn=str(book.get("isbn", "")),
        )
        columns["follow_up_at"] = _moment(given.get("follow_up_at"))
    if "responsibility" in columns:
        columns["responsibility"] = _chore(columns["responsibility"], authors)
    if "effective_on" in columns:
        columns["effective_on"] = _day(columns["effective_on"])
    model._default_manager.update_or_create(article=article, defaults=columns)


def _chore(given: Any, authors: Authors) -> Responsibility | None:
    """The chore of that department and name, made when there is none."""
    if not isinstance(given, dict) or not given.get("name"):
        return None
    department = department_named(str(given.get("department", "")), authors)
    name = str(given["name"])[:100]
    if department is None:
        return None
    known = Responsibility.objects.filter(department=department, name=name).first()
    if known is None and authors.only is None:
        known = Responsibility.objects.create(department=department, name=name)
    return known


def _settle_question(
    article: Article, fields: dict[str, Any], folder: PurePosixPath, find: Find
) -> None:
    QuestionDetail.objects.filter(article=article).update(
        about=_article(fields.get("about"), folder, find),
        same_as=_article(fields.get("same_as"), folder, find),
        about_anchor=str(fields.get("about_anchor", ""))[:200],
        about_heading=str(fields.get("about_heading", ""))[:200],
        reflected_at=_moment(fields.get("reflected")),
    )


def _article(path: Any, folder: PurePosixPath, find: Find) -> Article | None:
    link = resolve(str(path), folder) if path else None
    address = find(link) if link is not None else None
    if address is None or not address.startswith("/articles/"):
        return None
    return Article.objects.filter(pk=address.split("/")[2]).first()


def _write_answers(
    article: Article, answers: Any, authors: Authors, *, folder: PurePosixPath, find: Find
) -> None:
    """Answers that are known are brought up to date, unless somebody has edited them here."""
    known = {(row.author_id, row.created_at): row for row in article.answers.all()}
    for row in _rows(answers):
        author = authors.get(str(row.get("author", "")))
        created = _moment(row.get("created")) or article.created_at
        answer = known.get((author.pk, created))
        if answer is None:
            answer = Answer(question=article, author=author, created_at=created)
        elif answer.revision > 1 or answer.deleted_at is not None:
            continue
        _fill_answer(answer, row, authors)
        answer.body = rewrite(str(row.get("body", "")), folder, find)
        answer.save()
        render_answer(answer)


def _fill_answer(answer: Answer, row: dict[str, Any], authors: Authors) -> None:
    others = answer.question.answers.filter(is_accepted=True).exclude(pk=answer.pk)
    confirmed_by = row.get("confirmed_by")
    answer.is_accepted = bool(row.get("accepted")) and not others.exists()
    answer.confirmed_by = authors.get(confirmed_by) if confirmed_by else None
    answer.updated_at = _moment(row.get("updated")) or answer.created_at


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _count(value: Any, least: int) -> int:
    return max(value, least) if isinstance(value, int) and value < 10**9 else least


def _moment(value: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
