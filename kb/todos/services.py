"""Writes of action items: done, handed over, postponed, given up; and the calendar's address."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.engagement.notifying import Kind, notify
from kb.todos.models import ActionItem, ActionItemChange, CalendarFeed
from people.models import Person

KEY_BYTES = 32


class NotYours(Exception):
    """Only who has to do it, or who wrote it down, changes it; what nobody has, anybody may take."""


@transaction.atomic
def finish(item: ActionItem, *, by: Person) -> ActionItem:
    """The item, done now. Raises NotYours."""
    check_owner(item, by)
    item.state = ActionItem.State.DONE
    item.done_at = item.updated_at = timezone.now()
    item.save(update_fields=["state", "done_at", "updated_at"])
    _write_down(item, ActionItemChange.Kind.DONE, by)
    return item


@transaction.atomic
def reopen(item: ActionItem, *, by: Person) -> ActionItem:
    """The item, to be done again. Raises NotYours."""
    check_owner(item, by)
    item.state = ActionItem.State.OPEN
    item.done_at = None
    item.updated_at = timezone.now()
    item.save(update_fields=["state", "done_at", "updated_at"])
    _write_down(item, ActionItemChange.Kind.REOPENED, by)
    return item


@transaction.atomic
def hand_over(item: ActionItem, to: Person, *, by: Person, reason: str = "") -> ActionItem:
    """The item, now the task of ``to``, who is told. Raises NotYours."""
    check_owner(item, by)
    before = item.person
    if before is not None and before.pk == to.pk:
        return item
    item.person, item.updated_at = to, timezone.now()
    item.save(update_fields=["person", "updated_at"])
    change = _write_down(item, ActionItemChange.Kind.HANDED_OVER, by, reason=reason)
    change.to = to
    change.save(update_fields=["to"])
    text, name = item.text[:120], by.name

    def words() -> str:
        return _("%(name)sさんから「%(text)s」を引き継ぎました。") % {"name": name, "text": text}

    def words_before() -> str:
        values = {"name": to.name, "text": text}
        return _("「%(text)s」は%(name)sさんが引き継ぎました。") % values

    notify([to], Kind.TASK, words, url=item.get_absolute_url(), by=by)
    notify([before], Kind.TASK, words_before, url=item.get_absolute_url(), by=by)
    return item


@transaction.atomic
def postpone(item: ActionItem, due_on: dt.date, *, by: Person, reason: str) -> ActionItem:
    """The item, due later, with the reason kept; whoever asked for it is told. Raises NotYours."""
    check_owner(item, by)
    before, item.due_on, item.updated_at = item.due_on, due_on, timezone.now()
    item.save(update_fields=["due_on", "updated_at"])
    change = _write_down(item, ActionItemChange.Kind.POSTPONED, by, reason=reason)
    change.due_before, change.due_after = before, due_on
    change.save(update_fields=["due_before", "due_after"])
    text = item.text[:120]

    def words() -> str:
        day = f"{due_on.month}/{due_on.day}"
        values = {"text": text, "day": day, "reason": reason}
        return _("「%(text)s」は%(day)sに延びました。理由：%(reason)s") % values

    notify([item.created_by, item.person], Kind.TASK, words, url=item.get_absolute_url(), by=by)
    return item


@transaction.atomic
def drop(item: ActionItem, *, by: Person, reason: str) -> ActionItem:
    """The item, not to be done after all. Raises NotYours."""
    check_owner(item, by)
    item.state, item.done_at = ActionItem.State.DROPPED, None
    item.updated_at = timezone.now()
    item.save(update_fields=["state", "done_at", "updated_at"])
    _write_down(item, ActionItemChange.Kind.DROPPED, by, reason=reason)
    return item


@transaction.atomic
def renew_calendar(person: Person) -> CalendarFeed:
    """The person's calendar address; an address given before stops working."""
    feed, _created = CalendarFeed.objects.update_or_create(
        person=person,
        defaults={
            "key": secrets.token_urlsafe(KEY_BYTES),
            "created_at": timezone.now(),
            "read_at": None,
        },
    )
    return feed


def stop_calendar(person: Person) -> None:
    """The person's calendar address stops working."""
    CalendarFeed.objects.filter(person=person).delete()


def may_change(item: ActionItem, person: Person) -> bool:
    """Whether the person may finish, hand over or postpone the item."""
    return item.person_id is None or person.pk in (item.person_id, item.created_by_id)


def check_owner(item: ActionItem, by: Person) -> None:
    """Raises NotYours for everybody else."""
    if not may_change(item, by):
        raise NotYours


def _write_down(item: ActionItem, kind: str, by: Person, *, reason: str = "") -> ActionItemChange:
    return ActionItemChange.objects.create(item=item, kind=kind, by=by, reason=reason[:200])
