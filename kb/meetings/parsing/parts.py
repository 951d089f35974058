"""Which lines of the minutes belong to which item of the agenda."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.meetings.parsing.labels import Label
from kb.meetings.parsing.lines import Line, read_lines
from kb.meetings.parsing.sections import Section, find_sections

_OWN = frozenset({Label.DECISION, Label.TODO, Label.HOLD, Label.NEXT, Label.AGENDA})


@dataclass(frozen=True, slots=True)
class Part:
    """The lines under one heading, from 1; ``last`` is the heading's own line when there are none."""

    heading: str
    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Parted:
    """A text cut into the parts under its headings, and all that stands outside them."""

    parts: tuple[Part, ...]
    rest: str


def last_line(line: Line, following: Sequence[int], sections: list[Section], total: int) -> int:
    """Where the part of a heading ends: before the next one, or before 宿題 and the like."""
    end = min((number for number in following if number > line.number), default=total + 1) - 1
    closing = [
        section.head.number
        for section in sections
        if section.label in _OWN
        and not section.value
        and line.number < section.head.number <= end
        and section.head.rank <= line.rank
    ]
    return max(line.number, min([end, *(number - 1 for number in closing)]))


def part_minutes(text: str, headings: Sequence[str]) -> Parted:
    """The text under each of the headings that still stand in it, in the order of the text."""
    lines = read_lines(text)
    sections = list(find_sections(lines))
    heads = _find(lines, headings)
    numbers = [line.number for line in heads]
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    parts: list[Part] = []
    taken: set[int] = set()
    for line in heads:
        last = last_line(line, numbers, sections, len(lines))
        if last == len(lines):
            last = len(rows)
        body = "\n".join(rows[line.number : last]).strip("\n")
        parts.append(Part(line.raw.strip(), line.number, last, body))
        taken.update(range(line.number, last + 1))
    rest = "\n".join(row for number, row in enumerate(rows, 1) if number not in taken)
    return Parted(tuple(parts), rest.strip("\n"))


def _find(lines: list[Line], headings: Sequence[str]) -> list[Line]:
    """Each heading's line; the same words twice are two headings, top to bottom."""
    wanted = [heading.strip() for heading in headings if heading.strip()]
    found = []
    for line in lines:
        words = line.raw.strip()
        if words in wanted:
            wanted.remove(words)
            found.append(line)
    return found
