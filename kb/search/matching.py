"""Which documents of a segment satisfy a word.

A set of documents is an array with a truth value for each document of the segment: unions and intersections of any
size are single operations.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date

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


def everything(view: SegmentView) -> Documents:
    """Return the set of all documents."""
    return np.ones(view.count, np.bool_)


def nothing(view: SegmentView) -> Documents:
    """Return the set without any document."""
    return np.zeros(view.count, np.bool_)


def with_word(view: SegmentView, word: PlannedWord) -> Documents:
    """Return the documents that satisfy a word in any of its ways."""
    found = nothing(view)
    for way in word.ways:
        found |= with_way(view, way)
    return found


def with_way(view: SegmentView, way: Way) -> Documents:
    """Return the documents that have all words where they meet, or all pairs, of a way."""
    words = _with_tokens(view, "s", way.words)
    if way.joints:
        words &= _with_tokens(view, "b", way.joints)
    return words | _with_tokens(view, "b", way.pairs)


def _with_tokens(view: SegmentView, field: str, tokens: Sequence[str]) -> Documents:
    if not tokens or not all(view.frequency(field, token) for token in tokens):
        return nothing(view)
    rarest, *others = sorted(tokens, key=lambda token: view.frequency(field, token))
    found = view.documents(field, rarest)
    for token in others:
        found &= view.documents(field, token)
    return found


def have_all(generation: Generation, words: Sequence[PlannedWord]) -> bool:
    """Whether a document satisfies all words."""
    for view, _deleted in generation.views:
        found = with_word(view, words[0])
        for word in words[1:]:
            found &= with_word(view, word)
        if found.any():
            return True
    return False


def partly_with_word(
    view: SegmentView, word: PlannedWord, worth: Callable[[str], float]
) -> Documents:
    """Return the documents that have the telling part of a word, or most of its pairs of characters.

    ``worth`` says how rare a part is; one that no document has is worth most, so that 「二度押しカモメ」 is not
    found where only 二度 stands; of a sentence any part will do. A word of the same meaning must stand there whole.
    """
    own = word.ways[0]
    tokens = own.words[:_MAX_COUNTED]
    total = sum(worth(token) for token in tokens)
    shares = {token: int(worth(token) * _WHOLE / total) for token in tokens} if total else {}
    enough = 1 if word.reads_like_sentence else math.floor(_WHOLE * TELLING_PART_OF_A_WORD)
    shares = _not_enough_alone(word, shares, enough)
    pairs = dict.fromkeys(own.pairs[:_MAX_COUNTED], 1)
    is_small = is_kana(word.text) and len(pairs) <= _FEW_PAIRS
    most = len(pairs) if is_small else math.ceil(len(pairs) * MOST_OF_A_WORD)
    return (
        with_word(view, word)
        | _counted(view, "s", shares, enough)
        | _counted(view, "b", pairs, max(1, most))
    )


def _not_enough_alone(word: PlannedWord, shares: Mapping[str, int], enough: int) -> dict[str, int]:
    """Let no single character tell a compound: 「場」 of 「駐輪場」 stands in 「その場で」, too."""
    if word.has_hiragana or all(len(token) == 1 for token in shares):
        return dict(shares)
    most = enough - 1
    return {
        token: min(share, most) if len(token) == 1 else share for token, share in shares.items()
    }


def _counted(view: SegmentView, field: str, counts: Mapping[str, int], enough: int) -> Documents:
    """Return the documents whose tokens count for enough together."""
    counted = np.zeros(view.count, np.uint16)
    for token, count in counts.items():
        counted[view.postings(field, token)[0]] += count
    found: Documents = counted >= enough
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
