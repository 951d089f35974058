"""「読んでください」: who is asked to read a record, who has not yet, and what changed since.

The clock's part (newcomers, those who moved, reminders) is in ``reading_rounds``.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Count, Exists, Subquery, Value, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kb.engagement.keepers import keepers_of
from kb.engagement.models import Confirmation, Notification, ReadingRequest
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify, settle
from kb.foundation.bin import write_down
from kb.foundation.prepared import Given, PreparedFor
from people.models import Department, Person

Audience = ReadingRequest.Audience


@dataclass(frozen=True, kw_only=True)
class Readers:
    """Who is to read: everybody, departments with all below them, or who joined since a day.

    ``again``: also those of them who read it before its text changed.
    """

    audience: str
    departments: Sequence[Department] = ()
    joined_since: dt.date | None = None
    again: bool = False


@dataclass(frozen=True)
class ReadingState:
    """How far a record is read, for one reader. ``waiting`` names people to those who asked alone.

    ``changed_at`` is when its words changed last, asked where the reader has read it; ``stoppable``
    are the numbers of the requests that the reader may take back.
    """

    own: Confirmation | None
    is_asker: bool
    asked_count: int
    read_count: int
    changed_at: dt.datetime | None
    waiting: Sequence[Confirmation]
    requests: Sequence[ReadingRequest]
    stoppable: Collection[int]

    @property
    def percent(self) -> int:
        """Whole percent of those asked who have read it; 0 where nobody was asked."""
        return self.read_count * 100 // self.asked_count if self.asked_count else 0

    @property
    def is_waiting_for_me(self) -> bool:
        """Whether the reader was asked and has not answered."""
        return self.own is not None and self.own.confirmed_at is None

    @property
    def is_outdated_for_me(self) -> bool:
        """Whether the text is another one since the reader said 「読みました」."""
        read_at = self.own.confirmed_at if self.own is not None else None
        return read_at is not None and self.changed_at is not None and read_at < self.changed_at


@transaction.atomic
def ask_to_read(
    record: models.Model, readers: Readers, *, by: Person, due_on: dt.date | None = None
) -> int:
    """Asks all of them who were not asked before; returns how many. Nobody left: nothing is kept."""
    meant = people_among(readers).exclude(pk=by.pk)
    people = not_asked(record, meant)
    outdated = list(_outdated(record).filter(person__in=meant)) if readers.again else []
    if not people and not outdated and readers.audience != Audience.JOINED:
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
    for row in outdated:
        _ask_anew(row, request, by=by)
    _tell(request, record, [row.person for row in outdated], due_on=due_on)
    ask(request, record, people, due_on=due_on)
    return len(people) + len(outdated)


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


def may_stop(request: ReadingRequest, record: Any, person: Person) -> bool:
    """Whether the person asked, or keeps the record for somebody who asked and has left."""
    if request.asked_by_id == person.pk:
        return True
    return not request.asked_by.is_active and person in keepers_of(record)


_requests = PreparedFor(
    lambda given: (
        _on_given(given, ReadingRequest.objects)
        .select_related("asked_by")
        .order_by("-created_at", "-pk")
    )
)
_own = PreparedFor(
    lambda given: (
        _on_given(given, Confirmation.objects)
        .filter(person=given.one("reader"))
        .exclude(confirmed_at__isnull=True, request__stopped_at__isnull=False)
        .order_by("pk")[:1]
    )
)
# Of most records nobody was asked to read anything, so one query says first what there is: requests, some
# that the reader made, the reader's own answer, how many were asked, and how many of them have read it.
_found = PreparedFor(
    lambda given: (
        Person.objects.filter(pk=given.one("reader"))
        .order_by()
        .values_list(
            Exists(_on_given(given, ReadingRequest.objects)),
            Exists(_on_given(given, Confirmation.objects).filter(asked_by=given.one("reader"))),
            Exists(_on_given(given, Confirmation.objects).filter(person=given.one("reader"))),
            _count_of(_on_given(given, Confirmation.objects.asked())),
            _count_of(
                _on_given(given, Confirmation.objects.asked()).filter(confirmed_at__isnull=False)
            ),
        )
    )
)


def _on_given(given: Given, rows: Any) -> Any:
    return rows.filter(content_type=given.one("kind"), object_id=given.one("record"))


def _count_of(rows: Any) -> Subquery:
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk"))
    return Subquery(counted.values("number"))


def reading_state(record: models.Model, reader: Person) -> ReadingState:
    """How far the record is read; the names of those who have not only for those who asked."""
    here = {"kind": ContentType.objects.get_for_model(record).pk, "record": record.pk}
    has_requests, has_asked, has_own, asked, read = _found(**here, reader=reader.pk)[0]
    requests = _requests(**here) if has_requests else []
    prefetch_related_objects(requests, "departments")
    own_requests = {request.pk for request in requests if may_stop(request, record, reader)}
    is_asker = bool(own_requests or has_asked)
    own = next(iter(_own(**here, reader=reader.pk) if has_own else []), None)
    read_by_me = own is not None and own.confirmed_at is not None
    return ReadingState(
        own=own,
        is_asker=is_asker,
        asked_count=asked or 0,
        read_count=read or 0,
        changed_at=changed_at(record) if read_by_me else None,
        waiting=_waiting_on(record) if is_asker else [],
        requests=requests,
        stoppable=own_requests,
    )


def _waiting_on(record: models.Model) -> list[Confirmation]:
    waiting = Confirmation.objects.on(record).waiting().select_related("person")
    return list(waiting.order_by("person__yomi", "pk"))


def outdated_count(record: models.Model) -> int:
    """How many colleagues read the record before its words changed."""
    count: int = _outdated(record).count()
    return count


def changed_at(record: models.Model) -> dt.datetime | None:
    """When the words of the record changed last; None for records that do not say."""
    moment: dt.datetime | None = getattr(record, "text_changed_at", None)
    return moment


def ask(
    request: ReadingRequest, record: Any, people: Sequence[Person], *, due_on: dt.date | None
) -> None:
    """Asks people who were not asked before, and tells them."""
    Confirmation.objects.bulk_create(
        Confirmation(
            **_on(record), person=person, request=request, asked_by=request.asked_by, due_on=due_on
        )
        for person in people
    )
    _tell(request, record, people, due_on=due_on)


def not_asked(record: models.Model, people: Any) -> list[Person]:
    """Those of the people who neither were asked to read the record nor have read it."""
    known = Confirmation.objects.on(record).values_list("person_id", flat=True)
    return list(people.exclude(pk__in=list(known)).distinct())


def _outdated(record: models.Model) -> Any:
    """What colleagues of today confirmed before the words changed; none where that is not known."""
    moment = changed_at(record)
    rows = Confirmation.objects.on(record).filter(person__is_active=True)
    return rows.filter(confirmed_at__lt=moment) if moment is not None else rows.none()


def _ask_anew(row: Confirmation, request: ReadingRequest, *, by: Person) -> None:
    """The person is asked as for the first time; the log keeps when the older text was read."""
    read_at = row.confirmed_at.isoformat() if row.confirmed_at else ""
    write_down(row, "ask_anew", by=by, confirmed_at=read_at)
    row.request, row.asked_by, row.due_on = request, by, request.due_on
    row.asked_at, row.confirmed_at = timezone.now(), None
    row.reminders, row.reminded_at = 0, None
    row.save()


def _tell(
    request: ReadingRequest, record: Any, people: Sequence[Person], *, due_on: dt.date | None
) -> None:
    asker = _who_asks(request, record)

    def words() -> str:
        title = {"name": asker.name, "title": str(record)[:TITLE_MAX_CHARACTERS]}
        if due_on is None:
            return _("%(name)sさんから「%(title)s」を読むお願いです。") % title
        day = {"day": date_format(due_on, _("n/j"))}
        return _("%(name)sさんから「%(title)s」を%(day)sまでに読むお願いです。") % (title | day)

    notify(
        people,
        Notification.Kind.REQUEST,
        words,
        url=record.get_absolute_url(),
        by=asker,
        about=record,
    )


def _who_asks(request: ReadingRequest, record: Any) -> Person:
    """Who asked; whoever keeps the record when that one has left."""
    if request.asked_by.is_active:
        return request.asked_by
    here = (person for person in keepers_of(record) if person.is_active)
    return next(here, request.asked_by)


def _on(record: models.Model) -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(record), "object_id": record.pk}
