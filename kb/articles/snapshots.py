"""What stands beside an article's text, as its revisions keep it: topics, owner, the kind's fields."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from kb.articles.merge import DiffLine, compare
from kb.articles.models import (
    Article,
    Book,
    BookNoteDetail,
    ManualDetail,
    QuestionDetail,
    RuleDetail,
)
from kb.topics.services import set_topics
from people.models import Department, Person, Responsibility

Snapshot = dict[str, Any]

DETAIL_MODELS: dict[str, type[models.Model]] = {
    Article.Kind.MANUAL: ManualDetail,
    Article.Kind.QUESTION: QuestionDetail,
    Article.Kind.BOOK_NOTE: BookNoteDetail,
    Article.Kind.RULE: RuleDetail,
}
OWN_COLUMNS: dict[str, tuple[str, ...]] = {
    Article.Kind.MANUAL: ("responsibility", "readers", "review_months", "is_official"),
    Article.Kind.QUESTION: ("situation",),
    Article.Kind.BOOK_NOTE: (
        "book", "one_line", "for_whom", "learnt", "use_at_work", "follow_up",
    ),
    Article.Kind.RULE: ("effective_on", "needs_confirmation"),
}  # fmt: skip
_COMMON_COLUMNS = ("summary", "owner", "department")
# Rows are kept with their name, so that a revision still tells of one that is gone.
ROWS: dict[str, type[models.Model]] = {
    "owner": Person,
    "department": Department,
    "responsibility": Responsibility,
    "book": Book,
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs between two revisions; ``lines`` compare its words."""

    label: str
    lines: tuple[DiffLine, ...]


def snapshot_of(article: Article) -> Snapshot:
    """The fields of the article as they stand in the database now, ready for JSON."""
    kept = {name: _kept(getattr(article, name)) for name in _COMMON_COLUMNS}
    kept["topics"] = list(article.topics.names())
    detail = _detail(article)
    for name in OWN_COLUMNS.get(article.kind, ()) if detail is not None else ():
        kept[name] = _kept(getattr(detail, name))
    return kept


def apply_snapshot(article: Article, snapshot: Snapshot) -> None:
    """Gives the article those fields again; a row that is gone meanwhile leaves its field empty.

    The columns of the article itself are set, not saved; topics and the kind's fields are written.
    """
    for name in _COMMON_COLUMNS:
        if name in snapshot:
            setattr(article, name, _given(name, snapshot[name]))
    if "topics" in snapshot:
        set_topics(article, snapshot["topics"])
    detail = _detail(article)
    if detail is None:
        return
    for name in OWN_COLUMNS.get(article.kind, ()):
        if name in snapshot:
            value = _given(name, snapshot[name])
            # A note without a book is none: a book that is gone leaves the present one.
            if value is not None or name != "book":
                setattr(detail, name, value)
    detail.save()


def merge_snapshots(base: Snapshot, theirs: Snapshot, mine: Snapshot) -> Snapshot:
    """My fields with what others changed since ``base`` and I did not."""
    return {
        name: theirs[name] if name in base and mine[name] == base[name] else mine[name]
        for name in mine
    }


def changed_fields(kind: str, before: Snapshot, after: Snapshot) -> list[FieldChange]:
    """What differs, in the order of the form; nothing where a revision kept no fields."""
    if not before or not after:
        return []
    return [
        FieldChange(_label(kind, name), compare(_shown(before.get(name)), _shown(after.get(name))))
        for name in after
        if _shown(before.get(name)) != _shown(after.get(name))
    ]


def shown_fields(kind: str, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Every field that holds something, with its label."""
    return [
        (_label(kind, name), _shown(value)) for name, value in snapshot.items() if _shown(value)
    ]


def _detail(article: Article) -> Any:
    model = DETAIL_MODELS.get(article.kind)
    # The article may carry a relation that was read before it was written.
    return model._default_manager.filter(article=article).first() if model else None


def _kept(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    return value.isoformat() if isinstance(value, dt.date) else value


def _given(name: str, value: Any) -> Any:
    if name in ROWS:
        return ROWS[name]._default_manager.filter(pk=value["id"]).first() if value else None
    return dt.date.fromisoformat(value) if name == "effective_on" else value


def _label(kind: str, name: str) -> str:
    if name == "topics":
        return _("テーマ")
    model = Article if name in _COMMON_COLUMNS else DETAIL_MODELS[kind]
    field: Any = model._meta.get_field(name)
    return str(field.verbose_name)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["name"])
    if isinstance(value, list):
        return _("、").join(value)
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    return "" if value is None else str(value)
