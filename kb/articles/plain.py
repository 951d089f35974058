"""An article as one Markdown text for reading, for other tools and for copying.

The export writes more (``kb.articles.exporting``): what the import needs to make the same again.
"""

from collections.abc import Iterator
from typing import Any

import yaml
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Answer, Article, BookNoteDetail


def as_markdown(article: Article) -> str:
    """Front matter, what the kind says before the body, the body, and what stands below it."""
    front = yaml.safe_dump(_head(article), allow_unicode=True, sort_keys=False)
    parts = [part for part in _parts(article) if part.strip()]
    return f"---\n{front}---\n\n" + "".join(f"{part.strip()}\n\n" for part in parts).rstrip() + "\n"


def _head(article: Article) -> dict[str, Any]:
    head = {
        "title": article.title,
        "kind": article.kind,
        "status": article.status,
        "summary": article.summary,
        "author": article.author.name,
        "owner": article.owner.name if article.owner else "",
        "department": article.department.name if article.department else "",
        "created": timezone.localdate(article.created_at),
        "updated": timezone.localdate(article.updated_at),
        "revision": article.revision,
        "confirmed": timezone.localdate(article.confirmed_at) if article.confirmed_at else None,
        "review_due": article.review_due_on,
        "tags": list(article.topics.names()),
        **_own_head(article),
    }
    return {name: value for name, value in head.items() if value not in ("", None, [])}


def _own_head(article: Article) -> dict[str, Any]:
    detail: Any = getattr(article, article.kind, None)
    if detail is None:
        return {}
    if article.kind == Article.Kind.MANUAL:
        chore = detail.responsibility.name if detail.responsibility else ""
        return {"official": detail.is_official, "readers": detail.readers, "chore": chore}
    if article.kind == Article.Kind.RULE:
        return {"effective": detail.effective_on}
    if article.kind == Article.Kind.BOOK_NOTE:
        return {"book": detail.book.title, "book_author": detail.book.author}
    return {}


def _parts(article: Article) -> Iterator[str]:
    if article.kind == Article.Kind.QUESTION and hasattr(article, "question"):
        yield _section(_("どんなときに困ったか"), article.question.situation)
    if article.kind == Article.Kind.BOOK_NOTE and hasattr(article, "book_note"):
        yield from _book_parts(article.book_note)
    yield article.body
    if article.kind == Article.Kind.BOOK_NOTE and hasattr(article, "book_note"):
        yield _section(_("使ってみて"), article.book_note.follow_up)
    for answer in article.answers.filter(deleted_at=None).select_related("author"):
        yield _section(_answer_title(answer), answer.body)


def _book_parts(note: BookNoteDetail) -> Iterator[str]:
    yield note.one_line
    yield _section(_("薦めたい人"), note.for_whom)
    learnt = (line.strip() for line in note.learnt.splitlines())
    yield _section(_("学んだこと"), "\n".join(f"- {line}" for line in learnt if line))
    yield _section(_("仕事での使い方"), note.use_at_work)


def _answer_title(answer: Answer) -> str:
    title = _("%(name)sさんの答え（%(day)s）") % {
        "name": answer.author.name,
        "day": timezone.localdate(answer.created_at).isoformat(),
    }
    return f"{title} ✓ {_('採用された答え')}" if answer.is_accepted else title


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text.strip()}" if text.strip() else ""
