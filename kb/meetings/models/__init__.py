"""Meetings with their agenda, sessions and materials, and the decisions born in them."""

from kb.meetings.models.all_hands import Session, SessionQuestion
from kb.meetings.models.decisions import Decision, RejectedOption, RuleRevision
from kb.meetings.models.materials import ItemQuestion, Material
from kb.meetings.models.meetings import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingRevision,
    Series,
)

__all__ = [
    "AgendaItem",
    "Attendance",
    "Decision",
    "ItemQuestion",
    "Material",
    "Meeting",
    "MeetingRevision",
    "RejectedOption",
    "RuleRevision",
    "Series",
    "Session",
    "SessionQuestion",
]
