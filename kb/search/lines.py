"""Result lines: a record with its words marked, its best passage and the facts beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kb.search.passages import Needles, best_passages, mark
from kb.search.query import Fact, Hit, Passage
from kb.search.records import Record
from kb.search.texts import LoadedTexts
from people.models import Person

_MOST_CHARACTERS = 60_000


@dataclass(frozen=True)
class Line:
    """One result: the hit as data, and what its line on a page shows besides."""

    hit: Hit
    record: Record
    person: Person | None = None


def line_of(
    record: Record,
    score: float,
    *,
    wanted: Needles,
    texts: LoadedTexts,
    people: Mapping[int, Person],
) -> Line:
    """The line of a record; ``people`` holds those whose names stand in lines."""
    person = people.get(record.person_id) if record.person_id is not None else None
    hit = Hit(
        kind=record.kind,
        id=record.id,
        title=record.title,
        url=record.url,
        score=score,
        title_segments=mark(record.title, wanted),
        passages=_passages(record.key, wanted, texts),
        day=record.day,
        state=record.state,
        source_path=record.source_path,
        facts=tuple(_facts(record, person)),
    )
    return Line(hit, record, person)


def _facts(record: Record, person: Person | None) -> Iterable[Fact]:
    if person is not None:
        yield Fact("person", person.name, person.get_absolute_url(), person.pk)
    department = record.department
    if department is not None:
        yield Fact("department", department.name, department.get_absolute_url(), department.pk)
    if record.source is not None:
        yield record.source


def _passages(key: str, wanted: Needles, texts: LoadedTexts) -> tuple[Passage, ...]:
    """The best lines of the record's own text, or of an attached file when only that one matches."""
    text = texts.get(key)
    if text is None:
        return ()
    own = best_passages(text.text[:_MOST_CHARACTERS], wanted) if text.text else ()
    if _has_mark(own):
        return own
    for name, content in text.files:
        found = best_passages(content[:_MOST_CHARACTERS], wanted)
        if _has_mark(found):
            return tuple(replace(passage, source=name) for passage in found)
    return own


def _has_mark(passages: Iterable[Passage]) -> bool:
    return any(segment.hit for passage in passages for segment in passage.segments)
