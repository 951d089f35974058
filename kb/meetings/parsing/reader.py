"""From the text of minutes to all that was understood of it."""

import datetime as dt
from dataclasses import replace

from kb.meetings.parsing.agenda import items_of
from kb.meetings.parsing.decisions import decisions_of
from kb.meetings.parsing.found import FoundDecision, ReadMinutes, Span
from kb.meetings.parsing.header import moment_of, next_time_of, people_of, place_of, title_of
from kb.meetings.parsing.labels import HEADER
from kb.meetings.parsing.lines import read_lines
from kb.meetings.parsing.marks import with_japanese_marks as marked
from kb.meetings.parsing.sections import find_sections, in_next_time
from kb.meetings.parsing.todos import todos_of


def read_minutes(text: str, *, today: dt.date) -> ReadMinutes:
    """What is found in pasted minutes. Never fails: what is not understood is left in the text.

    ``today`` is the day of writing; days without a year are those nearest to it, and days of
    ToDos lie ahead of the meeting.
    """
    lines = read_lines(text)
    every = list(find_sections(lines))
    of_next = in_next_time(lines, every)
    sections = [one for one in every if one.head.number not in of_next or one.label not in HEADER]
    moment = moment_of(lines, sections, today=today)
    held_on = moment.day.day if moment is not None and moment.day.day is not None else today
    title, title_line = title_of(lines, sections)
    head = {title_line} | (_numbers(moment.span) if moment is not None else set())
    items = items_of(lines, sections, title_line=title_line)
    decisions = decisions_of(lines, sections)
    todos = todos_of(lines, sections, base=held_on, without=head)
    people = people_of(lines, sections)
    return ReadMinutes(
        title=title,
        moment=moment,
        place=place_of(lines, sections),
        people=tuple(people),
        items=tuple(replace(item, title=marked(item.title)) for item in items),
        decisions=tuple(_as_written(decision) for decision in decisions),
        todos=tuple(replace(t, text=marked(t.text), full=marked(t.full)) for t in todos),
        next_time=next_time_of(every, held_on=held_on),
    )


def _as_written(decision: FoundDecision) -> FoundDecision:
    return replace(
        decision,
        text=marked(decision.text),
        reason=marked(decision.reason),
        rejected=tuple((marked(option), marked(why)) for option, why in decision.rejected),
    )


def _numbers(span: Span) -> set[int]:
    return set(range(span.first, span.last + 1))
