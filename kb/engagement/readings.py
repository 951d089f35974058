"""「読んでください」: who is asked to read a record, who has not yet, and the two reminders."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kb.engagement.models import Confirmation, Notification, ReadingRequest
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify, settle
from kb.foundation.bin import write_down
from kb.text.workdays import add_workdays, is_workday, workdays_between
from people.models import Department, Person

Audience = ReadingRequest.Audience

REMINDERS_MAX = 2
# Between the request and a reminder, and between two reminders, lies at least this long.
REMINDER_GAP = dt.timedelta(days=2)
# Without a deadline people are reminded after so many working days, and once more.
PATIENCE_WORKDAYS = (5, 10)
# A newcomer gets this long when the deadline of the others is over or near.
NEWCOMER_WORKDAYS = 10


@dataclass(frozen=True, kw_only=True)
class Readers:
    """Who is to read: everybody, departments with all below them, or who joined since a day."""

    audience: str
    departments: Sequence[Department] = ()
    joined_since: dt.date | None = None


@dataclass(frozen=True)
class ReadingState:
    """How far a record is read, for one reader. ``waiting`` names people to those who asked alone."""

    own: Confirmation | None
    is_asker: bool
    asked_count: int
    read_count: int
    waiting: Sequence[Confirmation]
    requests: Sequence[ReadingRequest]

    @property
    def percent(self) -> int:
        """Whole percent of those asked who have read it; 0 where nobody was asked."""
        return self.read_count * 100 // self.asked_count if self.asked_count else 0

    @property
    def is_waiting_for_me(self) -> bool:
        """Whether the reader was asked and has not answered."""
        return self.own is not None and self.own.confirmed_at is None


@transaction.atomic
def ask_to_read(
    record: models.Model, readers: Readers, *, by: Person, due_on: dt.date | None = None
) -> int:
    """Asks all of them who were not asked before; returns how many. Nobody left: nothing is kept."""
    people = _not_asked(record, people_among(readers).exclude(pk=by.pk))
    if not people and readers.audience != Audience.JOINED:
        return 0
    request = ReadingRequest.objects.create(
        **_on(record),
        asked_by=by,
        audience=readers.audience,
        joined_since=readers.joined_since,
        due_on=due_on,
    )
    request.departments.set(readers.departments)
    write_down(request, "ask", by=by)
    _ask(request, record, people, due_on=due_on)
    return len(people)


def people_among(readers: Readers) -> Any:
    """The colleagues who work here now and are meant."""
    people = Person.objects.filter(is_active=True)
    if readers.audience == Audience.DEPARTMENTS:
        return people.in_departments(with_those_below(readers.departments))
    if readers.audience == Audience.JOINED and readers.joined_since is not None:
        return people.joined_since(readers.joined_since)
    return people


def with_those_below(departments: Iterable[Department]) -> set[int]:
    """The ids of the departments and of every open one below them."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in Department.objects.visible().order_by().values_list("pk", "parent_id"):
        children[parent].append(pk)
    found: set[int] = set()
    waiting = [department.pk for department in departments]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += children[pk]
    return found


@transaction.atomic
def stop_asking(request: ReadingRequest, *, by: Person) -> ReadingRequest:
    """The request, taken back: nobody is asked or reminded by it any more."""
    request.stopped_at = timezone.now()
    request.save(update_fields=["stopped_at"])
    write_down(request, "stop", by=by)
    waiting = Confirmation.objects.filter(request=request, confirmed_at=None)
    record: Any = request.target
    if record is not None:
        people = [row.person for row in waiting.select_related("person")]
        settle(Notification.Kind.REQUEST, url=record.get_absolute_url(), people=people)
    return request


@transaction.atomic
def ask_again(request: ReadingRequest, *, by: Person) -> ReadingRequest:
    """The request, as it was before it was stopped."""
    request.stopped_at = None
    request.save(update_fields=["stopped_at"])
    write_down(request, "resume", by=by)
    return request


def reading_state(record: models.Model, reader: Person) -> ReadingState:
    """How far the record is read; the names of those who have not only for those who asked."""
    rows = Confirmation.objects.on(record)
    asked = rows.asked()
    requests = list(
        ReadingRequest.objects.on(record)
        .select_related("asked_by")
        .prefetch_related("departments")
        .order_by("-created_at", "-pk")
    )
    is_asker = any(request.asked_by_id == reader.pk for request in requests) or (
        rows.filter(asked_by=reader).exists()
    )
    waiting = rows.waiting().select_related("person").order_by("person__yomi", "pk")
    own = rows.filter(person=reader).exclude(
        confirmed_at__isnull=True, request__stopped_at__isnull=False
    )
    return ReadingState(
        own=own.first(),
        is_asker=is_asker,
        asked_count=asked.count(),
        read_count=asked.filter(confirmed_at__isnull=False).count(),
        waiting=list(waiting) if is_asker else [],
        requests=requests,
    )


@transaction.atomic
def ask_newcomers(today: dt.date) -> int:
    """Asks people who came after an open request that is meant for them; returns how many.

    Meant are those who joined the company since the day, and those who came into a department.
    """
    count = 0
    rows = ReadingRequest.objects.filter(stopped_at=None).exclude(audience=Audience.ALL)
    for request in rows.prefetch_related("departments"):
        record = request.target
        if not _is_there(record):
            continue
        readers = Readers(
            audience=request.audience,
            departments=list(request.departments.all()),
            joined_since=request.joined_since,
        )
        people = _not_asked(record, people_among(readers).exclude(pk=request.asked_by_id))
        due_on = request.due_on and max(request.due_on, add_workdays(today, NEWCOMER_WORKDAYS))
        _ask(request, record, people, due_on=due_on)
        count += len(people)
    return count


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


def _ask(
    request: ReadingRequest, record: Any, people: Sequence[Person], *, due_on: dt.date | None
) -> None:
    Confirmation.objects.bulk_create(
        Confirmation(
            **_on(record), person=person, request=request, asked_by=request.asked_by, due_on=due_on
        )
        for person in people
    )

    def words() -> str:
        title = {"name": request.asked_by.name, "title": str(record)[:TITLE_MAX_CHARACTERS]}
        if due_on is None:
            return _("%(name)sさんから「%(title)s」を読むお願いです。") % title
        day = {"day": date_format(due_on, _("n/j"))}
        return _("%(name)sさんから「%(title)s」を%(day)sまでに読むお願いです。") % (title | day)

    notify(
        people,
        Notification.Kind.REQUEST,
        words,
        url=record.get_absolute_url(),
        by=request.asked_by,
        about=record,
    )


def _not_asked(record: models.Model, people: Any) -> list[Person]:
    known = Confirmation.objects.on(record).values_list("person_id", flat=True)
    return list(people.exclude(pk__in=list(known)).distinct())


def _is_there(record: Any) -> bool:
    return record is not None and getattr(record, "deleted_at", None) is None


def _on(record: models.Model) -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(record), "object_id": record.pk}
