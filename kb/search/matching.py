"""Which documents of a segment satisfy a word.

A set of documents is one long number with a byte for each document, 1 where it belongs to the set: unions and
intersections of any size are single operations, and adding such numbers counts how many sets each document is in.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import compress

from kb.search.generation import SegmentView
from kb.search.plan import PlannedWord, Way
from kb.search.query import SearchQuery

# With this share of its pairs of characters, a document has the better part of a word.
MOST_OF_A_WORD = 0.6
# With this share of the rarity of its parts, it has the telling one.
TELLING_PART_OF_A_WORD = 0.15
# What all parts count together; a byte holds it.
_WHOLE = 250
_MAX_COUNTED = 255


def members(view: SegmentView, documents: int) -> bytes:
    """Return one byte per document of the segment, 1 for those of the set."""
    return documents.to_bytes(view.count, "little")


def numbers_of(view: SegmentView, documents: int) -> Iterator[int]:
    """Return the document numbers of a set, in order."""
    return compress(range(view.count), members(view, documents))


def set_of(view: SegmentView, numbers: Iterable[int]) -> int:
    """Return the set of some document numbers."""
    marks = bytearray(view.count)
    for number in numbers:
        marks[number] = 1
    return int.from_bytes(marks, "little")


def everything(view: SegmentView) -> int:
    """Return the set of all documents."""
    return int.from_bytes(b"\x01" * view.count, "little")


def with_word(view: SegmentView, word: PlannedWord) -> int:
    """Return the documents that satisfy a word in any of its ways."""
    found = 0
    for way in word.ways:
        found |= with_way(view, way)
    return found


def with_way(view: SegmentView, way: Way) -> int:
    """Return the documents that have all words, or all pairs, of a way."""
    return _with_tokens(view, "s", way.words) | _with_tokens(view, "b", way.pairs)


def _with_tokens(view: SegmentView, field: str, tokens: Sequence[str]) -> int:
    if not tokens or not all(view.frequency(field, token) for token in tokens):
        return 0
    found = everything(view)
    for token in sorted(tokens, key=lambda token: view.frequency(field, token)):
        found &= view.documents(field, token)
        if not found:
            break
    return found


def partly_with_word(view: SegmentView, word: PlannedWord, worth: Callable[[str], float]) -> int:
    """Return the documents that have the telling part of a word, or most of its pairs of characters.

    ``worth`` says how rare a part is; one that no document has is worth most, so that 「二度押しカモメ」 is not
    found where only 二度 stands; of a sentence any part will do. A word of the same meaning must stand there whole.
    """
    own = word.ways[0]
    tokens = own.words[:_MAX_COUNTED]
    total = sum(worth(token) for token in tokens)
    shares = {token: int(worth(token) * _WHOLE / total) for token in tokens} if total else {}
    found = with_word(view, word)
    enough = 1 if word.reads_like_sentence else math.floor(_WHOLE * TELLING_PART_OF_A_WORD)
    found |= _counted(view, "s", shares, enough)
    pairs = dict.fromkeys(own.pairs[:_MAX_COUNTED], 1)
    return found | _counted(view, "b", pairs, max(1, math.ceil(len(pairs) * MOST_OF_A_WORD)))


def _counted(view: SegmentView, field: str, counts: Mapping[str, int], enough: int) -> int:
    """Return the documents whose tokens count for enough together."""
    known = (token for token in counts if counts[token] and view.frequency(field, token))
    counted = sum(view.documents(field, token) * counts[token] for token in known)
    table = bytes(int(count >= enough) for count in range(256))
    return int.from_bytes(members(view, counted).translate(table), "little") if counted else 0


def filter_values(query: SearchQuery) -> tuple[frozenset[str], ...]:
    """Return the facets that each filter of a query accepts."""
    return (
        frozenset(f"kind:{kind}" for kind in query.kinds),
        frozenset(f"topic:{topic}" for topic in query.topics),
        frozenset(f"department:{department}" for department in query.departments),
        frozenset(f"person:{person}" for person in query.people),
        frozenset(f"state:{state}" for state in query.states),
    )


def passing(view: SegmentView, query: SearchQuery) -> int:
    """Return the documents that pass all filters of a query."""
    found = everything(view)
    for facets in filter_values(query):
        if facets:
            accepted = 0
            for facet in facets:
                accepted |= view.documents("facet", facet)
            found &= accepted
    if query.since or query.until:
        first = (query.since or date.min).toordinal()
        last = (query.until or date.max).toordinal()
        days = view.days
        found &= set_of(view, (n for n in range(view.count) if first <= days[n] <= last))
    return found
