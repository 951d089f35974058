"""Ranks documents term at a time, over whole posting lists."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from kb.search.generation import ORDINARY_QUALITY, Documents, Generation, SegmentView
from kb.search.last_answers import last_answers
from kb.search.matching import (
    any_of,
    everything,
    filter_values,
    partly_with_word,
    passing,
    with_all,
    with_way,
    with_word,
)
from kb.search.plan import Plan, PlannedWord, Term, Way
from kb.search.posting_table import Numbers
from kb.search.query import SearchQuery

# A term in more documents than this share says little; the rarest ones always count.
FREQUENT_SHARE = 0.1
_FREQUENT_FROM = 1000
_ALWAYS_COUNTED = 3
# Below this share of the best score, a document that shares some word only by accident is no result.
RELEVANT_SHARE = 0.15
MAX_IMPACT = 255.0

Scores = NDArray[np.float64]


def impact(frequency: int, length: int) -> int:
    """Return what a token adds to a document, from 1 to 255: BM25's saturation with a fixed length scale.

    The length enters with a power below one instead of against an average: right for paragraphs and for long
    articles in one index (k1 .4 at 110 tokens, .9 at 750), and it never changes when other documents do.
    """
    damping: float = 0.055 * length**0.42
    return max(1, round(MAX_IMPACT * frequency / (frequency + damping)))


class Candidate(NamedTuple):
    """A document of one segment and its score."""

    score: float
    view: SegmentView
    number: int
    has_every_word: bool = False


@dataclass(frozen=True)
class Ranking:
    """The best candidates, and counts over all that matched (``is_at_least``: over those looked at)."""

    top: tuple[Candidate, ...]
    total: int
    kind_counts: Counter[str]
    is_at_least: bool = False


class WeightedTerm(NamedTuple):
    """A term with its share of the score at full impact."""

    field: str
    token: str
    bound: float


class Scorer:
    """Ranks the documents of one generation that pass the filters of one query."""

    def __init__(
        self, generation: Generation, query: SearchQuery, excluded: Sequence[PlannedWord] = ()
    ) -> None:
        self.generation = generation
        self.query = query
        # None when all documents may be found.
        self.every_kept = self._kept_documents(excluded)

    def weighted(self, terms: Iterable[Term]) -> list[WeightedTerm]:
        """Return the terms that stand in the index, rarest first, without the frequent ones."""
        count = max(self.generation.count, 1)
        found = [(self.generation.frequency(term.field, term.token), term) for term in terms]
        known = sorted(
            ((frequency, term) for frequency, term in found if frequency), key=lambda pair: pair[0]
        )
        limit = max(_FREQUENT_FROM, count * FREQUENT_SHARE)
        kept = [pair for i, pair in enumerate(known) if i < _ALWAYS_COUNTED or pair[0] <= limit]
        return [
            WeightedTerm(t.field, t.token, t.weight * _idf(frequency, count))
            for frequency, t in kept
        ]

    def rank_all_words(self, plan: Plan, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank the documents that have every word."""
        found = with_all(self.generation, plan.words)
        if found is not None and self.every_kept is not None:
            found = found & self.every_kept
        if found is None or not found.any():
            return NO_RANKING
        scores = _scores(self.generation, tuple(terms))
        if scores is None:
            scores = np.zeros(self.generation.size)
        return self._ranking(scores, found, limit, have_every_word=True)

    def rank_some_words(self, plan: Plan, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank the documents that have at least one word, or the better part of its characters.

        A pair of characters alone says nothing: メール is no answer to オールハンズ.
        """
        scores = _scores(self.generation, tuple(terms))
        documents = any_of(
            found
            for word in plan.words
            for found in (with_word(self.generation, word), _partly(self.generation, word))
        )
        if scores is None or documents is None:
            return NO_RANKING
        found = documents & self._found(scores)
        return self._ranking(scores, found, limit, floor_share=RELEVANT_SHARE)

    def rank_any_word(
        self, terms: Sequence[WeightedTerm], limit: int, *, floor_share: float = RELEVANT_SHARE
    ) -> Ranking:
        """Rank the documents that have at least one of the terms."""
        scores = _scores(self.generation, tuple(terms))
        if scores is None:
            return NO_RANKING
        return self._ranking(scores, self._found(scores), limit, floor_share=floor_share)

    def rank_best_term(self, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank documents by the one term that says most, for titles and names that begin alike."""
        added = _added(self.generation, terms)
        if added is None:
            return NO_RANKING
        scores = np.zeros(self.generation.size)
        np.maximum.at(scores, *added)
        return self._ranking(scores, self._found(scores), limit)

    def rank_newest(self, limit: int) -> Ranking:
        """Rank everything that passes the filters by its day."""
        found = everything(self.generation) if self.every_kept is None else self.every_kept
        days = self.generation.days.astype(np.float64)
        return self._ranking(days, found, limit, with_quality=False)

    def _kept_documents(self, excluded: Sequence[PlannedWord]) -> Documents | None:
        """Return the documents that may be found, or None when all may."""
        query, generation = self.query, self.generation
        if not (len(generation.deleted) or excluded or query.has_filters):
            return None
        name = (*filter_values(query), query.since, query.until)
        kept: Documents = generation.remember(name, lambda: _passing(generation, query))
        for word in excluded:
            excluded_here = self._with_excluded(word)
            kept = kept if excluded_here is None else kept & ~excluded_here
        return kept

    def _with_excluded(self, word: PlannedWord) -> Documents | None:
        """Return the documents that have an excluded word; by its words, by pairs only if those are unknown."""
        way = word.ways[0]
        if any(self.generation.frequency("s", token) for token in way.words):
            way = Way(way.words)
        return with_way(self.generation, way)

    def _found(self, scores: Scores) -> Documents:
        """The documents that have some term and may be found."""
        found: Documents = scores > 0
        return found if self.every_kept is None else found & self.every_kept

    def _ranking(
        self,
        scores: Scores,
        found: Documents,
        limit: int,
        *,
        floor_share: float = 0.0,
        with_quality: bool = True,
        have_every_word: bool = False,
    ) -> Ranking:
        numbers = np.flatnonzero(found)
        own = scores[numbers]
        if floor_share and len(numbers):
            is_enough = own >= floor_share * float(own.max())
            numbers, own = numbers[is_enough], own[is_enough]
        if not len(numbers):
            return NO_RANKING
        generation = self.generation
        counts = Counter(
            {
                generation.kind_names[kind]: count
                for kind, count in enumerate(np.bincount(generation.kinds[numbers]).tolist())
                if count
            }
        )
        best = _best_of(generation, numbers, own, limit, with_quality=with_quality)
        top = tuple(
            Candidate(score, *generation.place(number), have_every_word) for score, number in best
        )
        return Ranking(top, counts.total(), counts)


NO_RANKING = Ranking((), 0, Counter())


def _passing(generation: Generation, query: SearchQuery) -> Documents:
    found = passing(generation, query)
    found[generation.deleted] = False
    return found


def _idf(frequency: int, count: int) -> float:
    return math.log(1 + (max(count - frequency, 0) + 0.5) / (frequency + 0.5))


# What is looked for beside the hits of a search has the same words: the last answers are kept.
@last_answers(16)
def _partly(generation: Generation, word: PlannedWord) -> Documents | None:
    """Return the documents that have the better part of a word."""

    def rarity(token: str) -> float:
        return _idf(generation.frequency("s", token), max(generation.count, 1))

    return partly_with_word(generation, word, rarity)


@last_answers(4)
def _scores(generation: Generation, terms: tuple[WeightedTerm, ...]) -> Scores | None:
    """Add up the terms for every document; None when no document has one. Nobody may change them."""
    added = _added(generation, terms)
    # One after the other in the order of the terms: a score has the same last digit each time.
    return None if added is None else cast(Scores, np.bincount(*added, generation.size))


def _added(generation: Generation, terms: Iterable[WeightedTerm]) -> tuple[Numbers, Scores] | None:
    """Return what the terms add to which documents, term by term; None when no document has one."""
    known = [(term.bound, *generation.postings(term.field, term.token)) for term in terms]
    known = [one for one in known if len(one[1])]
    if not known:
        return None
    bounds = np.repeat([bound for bound, _, _ in known], [len(numbers) for _, numbers, _ in known])
    impacts = np.concatenate([impacts for _, _, impacts in known])
    numbers = np.concatenate([numbers for _, numbers, _ in known])
    return numbers, bounds * impacts / MAX_IMPACT


def _best_of(
    generation: Generation,
    numbers: NDArray[np.intp],
    scores: Scores,
    limit: int,
    *,
    with_quality: bool,
) -> Iterable[tuple[float, int]]:
    """Return scores and numbers of the best documents, best first; of equal ones the newest."""
    if len(numbers) > limit * 2:
        # By quality a document may rise or fall a little, so more are looked at than are wanted.
        is_promising = _promising(generation, numbers, scores, limit * 2)
        numbers, scores = numbers[is_promising], scores[is_promising]
    if with_quality:
        scores = scores * (generation.qualities[numbers] / ORDINARY_QUALITY)
    keys = (numbers, generation.own_numbers[numbers], -generation.days[numbers], -scores)
    order = np.lexsort(keys)[:limit]
    return zip(scores[order].tolist(), numbers[order].tolist(), strict=True)


def _promising(
    generation: Generation, numbers: NDArray[np.intp], scores: Scores, most: int
) -> Documents:
    """Return which documents are among the best of their segment by score alone."""
    found = np.ones(len(numbers), np.bool_)
    ends = numbers.searchsorted(generation.starts[1:]).tolist()
    for start, end in pairwise((0, *ends)):
        if end - start > most:
            own = scores[start:end]
            found[start:end] = own >= np.partition(own, -most)[-most]
    return found
