"""前回までのあらすじ: what a series has decided so far, in order."""

from typing import Any

from kb.meetings.lineage import with_successors
from kb.meetings.models import Decision, Meeting, Series

LATELY = 5


def story_of(series: Series) -> dict[str, Any]:
    """All decisions of a series, oldest first, each with what holds instead of it."""
    decisions = Decision.objects.visible().filter(meeting__series=series)
    rows = decisions.select_related("meeting__series").order_by("meeting__held_at", "pk")
    return {"decisions": with_successors(list(rows))}


def story_before(meeting: Meeting) -> list[Decision]:
    """The last decisions of the series before a meeting, oldest first."""
    decisions = Decision.objects.visible().filter(
        meeting__series=meeting.series, meeting__number__lt=meeting.number
    )
    rows = decisions.select_related("meeting__series").order_by("-meeting__number", "-pk")
    return with_successors(list(rows[:LATELY])[::-1])
