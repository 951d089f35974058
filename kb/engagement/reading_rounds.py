"""What the clock does for 「読んでください」: newcomers, those who moved away, and the two reminders."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.engagement.models import Confirmation, Notification, ReadingRequest
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify, settle
from kb.engagement.readings import Readers, ask, not_asked, people_among, with_those_below
from kb.text.workdays import add_workdays, is_workday, workdays_between
from people.models import Person

Audience = ReadingRequest.Audience

REMINDERS_MAX = 2
# Between the request and a reminder, and between two reminders, lies at least this long.
REMINDER_GAP = dt.timedelta(days=2)
# Without a deadline people are reminded after so many working days, and once more.
PATIENCE_WORKDAYS = (5, 10)
# A newcomer gets this long when the deadline of the others is over or near.
NEWCOMER_WORKDAYS = 10


@transaction.atomic
def ask_newcomers(today: dt.date) -> int:
    """Asks people who came after an open request that is meant for them; returns how many.

    Meant are those who joined the company since the day, those who came into a department, and,
    until its deadline, everybody who comes while the whole company is asked.
    """
    count = 0
    is_over = models.Q(audience=Audience.ALL, due_on__lt=today)
    rows = ReadingRequest.objects.filter(stopped_at=None).exclude(is_over)
    for request in rows.select_related("asked_by").prefetch_related("departments"):
        record = request.target
        if not _is_there(record):
            continue
        people = not_asked(record, people_among(readers_of(request)))
        people = [person for person in people if person.pk != request.asked_by_id]
        due_on = request.due_on and max(request.due_on, add_workdays(today, NEWCOMER_WORKDAYS))
        ask(request, record, people, due_on=due_on)
        count += len(people)
    return count


@transaction.atomic
def release_movers() -> int:
    """Asks those no longer who have left the departments that were asked; returns how many.

    Whoever is meant by another open request as well is asked again by ``ask_newcomers``.
    """
    gone: list[Confirmation] = []
    rows = Confirmation.objects.waiting().filter(request__audience=Audience.DEPARTMENTS)
    by_request: dict[ReadingRequest, list[Confirmation]] = defaultdict(list)
    for row in rows.select_related("request", "person").prefetch_related("request__departments"):
        if row.request is not None:
            by_request[row.request].append(row)
    for request, waiting in by_request.items():
        departments = with_those_below(request.departments.all())
        people = Person.objects.in_departments(departments)
        here = set(
            people.filter(pk__in=[row.person_id for row in waiting]).values_list("pk", flat=True)
        )
        gone += [row for row in waiting if row.person_id not in here]
    for row in gone:
        _release(row)
    return len(gone)


def _release(row: Confirmation) -> None:
    """The row goes, or hangs on the open request that asks the whole company."""
    everybody = ReadingRequest.objects.filter(
        content_type=row.content_type,
        object_id=row.object_id,
        audience=Audience.ALL,
        stopped_at=None,
    ).first()
    if everybody is not None:
        row.request = everybody
        row.save(update_fields=["request"])
        return
    record: Any = row.target
    if record is not None:
        settle(Notification.Kind.REQUEST, url=record.get_absolute_url(), people=[row.person])
    row.delete()


@transaction.atomic
def remind_readers(today: dt.date) -> int:
    """Reminds who has not read yet: twice at most, never on days off; returns how many."""
    if not is_workday(today):
        return 0
    late: dict[tuple[int, int], list[Confirmation]] = defaultdict(list)
    rows = Confirmation.objects.waiting().filter(reminders__lt=REMINDERS_MAX)
    for row in rows.select_related("person", "content_type"):
        if _is_time(row, today):
            late[row.content_type_id, row.object_id].append(row)
    count = 0
    for group in late.values():
        record = group[0].target
        if _is_there(record):
            count += len(group)
            _remind(record, group)
    return count


def readers_of(request: ReadingRequest) -> Readers:
    """Whom the request means."""
    return Readers(
        audience=request.audience,
        departments=list(request.departments.all()),
        joined_since=request.joined_since,
    )


def _remind(record: Any, rows: Sequence[Confirmation]) -> None:
    def words() -> str:
        return _(
            "「%(title)s」を、まだ読んでいません。読んだら「読みました」を押してください。"
        ) % {"title": str(record)[:TITLE_MAX_CHARACTERS]}

    notify(
        [row.person for row in rows],
        Notification.Kind.REQUEST,
        words,
        url=record.get_absolute_url(),
        about=record,
    )
    Confirmation.objects.filter(pk__in=[row.pk for row in rows]).update(
        reminders=models.F("reminders") + 1, reminded_at=timezone.now()
    )


def _is_time(row: Confirmation, today: dt.date) -> bool:
    """The eve of the deadline and the working day after it; without one, after some patience."""
    asked_on = timezone.localdate(row.asked_at)
    last_on = timezone.localdate(row.reminded_at) if row.reminded_at else asked_on
    if today - last_on < REMINDER_GAP:
        return False
    if row.due_on is None:
        return workdays_between(asked_on, today) >= PATIENCE_WORKDAYS[row.reminders]
    if row.reminders == 0:
        return workdays_between(today, row.due_on) <= 1
    return today > row.due_on


def _is_there(record: Any) -> bool:
    return record is not None and getattr(record, "deleted_at", None) is None
