"""会社のいま: the latest decisions, and the meetings that come next."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from kb.foundation.prepared import PreparedFor
from kb.meetings.models import Decision, Meeting, Series

DECISIONS_MAX = 3
LOOK_BACK = dt.timedelta(days=120)
HELD = (Meeting.State.PUBLISHED, Meeting.State.CORRECTED)


@dataclass(frozen=True)
class CompanyNow:
    """The last COFFEE TALK with what it decided, and the next meetings; any may be missing."""

    coffee_talk: Meeting | None
    decisions: Sequence[Decision]
    next_coffee_talk: Meeting | None
    next_all_hands: Meeting | None
    last_all_hands: Meeting | None


_meetings = PreparedFor(
    lambda given: (
        Meeting.objects.visible()
        .filter(
            held_at__gte=given.one("since"),
            series__kind__in=(Series.Kind.COFFEE_TALK, Series.Kind.ALL_HANDS),
        )
        .select_related("series")
        .defer("body", "body_html")
        .order_by("held_at")
    )
)


def company_now() -> CompanyNow:
    """What the whole company talks about now. Without a COFFEE TALK: the latest decisions of all."""
    now = timezone.now()
    meetings = _meetings(since=now - LOOK_BACK)
    talk = _last(meetings, Series.Kind.COFFEE_TALK, now)
    return CompanyNow(
        coffee_talk=talk,
        decisions=_decisions(talk),
        next_coffee_talk=_next(meetings, Series.Kind.COFFEE_TALK, now),
        next_all_hands=_next(meetings, Series.Kind.ALL_HANDS, now),
        last_all_hands=_last(meetings, Series.Kind.ALL_HANDS, now),
    )


_latest = PreparedFor(
    lambda _given: Decision.objects.valid().order_by("-decided_on", "-pk")[:DECISIONS_MAX]
)
_of_meeting = PreparedFor(
    lambda given: (
        Decision.objects.valid().filter(meeting=given.one("meeting")).order_by("pk")[:DECISIONS_MAX]
    )
)


def _decisions(talk: Meeting | None) -> list[Decision]:
    return _latest() if talk is None else _of_meeting(meeting=talk.pk)


def _last(meetings: Sequence[Meeting], kind: str, now: dt.datetime) -> Meeting | None:
    held = [m for m in meetings if m.series.kind == kind and m.held_at < now and m.state in HELD]
    return held[-1] if held else None


def _next(meetings: Sequence[Meeting], kind: str, now: dt.datetime) -> Meeting | None:
    return next((m for m in meetings if m.series.kind == kind and m.held_at >= now), None)
