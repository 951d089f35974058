"""What one meeting hands to the next of its series."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from kb.meetings.models import AgendaItem, Meeting, Series
from kb.todos.models import ActionItem
from people.models import Person
from people.querysets import attach_departments

# Minutes are written on the day of the meeting or soon after.
NEAR = dt.timedelta(days=3)


@dataclass(frozen=True)
class LeftOver:
    """What the last meeting left to do: open ToDos, earliest due first, and 持ち越し."""

    meeting: Meeting
    todos: list[ActionItem]
    carried_over: list[AgendaItem]


def next_number(series: Series) -> int:
    """The number of the next meeting of a series; 1 for the first."""
    last: int | None = series.meetings.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def expected_at(series: Series | None) -> dt.datetime:
    """When the meeting is that is written down now.

    That of the rhythm of the series if it lies within ``NEAR`` of now, else the hour just begun.
    """
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    meetings = Meeting.objects.visible().filter(series=series) if series is not None else None
    held = (
        list(meetings.order_by("-number").values_list("held_at", flat=True)[:2]) if meetings else []
    )
    if len(held) < 2 or held[0] <= held[1]:
        return now
    expected: dt.datetime = timezone.localtime(held[0] + (held[0] - held[1]))
    return expected if abs(expected - now) <= NEAR else now


def last_meeting(series: Series) -> Meeting | None:
    """The meeting of the series with the highest number, None before the first."""
    meetings = Meeting.objects.visible().filter(series=series).with_people()
    found: Meeting | None = meetings.order_by("-number").first()
    return found


def most_recent(series: "QuerySet[Series]") -> Series | None:
    """Of these series the one that met last; None when there is none."""
    last_met = Max("meetings__held_at", filter=Q(meetings__deleted_at__isnull=True))
    by_use = series.annotate(last_met_at=last_met).order_by(F("last_met_at").desc(nulls_last=True))
    return by_use.first()


def usual_attendees(meeting: Meeting) -> list[int]:
    """The keys of those who were present and still work here."""
    present = meeting.attendances.filter(was_present=True).values("person_id")
    people = Person.objects.visible().filter(pk__in=present)
    return list(people.in_reading_order().values_list("pk", flat=True))


def left_over(series: Series | None) -> LeftOver | None:
    """What is still open from the last meeting, None where nothing is."""
    last = last_meeting(series) if series is not None else None
    if last is None:
        return None
    todos = list(ActionItem.objects.born_in(last).open().select_related("person").by_due_date())
    attach_departments(todo.person for todo in todos)
    carried_over = list(last.agenda_items.filter(is_carried_over=True))
    return LeftOver(last, todos, carried_over) if todos or carried_over else None
