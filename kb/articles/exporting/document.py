"""One article as Markdown with front matter: everything that the import needs to make it again."""

import datetime as dt
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import yaml

from kb.articles.importing.links import rewrite_addresses
from kb.articles.importing.source import FORMAT
from kb.articles.models import Article
from kb.articles.snapshots import OWN_COLUMNS
from people.models import Person

# Gives the path of the file or article that an address of ours leads to, None for others.
Locate = Callable[[str], str | None]


def as_document(article: Article, files: dict[str, str], locate: Locate) -> str:
    """Front matter and body.

    ``files`` are the names of the attachments by their paths, relative to the document.
    """
    head: dict[str, Any] = {
        "format": FORMAT,
        "title": article.title,
        "kind": article.kind,
        "status": article.status,
        "summary": article.summary,
        "author": article.author.name,
        "owner": article.owner.name if article.owner else "",
        "department": article.department.name if article.department else "",
        "folder": article.folder,
        "created": _moment(article.created_at),
        "updated": _moment(article.updated_at),
        "published": _moment(article.published_at),
        "confirmed": _moment(article.confirmed_at),
        "confirmed_by": article.confirmed_by.name if article.confirmed_by else "",
        "review_due": article.review_due_on.isoformat() if article.review_due_on else "",
        "tags": sorted(topic.name for topic in article.topics.all()),
        "contributors": _contributors(article),
        "fields": _own_fields(article, locate),
        "answers": _answers(article, locate),
        "files": [_file(path, name) for path, name in sorted(files.items())],
        "people": _logins(article),
    }
    kept = {name: value for name, value in head.items() if value not in ("", [], {})}
    return _joined(kept, rewrite_addresses(article.body, locate))


def _file(path: str, name: str) -> str | dict[str, str]:
    """The path alone where the file is called as people called it."""
    return path if PurePosixPath(path).name == name else {"path": path, "name": name}


def _logins(article: Article) -> dict[str, str]:
    """Who is meant by the names in the document; nobody where two have the same name."""
    people: set[Person | None] = {row.person for row in article.contributors.all()}
    people |= {article.author, article.owner, article.confirmed_by}
    for answer in article.answers.all():
        if answer.deleted_at is None:
            people |= {answer.author, answer.confirmed_by}
    logins: dict[str, set[str]] = {}
    for person in filter(None, people):
        logins.setdefault(person.name, set()).add(person.login)
    return {name: found.pop() for name, found in sorted(logins.items()) if len(found) == 1}


def _joined(head: dict[str, Any], body: str) -> str:
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{body.strip()}\n"


def _contributors(article: Article) -> list[dict[str, Any]]:
    rows = sorted(article.contributors.all(), key=lambda row: (row.person.name, row.role, row.pk))
    return [
        {
            "name": row.person.name,
            "role": row.role,
            "edits": row.edits,
            "lines": row.changed_lines,
            "last": _moment(row.last_at),
        }
        for row in rows
    ]


def _own_fields(article: Article, locate: Locate) -> dict[str, Any]:
    detail: Any = getattr(article, article.kind, None) if article.kind in OWN_COLUMNS else None
    if detail is None:
        return {}
    kept = {name: _plain(getattr(detail, name)) for name in OWN_COLUMNS[article.kind]}
    if article.kind == Article.Kind.QUESTION:
        for name in ("about", "same_as"):
            other = getattr(detail, name)
            kept[name] = (locate(other.get_absolute_url()) if other else "") or ""
        kept["about_anchor"], kept["about_heading"] = detail.about_anchor, detail.about_heading
        kept["reflected"] = _moment(detail.reflected_at)
    if article.kind == Article.Kind.BOOK_NOTE:
        kept["follow_up_at"] = _moment(detail.follow_up_at)
    return {name: value for name, value in kept.items() if value not in ("", None)}


def _plain(value: Any) -> Any:
    """A book by its facts, a chore by department and name, a day as text."""
    if hasattr(value, "isbn"):
        return {"title": value.title, "author": value.author, "isbn": value.isbn or ""}
    if hasattr(value, "other_words"):
        return {"department": value.department.name, "name": value.name}
    return value.isoformat() if isinstance(value, dt.date) else value


def _answers(article: Article, locate: Locate) -> list[dict[str, Any]]:
    rows = [row for row in article.answers.all() if row.deleted_at is None]
    return [
        {
            "author": row.author.name,
            "created": _moment(row.created_at),
            "updated": _moment(row.updated_at),
            "accepted": row.is_accepted,
            "confirmed_by": row.confirmed_by.name if row.confirmed_by else "",
            "body": rewrite_addresses(row.body, locate),
        }
        for row in sorted(rows, key=lambda row: (row.created_at, row.pk))
    ]


def _moment(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat() if moment is not None else ""
