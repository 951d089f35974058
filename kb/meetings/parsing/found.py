"""What is found in pasted minutes, each with the lines it came from and how sure it is."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """How somebody took part."""

    PRESENT = "present"
    ABSENT = "absent"
    OBSERVER = "observer"
    CHAIR = "chair"
    SCRIBE = "scribe"


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of the text, counted from 1, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name as written, without さん and the like. ``note`` stood behind it in parentheses.

    ``is_marked`` tells a name that a sign points at (@山田, ★山田, 担当：山田) from words that only
    stand where names stand.
    """

    words: str
    note: str = ""
    is_marked: bool = True


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody named as taking part."""

    name: FoundName
    role: Role
    span: Span
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day as written; ``day`` is None where none exists (2/30) or none was said (次回まで)."""

    words: str
    day: dt.date | None
    is_sure: bool


@dataclass(frozen=True, slots=True)
class FoundMoment:
    """When the meeting was; ``time`` is None where only the day is named."""

    day: FoundDay
    time: dt.time | None
    span: Span


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item of the agenda. ``heading`` is the line it begins with; "" for one only listed."""

    title: str
    span: Span
    heading: str = ""
    proposer: FoundName | None = None
    decides: bool = False
    is_carried_over: bool = False
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class FoundDecision:
    """Something decided; ``rejected`` holds pairs of option and why it was not chosen."""

    text: str
    span: Span
    reason: str = ""
    rejected: tuple[tuple[str, str], ...] = ()
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class FoundTodo:
    """Something to do. ``full`` still holds the names that were only guessed to be names."""

    text: str
    span: Span
    full: str = ""
    names: tuple[FoundName, ...] = ()
    due: FoundDay | None = None
    is_sure: bool = True
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class ReadMinutes:
    """All that was understood of a text; what was not is still in the text itself."""

    title: str = ""
    moment: FoundMoment | None = None
    place: str = ""
    people: tuple[FoundPerson, ...] = ()
    items: tuple[FoundItem, ...] = ()
    decisions: tuple[FoundDecision, ...] = ()
    todos: tuple[FoundTodo, ...] = ()
    next_time: FoundMoment | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found that could be kept apart from the text."""
        return not (self.people or self.items or self.decisions or self.todos or self.moment)
