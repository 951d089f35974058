"""Reads pasted minutes: pure functions from text to what was found in it. Knows no roster."""

from kb.meetings.parsing.found import (
    FoundDay,
    FoundDecision,
    FoundItem,
    FoundMoment,
    FoundName,
    FoundPerson,
    FoundTodo,
    ReadMinutes,
    Role,
    Span,
)
from kb.meetings.parsing.parts import Part, Parted, part_minutes
from kb.meetings.parsing.reader import read_minutes

__all__ = [
    "FoundDay",
    "FoundDecision",
    "FoundItem",
    "FoundMoment",
    "FoundName",
    "FoundPerson",
    "FoundTodo",
    "Part",
    "Parted",
    "ReadMinutes",
    "Role",
    "Span",
    "part_minutes",
    "read_minutes",
]
