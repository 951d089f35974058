"""Ranks documents term at a time, over whole posting lists."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from kb.search.generation import ORDINARY_QUALITY, Documents, Generation, SegmentView
from kb.search.matching import (
    Sets,
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
# Of one segment: the score of every document, and which of them are in the answer.
Scored = tuple[SegmentView, Scores, Documents]


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
        self._kept = [
            (view, self._kept_documents(view, deleted, excluded))
            for view, deleted in generation.views
        ]

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

    def kept(self, view: SegmentView) -> Documents | None:
        """The documents of a segment that may be found, or None when all may."""
        return dict(self._kept)[view]

    def rank_all_words(self, plan: Plan, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank the documents that have every word."""
        found = with_all(self.generation, plan.words)
        if all(documents is None for documents in found):
            return self._ranking([], limit)
        scored = []
        every = zip(self._kept, found, _scores(self.generation, tuple(terms)), strict=True)
        for (view, kept), documents, scores in every:
            if documents is not None:
                own = np.zeros(view.count) if scores is None else scores
                scored.append((view, own, documents if kept is None else documents & kept))
        return self._ranking(scored, limit, have_every_word=True)

    def rank_some_words(self, plan: Plan, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank the documents that have at least one word, or the better part of its characters.

        A pair of characters alone says nothing: メール is no answer to オールハンズ.
        """
        sets = [
            found
            for word in plan.words
            for found in (with_word(self.generation, word), _partly(self.generation, word))
        ]
        some = map(any_of, zip(*sets, strict=True))
        every = zip(self._kept, some, _scores(self.generation, tuple(terms)), strict=True)
        scored = [
            (view, scores, documents & _found(scores, kept))
            for (view, kept), documents, scores in every
            if scores is not None and documents is not None
        ]
        return self._ranking(scored, limit, floor_share=RELEVANT_SHARE)

    def rank_any_word(
        self, terms: Sequence[WeightedTerm], limit: int, *, floor_share: float = RELEVANT_SHARE
    ) -> Ranking:
        """Rank the documents that have at least one of the terms."""
        scored = [
            (view, scores, _found(scores, kept))
            for (view, kept), scores in zip(
                self._kept, _scores(self.generation, tuple(terms)), strict=True
            )
            if scores is not None
        ]
        return self._ranking(scored, limit, floor_share=floor_share)

    def rank_best_term(self, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank documents by the one term that says most, for titles and names that begin alike."""
        scored = []
        for view, kept in self._kept:
            added = _added(view, terms)
            if added is not None:
                scores = np.zeros(view.count)
                np.maximum.at(scores, *added)
                scored.append((view, scores, _found(scores, kept)))
        return self._ranking(scored, limit)

    def rank_newest(self, limit: int) -> Ranking:
        """Rank everything that passes the filters by its day."""
        scored = [
            (view, view.days.astype(np.float64), everything(view) if kept is None else kept)
            for view, kept in self._kept
        ]
        return self._ranking(scored, limit, with_quality=False)

    def _kept_documents(
        self, view: SegmentView, deleted: frozenset[int], excluded: Sequence[PlannedWord]
    ) -> Documents | None:
        """Return the documents that may be found, or None when all may."""
        query = self.query
        if not (deleted or excluded or query.has_filters):
            return None
        name = (view.segment_id, *filter_values(query), query.since, query.until)
        kept: Documents = self.generation.remember(name, lambda: _passing(view, query, deleted))
        for word in excluded:
            excluded_here = self._with_excluded(word)[view]
            kept = kept if excluded_here is None else kept & ~excluded_here
        return kept

    def _with_excluded(self, word: PlannedWord) -> dict[SegmentView, Documents | None]:
        """Return the documents that have an excluded word; by its words, by pairs only if those are unknown."""
        way = word.ways[0]
        if any(self.generation.frequency("s", token) for token in way.words):
            way = Way(way.words)
        views = (view for view, _deleted in self.generation.views)
        return dict(zip(views, with_way(self.generation, way), strict=True))

    def _ranking(
        self,
        scored: Sequence[Scored],
        limit: int,
        *,
        floor_share: float = 0.0,
        with_quality: bool = True,
        have_every_word: bool = False,
    ) -> Ranking:
        candidates: list[Candidate] = []
        counts: Counter[str] = Counter()
        chosen = [(view, scores, np.flatnonzero(found)) for view, scores, found in scored]
        if floor_share:
            best = max(
                (scores[numbers].max(initial=0.0) for _, scores, numbers in chosen), default=0
            )
            floor = floor_share * float(best)
            chosen = [
                (view, scores, numbers[scores[numbers] >= floor])
                for view, scores, numbers in chosen
            ]
        chosen = [(view, scores, numbers) for view, scores, numbers in chosen if len(numbers)]
        for view, scores, numbers in chosen:
            for kind, count in enumerate(np.bincount(view.kinds[numbers]).tolist()):
                if count:
                    counts[view.kind_names[kind]] += count
            candidates += (
                Candidate(score, view, number, have_every_word)
                for score, number in _best_of(
                    view, numbers, scores, limit, with_quality=with_quality
                )
            )
        if len(chosen) > 1:
            candidates.sort(key=lambda c: (-c.score, -int(c.view.days[c.number]), c.number))
        return Ranking(tuple(candidates[:limit]), counts.total(), counts)


def _passing(view: SegmentView, query: SearchQuery, deleted: frozenset[int]) -> Documents:
    found = passing(view, query)
    found[list(deleted)] = False
    return found


def _found(scores: Scores, kept: Documents | None) -> Documents:
    """The documents that have some term and may be found."""
    found: Documents = scores > 0
    return found if kept is None else found & kept


def _idf(frequency: int, count: int) -> float:
    return math.log(1 + (max(count - frequency, 0) + 0.5) / (frequency + 0.5))


# What is looked for beside the hits of a search has the same words: the last answers are kept.
@lru_cache(maxsize=16)
def _partly(generation: Generation, word: PlannedWord) -> Sets:
    """Return the documents that have the better part of a word."""

    def rarity(token: str) -> float:
        return _idf(generation.frequency("s", token), max(generation.count, 1))

    return partly_with_word(generation, word, rarity)


@lru_cache(maxsize=4)
def _scores(generation: Generation, terms: tuple[WeightedTerm, ...]) -> tuple[Scores | None, ...]:
    """Add up the terms for every document of each segment; None where none has one. Nobody may change them."""
    return tuple(_scores_in(view, terms) for view, _deleted in generation.views)


def _scores_in(view: SegmentView, terms: Iterable[WeightedTerm]) -> Scores | None:
    added = _added(view, terms)
    # One after the other in the order of the terms: a score has the same last digit each time.
    return None if added is None else cast(Scores, np.bincount(*added, view.count))


def _added(view: SegmentView, terms: Iterable[WeightedTerm]) -> tuple[Numbers, Scores] | None:
    """Return what the terms add to which documents, term by term; None when no document has one."""
    known = [(term.bound, *view.postings(term.field, term.token)) for term in terms]
    known = [one for one in known if len(one[1])]
    if not known:
        return None
    bounds = np.repeat([bound for bound, _, _ in known], [len(numbers) for _, numbers, _ in known])
    impacts = np.concatenate([impacts for _, _, impacts in known])
    numbers = np.concatenate([numbers for _, numbers, _ in known])
    return numbers, bounds * impacts / MAX_IMPACT


def _best_of(
    view: SegmentView,
    numbers: NDArray[np.intp],
    scores: Scores,
    limit: int,
    *,
    with_quality: bool,
) -> Iterable[tuple[float, int]]:
    """Return scores and numbers of the best documents of a segment, best first; of equal ones the newest."""
    found = scores[numbers]
    if len(numbers) > limit * 2:
        # By quality a document may rise or fall a little, so more are looked at than are wanted.
        threshold = np.partition(found, -limit * 2)[-limit * 2]
        numbers = numbers[found >= threshold]
        found = scores[numbers]
    if with_quality:
        found = found * (view.qualities[numbers] / ORDINARY_QUALITY)
    order = np.lexsort((numbers, -view.days[numbers], -found))[:limit]
    return zip(found[order].tolist(), numbers[order].tolist(), strict=True)
