"""Which documents satisfy a word, segment by segment.

A set of documents is an array with a truth value for each document of the segment: unions and intersections of any
size are single operations.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from kb.search.generation import Documents, Generation, SegmentView
from kb.search.katakana import is_kana
from kb.search.plan import PlannedWord, Way
from kb.search.query import SearchQuery

# With this share of its pairs of characters, a document has the better part of a word.
MOST_OF_A_WORD = 0.6
# Of a word in kana, so few pairs must all be there: パート is no better part of デパート.
_FEW_PAIRS = 3
# With this share of the rarity of its parts, it has the telling one.
TELLING_PART_OF_A_WORD = 0.15
# What all parts count together.
_WHOLE = 250
_MAX_COUNTED = 255
_FEW = 100

# For each segment of a generation a set of documents; None where none of the segment's belong to it.
Sets = tuple[Documents | None, ...]


def everything(view: SegmentView) -> Documents:
    """Return the set of all documents."""
    return np.ones(view.count, np.bool_)


def nothing(view: SegmentView) -> Documents:
    """Return the set without any document."""
    return np.zeros(view.count, np.bool_)


@lru_cache(maxsize=32)
def with_word(generation: Generation, word: PlannedWord) -> Sets:
    """Return the documents that satisfy a word in any of its ways.

    A search asks for each of its words up to four times, so the last answers are kept; nobody may change them.
    """
    found = tuple(map(any_of, zip(*(with_way(generation, way) for way in word.ways), strict=True)))
    for documents in found:
        if documents is not None:
            documents.setflags(write=False)
    return found


def with_way(generation: Generation, way: Way) -> Sets:
    """Return the documents that have all words where they meet, or all pairs, of a way."""
    words = way.words if _are_known(generation, "s", way.words) else ()
    pairs = way.pairs if _are_known(generation, "b", way.pairs) else ()
    if not (words or pairs):
        return (None,) * len(generation.views)
    return tuple(
        any_of((_where_they_meet(view, words, way.joints), _with_tokens(view, "b", pairs)))
        for view, _deleted in generation.views
    )


def _are_known(generation: Generation, field: str, tokens: Sequence[str]) -> bool:
    """Whether each token stands in some document: of most ways one stands in none, whatever the segment."""
    return all(generation.frequency(field, token) for token in tokens)


def _where_they_meet(
    view: SegmentView, words: Sequence[str], joints: Sequence[str]
) -> Documents | None:
    found = _with_tokens(view, "s", words)
    if joints and found is not None:
        joined = _with_tokens(view, "b", joints)
        found = None if joined is None else found & joined
    return found


def any_of(sets: Iterable[Documents | None]) -> Documents | None:
    """Return the union of some sets."""
    found: Documents | None = None
    for documents in sets:
        if documents is not None:
            found = documents if found is None else found | documents
    return found


def _with_tokens(view: SegmentView, field: str, tokens: Sequence[str]) -> Documents | None:
    """Return the documents that have all tokens; None when there are none, or no document has one of them."""
    frequencies = {token: view.frequency(field, token) for token in tokens}
    if not tokens or not all(frequencies.values()):
        return None
    rarest, *others = sorted(tokens, key=frequencies.__getitem__)
    numbers = view.postings(field, rarest)[0]
    for token in others:
        # A few are looked up one by one; of many, all are marked first.
        if len(numbers) < _FEW:
            numbers = numbers[view.has_each(field, token, numbers)]
        else:
            numbers = numbers[view.documents(field, token)[numbers]]
    if not len(numbers):
        return None
    found = nothing(view)
    found[numbers] = True
    return found


def with_all(generation: Generation, words: Iterable[PlannedWord]) -> Sets:
    """Return the documents that satisfy all words; nobody may change them."""
    sets = [with_word(generation, word) for word in words]
    return tuple(map(_all_of, zip(*sets, strict=True)))


def _all_of(sets: Iterable[Documents | None]) -> Documents | None:
    """Return the intersection of some sets; None when it is empty."""
    found: Documents | None = None
    for documents in sets:
        if documents is None:
            return None
        found = documents if found is None else found & documents
    return found if found is not None and found.any() else None


def have_all(generation: Generation, words: Sequence[PlannedWord]) -> bool:
    """Whether a document satisfies all words."""
    return any(documents is not None for documents in with_all(generation, words))


def partly_with_word(
    generation: Generation, word: PlannedWord, worth: Callable[[str], float]
) -> Sets:
    """Return the documents that have the telling part of a word, or most of its pairs of characters, if any do.

    ``worth`` says how rare a part is; one that no document has is worth most, so that 「二度押しカモメ」 is not
    found where only 二度 stands; of a sentence any part will do. Those that have the whole word may be missing here.
    """
    own = word.ways[0]
    tokens = own.words[:_MAX_COUNTED]
    worths = {token: worth(token) for token in tokens}
    total = sum(worths[token] for token in tokens)
    shares = {token: int(worths[token] * _WHOLE / total) for token in tokens} if total else {}
    enough = 1 if word.reads_like_sentence else math.floor(_WHOLE * TELLING_PART_OF_A_WORD)
    shares = _not_enough_alone(word, shares, enough)
    pairs = dict.fromkeys(own.pairs[:_MAX_COUNTED], 1)
    is_small = is_kana(word.text) and len(pairs) <= _FEW_PAIRS
    most = len(pairs) if is_small else math.ceil(len(pairs) * MOST_OF_A_WORD)
    return tuple(
        any_of((_counted(view, "s", shares, enough), _counted(view, "b", pairs, max(1, most))))
        for view, _deleted in generation.views
    )


def _not_enough_alone(word: PlannedWord, shares: Mapping[str, int], enough: int) -> dict[str, int]:
    """Let no single character tell a compound: 「場」 of 「駐輪場」 stands in 「その場で」, too."""
    if word.has_hiragana or all(len(token) == 1 for token in shares):
        return dict(shares)
    most = enough - 1
    return {
        token: min(share, most) if len(token) == 1 else share for token, share in shares.items()
    }


def _counted(
    view: SegmentView, field: str, counts: Mapping[str, int], enough: int
) -> Documents | None:
    """Return the documents whose tokens count for enough together; None when no document's can."""
    known = [(view.postings(field, token)[0], count) for token, count in counts.items()]
    known = [(numbers, count) for numbers, count in known if len(numbers)]
    if not known or sum(count for _, count in known) < enough:
        return None
    everywhere = np.concatenate([numbers for numbers, _ in known])
    weights = np.repeat([count for _, count in known], [len(numbers) for numbers, _ in known])
    found: Documents = np.bincount(everywhere, weights, view.count) >= enough
    return found


def filter_values(query: SearchQuery) -> tuple[frozenset[str], ...]:
    """Return the facets that each filter of a query accepts."""
    return (
        frozenset(f"kind:{kind}" for kind in query.kinds),
        frozenset(f"topic:{topic}" for topic in query.topics),
        frozenset(f"department:{department}" for department in query.departments),
        frozenset(f"person:{person}" for person in query.people),
        frozenset(f"state:{state}" for state in query.states),
    )


def passing(view: SegmentView, query: SearchQuery) -> Documents:
    """Return the documents that pass all filters of a query."""
    found = everything(view)
    for facets in filter_values(query):
        if facets:
            accepted = nothing(view)
            for facet in facets:
                accepted[view.postings("facet", facet)[0]] = True
            found &= accepted
    if query.since or query.until:
        first = (query.since or date.min).toordinal()
        last = (query.until or date.max).toordinal()
        found &= (first <= view.days) & (view.days <= last)
    return found
