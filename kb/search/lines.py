"""Result lines: a record with its words marked, its best passage and the facts beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from kb.foundation.addresses import address_of
from kb.search.needles import Needles
from kb.search.passages import best_passage_of, best_passages, mark, mark_part
from kb.search.placed import PlacedText
from kb.search.query import Fact, Hit, Passage, Segment
from kb.search.records import Record
from kb.search.texts import LoadedTexts, StoredText
from people.models import Department, Person

# Texts up to this long are looked through sentence by sentence; of longer ones only the blocks in
# which most of the query stands, found by plain comparison.
_SHORT = 3000
_BLOCK = 400
_MOST_BLOCKS = 5
_MOST_OCCURRENCES = 30
# What parts the pages of an attached file, and how many of the best are looked at.
PAGE_END = "\f"
_MOST_PAGES = 3
# A file is shown before the record's own text when it has so many times as much of what was asked for.
_FILE_SAYS_MORE = 1.5
_MOST_NAMES = 40
_SHOWN_NAMES = 3


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
    stored = texts.get(record.key)
    named = _Named(stored, wanted) if stored is not None else None
    hit = Hit(
        kind=record.kind,
        id=record.id,
        title=record.title,
        url=record.url,
        score=score,
        # A record may have been renamed since.
        title_segments=named.title()
        if named is not None and named.stored.title == record.title
        else mark(record.title, wanted),
        passages=_passages(named, wanted) if named is not None else (),
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


class _Named:
    """Title and names of a record as they were indexed, with what is marked in them."""

    def __init__(self, stored: StoredText, wanted: Needles) -> None:
        self.stored = stored
        self._wanted = wanted
        written = f"{stored.title}\n{stored.names}"
        self._placed = PlacedText.kept(written, stored.named, stored.named_places)

    def title(self) -> tuple[Segment, ...]:
        """The title in segments."""
        return self._marked(0, self.stored.title)

    def names(self) -> Iterator[tuple[Segment, ...]]:
        """Each of the first names in segments."""
        start = len(self.stored.title) + 1
        for line in self.stored.names.splitlines(keepends=True)[:_MOST_NAMES]:
            yield self._marked(start, line.rstrip("\r\n"))
            start += len(line)

    def _marked(self, start: int, name: str) -> tuple[Segment, ...]:
        if self._placed is None:
            return mark(name, self._wanted)
        return mark_part(self._placed, (start, start + len(name)), self._wanted)


def _passages(named: _Named, wanted: Needles) -> tuple[Passage, ...]:
    """The best lines of the record's own text, or of an attached file that alone says what was asked for."""
    text = named.stored
    own = _own_passages(text, wanted) if text.text else ()
    least = 0.0
    if text.files and _has_mark(own):
        least = _FILE_SAYS_MORE * _worth(f"{text.title}\n{text.text}", wanted)
    worths = [_worth(content, wanted) for _name, content, *_keys in text.files]
    for place in sorted(range(len(worths)), key=lambda place: -worths[place]):
        if worths[place] < least:
            break
        name, content, *keys = text.files[place]
        found = _passage_of_file(name, content, wanted, key=keys[0] if keys else "")
        if found is not None:
            return (found,)
    return own if _has_mark(own) else _with_names(own, named)


def _worth(text: str, wanted: Needles) -> int:
    """How much of what is looked for stands somewhere in a text, longer pieces counting more."""
    lowered = text.lower()
    return sum(len(piece) for piece in wanted.words | wanted.pairs if piece in lowered)


def _own_passages(text: StoredText, wanted: Needles) -> tuple[Passage, ...]:
    placed = PlacedText.kept(text.text, text.folded, text.places)
    if placed is None:
        return best_passages(_dense_part(text.text, wanted), wanted)
    best = best_passage_of(placed, wanted)
    return (best,) if best is not None else ()


def _with_names(own: tuple[Passage, ...], named: _Named) -> tuple[Passage, ...]:
    """The beginning of the text after the names that match: who took part, a topic, a customer."""
    if any(segment.hit for segment in named.title()):
        return own
    found = [segments for segments in named.names() if any(segment.hit for segment in segments)]
    if not found:
        return own
    segments = [Segment(_("関わりのある名前・テーマ："))]
    for i, name in enumerate(found[:_SHOWN_NAMES]):
        segments += [Segment("、"), *name] if i else name
    beginning = (Segment("　"), *own[0].segments) if own else ()
    return (Passage((*segments, *beginning)),)


def _passage_of_file(name: str, content: str, wanted: Needles, *, key: str) -> Passage | None:
    """The best lines of an attached file, with the page (sheet, slide) on which they stand."""
    pages = content.split(PAGE_END)
    looked_for = [*wanted.words, *wanted.pairs]
    worths = [sum(_block_worths(page.lower(), looked_for).values()) for page in pages]
    # The page that has most first; a short page that says it all is better than a long one.
    for number in sorted(range(len(pages)), key=lambda i: -worths[i])[:_MOST_PAGES]:
        found = best_passages(_dense_part(pages[number], wanted), wanted)
        if _has_mark(found):
            page = number + 1 if len(pages) > 1 else None
            return replace(found[0], source=name, page=page, url=_address(name, key, page))
    return None


def _address(name: str, key: str, page: int | None) -> str:
    """Where the file opens; viewers of PDF files go to the page that the address names."""
    if not key:
        return ""
    address = address_of("attachment_download", key)
    return f"{address}#page={page}" if page and name.lower().endswith(".pdf") else address


def _dense_part(text: str, wanted: Needles) -> str:
    """The blocks of a long text that hold most of the query, in order; its beginning when none does."""
    if len(text) <= _SHORT:
        return text
    blocks = _block_worths(text.lower(), [*wanted.words, *wanted.pairs])
    if not blocks:
        return text[:_SHORT]
    best = sorted(blocks, key=lambda block: (-blocks[block], block))[:_MOST_BLOCKS]
    # A sentence may begin before its block and end after it.
    kept = sorted({near for block in best for near in (block - 1, block, block + 1) if near >= 0})
    pieces = []
    for i, block in enumerate(kept):
        if i and block != kept[i - 1] + 1:
            pieces.append("\n")
        pieces.append(text[block * _BLOCK : (block + 1) * _BLOCK])
    return "".join(pieces)


def _block_worths(lowered: str, looked_for: Iterable[str]) -> dict[int, int]:
    """How much of what is looked for stands in each block, longer pieces counting more."""
    worths: dict[int, int] = {}
    for piece in looked_for:
        seen: set[int] = set()
        position = lowered.find(piece)
        for _occurrence in range(_MOST_OCCURRENCES):
            if position < 0:
                break
            seen.add(position // _BLOCK)
            position = lowered.find(piece, (position // _BLOCK + 1) * _BLOCK)
        for block in seen:
            worths[block] = worths.get(block, 0) + len(piece)
    return worths


def _has_mark(passages: Iterable[Passage]) -> bool:
    return any(segment.hit for passage in passages for segment in passage.segments)


def department_of(line: Line) -> Department | None:
    """The record's department, else that of the person beside it."""
    if line.record.department is not None:
        return line.record.department
    return line.person.department if line.person is not None else None
