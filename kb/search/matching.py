"""Which documents satisfy a word.

A set of documents is an array with a truth value for each document of all segments: unions and intersections of any
size are single operations.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter

import numpy as np

from kb.search.generation import Documents, Generation
from kb.search.katakana import is_kana
from kb.search.last_answers import last_answers
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


def everything(generation: Generation) -> Documents:
    """Return the set of all documents."""
    return np.ones(generation.size, np.bool_)


def nothing(generation: Generation) -> Documents:
    """Return the set without any document."""
    return np.zeros(generation.size, np.bool_)


@last_answers(32)
def with_word(generation: Generation, word: PlannedWord) -> Documents | None:
    """Return the documents that satisfy a word in any of its ways; None when no document has a way's parts.

    A search asks for each of its words up to four times, so the last answers are kept; nobody may change them.
    """
    found = any_of(with_way(generation, way) for way in word.ways)
    if found is not None:
        found.setflags(write=False)
    return found


def with_way(generation: Generation, way: Way) -> Documents | None:
    """Return the documents that have all words where they meet, or all pairs, of a way; None where none has."""
    words = _with_tokens(generation, "s", way.words)
    if way.joints and words is not None:
        joints = _with_tokens(generation, "b", way.joints)
        words = None if joints is None else words & joints
    return any_of((words, _with_tokens(generation, "b", way.pairs)))


def any_of(sets: Iterable[Documents | None]) -> Documents | None:
    """Return the union of some sets; None when there is no set."""
    found: Documents | None = None
    for documents in sets:
        if documents is not None:
            found = documents if found is None else found | documents
    return found


def _with_tokens(generation: Generation, field: str, tokens: Sequence[str]) -> Documents | None:
    """Return the documents that have all tokens; None when there are none, or no document has one of them."""
    frequencies: list[int] = []
    for token in tokens:
        frequency = generation.frequency(field, token)
        if not frequency:
            return None
        frequencies.append(frequency)
    if not frequencies:
        return None
    (_, rarest), *others = sorted(zip(frequencies, tokens, strict=True), key=itemgetter(0))
    numbers = generation.postings(field, rarest)[0]
    for _, token in others:
        # A few are looked up one by one; of many, all are marked first.
        if len(numbers) < _FEW:
            numbers = numbers[generation.has_each(field, token, numbers)]
        else:
            numbers = numbers[generation.documents(field, token)[numbers]]
        if not len(numbers):
            return None
    found = nothing(generation)
    found[numbers] = True
    return found


def with_all(generation: Generation, words: Iterable[PlannedWord]) -> Documents | None:
    """Return the documents that satisfy all words, which nobody may change; None when none does."""
    found: Documents | None = None
    for word in words:
        documents = with_word(generation, word)
        if documents is None:
            return None
        found = documents if found is None else found & documents
    return found if found is not None and found.any() else None


def is_some(documents: Documents | None, kept: Documents | None) -> bool:
    """Whether one of the documents belongs to the kept ones; None are kept where all are."""
    return documents is not None and (kept is None or bool((documents & kept).any()))


def have_all(generation: Generation, words: Sequence[PlannedWord]) -> bool:
    """Whether a document satisfies all words."""
    return with_all(generation, words) is not None


def partly_with_word(
    generation: Generation, word: PlannedWord, worth: Callable[[str], float]
) -> Documents | None:
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
    return any_of(
        (
            _counted(generation, "s", shares, enough),
            _counted(generation, "b", pairs, max(1, most)),
        )
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
    generation: Generation, field: str, counts: Mapping[str, int], enough: int
) -> Documents | None:
    """Return the documents whose tokens count for enough together; None when no document's can."""
    known = [(generation.postings(field, token)[0], count) for token, count in counts.items()]
    known = [(numbers, count) for numbers, count in known if len(numbers)]
    if not known or sum(count for _, count in known) < enough:
        return None
    everywhere = np.concatenate([numbers for numbers, _ in known])
    weights = np.repeat([count for _, count in known], [len(numbers) for numbers, _ in known])
    found: Documents = np.bincount(everywhere, weights, generation.size) >= enough
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


def passing(generation: Generation, query: SearchQuery) -> Documents:
    """Return the documents that pass all filters of a query."""
    found = everything(generation)
    for facets in filter_values(query):
        if facets:
            accepted = nothing(generation)
            for facet in facets:
                accepted[generation.postings("facet", facet)[0]] = True
            found &= accepted
    if query.since or query.until:
        first = (query.since or date.min).toordinal()
        last = (query.until or date.max).toordinal()
        found &= (first <= generation.days) & (generation.days <= last)
    return found
