"""One list per person: what is overdue, what comes this week, what later, what was done."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kb.todos.models import ActionItem
from kb.todos.origins import seen_origin, with_origins
from kb.todos.services import may_change
from people.models import Person
from people.querysets import attach_departments

WEEK = dt.timedelta(days=7)
SHOWN_DONE_DAYS = 30
DONE_MAX = 50


@dataclass(frozen=True)
class Entry:
    """One ToDo with its source, for one reader."""

    item: ActionItem
    origin: Any | None
    may_change: bool


@dataclass(frozen=True)
class Group:
    """ToDos under one heading; ``tone`` is "danger" for what is overdue."""

    title: str
    entries: Sequence[Entry]
    tone: str = ""


def groups_of(person: Person, reader: Person) -> list[Group]:
    """The open ToDos of a person, most urgent first; groups without any are left out."""
    entries = _entries(ActionItem.objects.open().filter(person=person).by_due_date(), reader)
    today = timezone.localdate()
    groups = [
        Group(_("期限を過ぎています"), [e for e in entries if _is_before(e, today)], "danger"),
        Group(_("今日"), [e for e in entries if e.item.due_on == today]),
        Group(_("7日のうちに"), [e for e in entries if _is_within(e, today, today + WEEK)]),
        Group(_("そのあと"), [e for e in entries if _is_after(e, today + WEEK)]),
        Group(_("期限なし"), [e for e in entries if e.item.due_on is None]),
    ]
    return [group for group in groups if group.entries]


def asked_of_others(person: Person) -> list[Entry]:
    """What the person wrote down for colleagues, or for nobody yet, and is still open."""
    items = ActionItem.objects.open().filter(created_by=person).exclude(person=person)
    return _entries(items.by_due_date(), person)


def lately_done(person: Person, reader: Person) -> list[Entry]:
    """What the person finished in the last days, latest first."""
    since = timezone.now() - dt.timedelta(days=SHOWN_DONE_DAYS)
    items = ActionItem.objects.filter(person=person, state="done", done_at__gte=since)
    return _entries(items.order_by("-done_at")[:DONE_MAX], reader)


def _entries(items: Any, reader: Person) -> list[Entry]:
    rows = with_origins(items)
    attach_departments(row.person for row in rows)
    return [Entry(row, seen_origin(row), may_change(row, reader)) for row in rows]


def _is_before(entry: Entry, day: dt.date) -> bool:
    return entry.item.due_on is not None and entry.item.due_on < day


def _is_within(entry: Entry, after: dt.date, until: dt.date) -> bool:
    return entry.item.due_on is not None and after < entry.item.due_on <= until


def _is_after(entry: Entry, day: dt.date) -> bool:
    return entry.item.due_on is not None and entry.item.due_on > day
