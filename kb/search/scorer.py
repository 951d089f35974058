"""Ranks documents term at a time, over whole posting lists, rarest term first."""

import heapq
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress

from kb.search.generation import ORDINARY_QUALITY, Generation, SegmentView
from kb.search.matching import (
    everything,
    filter_values,
    members,
    numbers_of,
    partly_with_word,
    passing,
    set_of,
    with_way,
    with_word,
)
from kb.search.plan import Plan, PlannedWord, Term, Way
from kb.search.query import SearchQuery

# A term in more documents than this share says little; the rarest ones always count.
FREQUENT_SHARE = 0.1
_FREQUENT_FROM = 1000
_ALWAYS_COUNTED = 3
# Below this share of the best score, a document that shares some word only by accident is no result.
RELEVANT_SHARE = 0.15
MAX_IMPACT = 255.0
# Terms in more than one document of this many are kept as one byte per document.
_DENSE_FROM = 8
# With this many times more postings than documents, each document is looked up by bisection.
_SEARCHED_BELOW = 12
_ONE_KIND = 2
# With this many times more documents than wanted, those out of reach are dropped.
_WORTH_DROPPING = 4


def impact(frequency: int, length: int) -> int:
    """Return what a token adds to a document, from 1 to 255: BM25's saturation with a fixed length scale.

    The length enters with a power below one instead of against an average: right for paragraphs and for long
    articles in one index (k1 .4 at 110 tokens, .9 at 750), and it never changes when other documents do.
    """
    damping: float = 0.055 * length**0.42
    return max(1, round(MAX_IMPACT * frequency / (frequency + damping)))


@dataclass(frozen=True)
class Candidate:
    """A document of one segment and its score."""

    score: float
    view: SegmentView
    number: int
    has_every_word: bool = False


@dataclass(frozen=True)
class Ranking:
    """The best candidates, and counts over all that matched (``is_at_least``: over most of them)."""

    top: tuple[Candidate, ...]
    total: int
    kind_counts: Counter[str]
    is_at_least: bool = False


@dataclass(frozen=True)
class WeightedTerm:
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

    def rank_all_words(self, plan: Plan, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank the documents that have every word."""
        scored = []
        counts: Counter[str] = Counter()
        for view, kept in self._kept:
            documents = everything(view) if kept is None else kept
            for word in plan.words:
                documents &= with_word(view, word) if documents else 0
            numbers = list(numbers_of(view, documents))
            counts.update(dict(_counted_kinds(view, numbers)))
            scores = _score_within(view, terms, dict.fromkeys(numbers, 0.0), limit * 2)
            scored.append((view, scores))
        ranking = self._ranking(scored, limit, floor_share=0.0)
        top = tuple(replace(candidate, has_every_word=True) for candidate in ranking.top)
        return Ranking(top, counts.total(), counts)

    def rank_some_words(self, plan: Plan, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank the documents that have at least one word, or the better part of its characters.

        A pair of characters alone says nothing: メール is no answer to オールハンズ.
        """
        scored = []
        for view, kept in self._kept:
            documents = 0
            for word in plan.words:
                documents |= partly_with_word(view, word, self._rarity)
            documents = documents if kept is None else documents & kept
            scored.append((view, _score_any(view, terms, members(view, documents), limit * 2)))
        return self._ranking(scored, limit, floor_share=RELEVANT_SHARE)

    def _rarity(self, token: str) -> float:
        return _idf(self.generation.frequency("s", token), max(self.generation.count, 1))

    def rank_any_word(
        self, terms: Sequence[WeightedTerm], limit: int, *, floor_share: float = RELEVANT_SHARE
    ) -> Ranking:
        """Rank the documents that have at least one of the terms."""
        scored = []
        for view, kept in self._kept:
            among = None if kept is None else members(view, kept)
            scored.append((view, _score_any(view, terms, among, limit * 2)))
        return self._ranking(scored, limit, floor_share=floor_share)

    def rank_best_term(self, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank documents by the one term that says most, for titles and names that begin alike."""
        scored = []
        for view, kept in self._kept:
            scores: dict[int, float] = {}
            among = None if kept is None else members(view, kept)
            for term in terms:
                table = _impact_table(term.bound)
                for number, step in _pairs(view, term, among):
                    scores[number] = max(scores.get(number, 0.0), table[step])
            scored.append((view, scores))
        return self._ranking(scored, limit, floor_share=0.0)

    def rank_newest(self, limit: int) -> Ranking:
        """Rank everything that passes the filters by its day."""
        scored = []
        for view, kept in self._kept:
            numbers = range(view.count) if kept is None else numbers_of(view, kept)
            scored.append((view, {number: float(view.days[number]) for number in numbers}))
        return self._ranking(scored, limit, floor_share=0.0, with_quality=False)

    def _kept_documents(
        self, view: SegmentView, deleted: frozenset[int], excluded: Sequence[PlannedWord]
    ) -> int | None:
        """Return the documents that may be found, or None when all may."""
        query = self.query
        if not (deleted or excluded or query.has_filters):
            return None
        name = (view.segment_id, *filter_values(query), query.since, query.until)
        kept = self.generation.remember(name, lambda: passing(view, query) & ~set_of(view, deleted))
        for word in excluded:
            kept &= ~self._with_excluded(view, word)
        return kept

    def _with_excluded(self, view: SegmentView, word: PlannedWord) -> int:
        """Return the documents that have an excluded word; by its words, by pairs only if those are unknown."""
        way = word.ways[0]
        if any(self.generation.frequency("s", token) for token in way.words):
            way = Way(way.words)
        return with_way(view, way)

    def _ranking(
        self,
        scored: Sequence[tuple[SegmentView, dict[int, float]]],
        limit: int,
        *,
        floor_share: float,
        with_quality: bool = True,
    ) -> Ranking:
        candidates: list[Candidate] = []
        counts: Counter[str] = Counter()
        floor = floor_share * max(
            (max(scores.values(), default=0.0) for _, scores in scored), default=0.0
        )
        for view, scores in scored:
            kept = {n: score for n, score in scores.items() if score >= floor} if floor else scores
            for kind, number_of in _counted_kinds(view, kept):
                counts[kind] += number_of
            for number, score in _best(kept, limit * 2):
                quality = view.qualities[number] / ORDINARY_QUALITY if with_quality else 1.0
                candidates.append(Candidate(score * quality, view, number))
        candidates.sort(key=lambda c: (-c.score, -c.view.days[c.number], c.number))
        is_cut = any(isinstance(scores, Cut) for _, scores in scored)
        return Ranking(tuple(candidates[:limit]), counts.total(), counts, is_at_least=is_cut)


def _idf(frequency: int, count: int) -> float:
    return math.log(1 + (max(count - frequency, 0) + 0.5) / (frequency + 0.5))


def _impact_table(bound: float) -> list[float]:
    return [bound * step / MAX_IMPACT for step in range(256)]


def _counted_kinds(view: SegmentView, numbers: Collection[int]) -> Iterable[tuple[str, int]]:
    if len(view.kind_names) == _ONE_KIND:
        return [(view.kind_names[1], len(numbers))]
    counted = Counter(map(view.kinds.__getitem__, numbers))
    return [(view.kind_names[kind], count) for kind, count in counted.items()]


def _best(scores: dict[int, float], limit: int) -> list[tuple[int, float]]:
    """Return the items with the highest values, and those equal to the last of them."""
    if len(scores) <= limit:
        return list(scores.items())
    threshold = heapq.nlargest(limit, scores.values())[-1]
    return [(number, score) for number, score in scores.items() if score >= threshold]


def _pairs(view: SegmentView, term: WeightedTerm, among: bytes | None) -> Iterable[tuple[int, int]]:
    """Return document numbers and impacts of a term, only of documents that ``among`` marks."""
    numbers, impacts = view.postings(term.field, term.token)
    pairs = zip(numbers, impacts, strict=True)
    return pairs if among is None else compress(pairs, map(among.__getitem__, numbers))


def _score_any(
    view: SegmentView, terms: Sequence[WeightedTerm], among: bytes | None, limit: int
) -> dict[int, float]:
    """Add up terms; once the best are out of reach for newcomers, only those already there are looked at.

    Some that match are then missing: what comes back is a ``Cut``.
    """
    scores: dict[int, float] = {}
    remaining = sum(term.bound for term in terms)
    for i, term in enumerate(terms):
        table = _impact_table(term.bound)
        known = scores.get
        for number, step in _pairs(view, term, among):
            scores[number] = known(number, 0.0) + table[step]
        remaining -= term.bound
        if remaining > 0 and _least_needed(scores, limit, remaining) > 0:
            return Cut(_score_within(view, terms[i + 1 :], scores, limit))
    return scores


class Cut(dict[int, float]):
    """Scores of the best documents only; counting them gives at least so many."""


def _least_needed(scores: dict[int, float], limit: int, remaining: float) -> float:
    """Return the score below which a document cannot come among the best any more."""
    if len(scores) <= limit:
        return 0.0
    return heapq.nlargest(limit, scores.values())[-1] - remaining


def _score_within(
    view: SegmentView, terms: Sequence[WeightedTerm], scores: dict[int, float], limit: int
) -> dict[int, float]:
    """Add up terms for the documents that are there, and drop those out of reach of the best."""
    remaining = sum(term.bound for term in terms)
    for term in terms:
        if len(scores) > _WORTH_DROPPING * limit:
            least = _least_needed(scores, limit, remaining)
            if least > 0:
                scores = {number: score for number, score in scores.items() if score >= least}
        _add(view, term, scores)
        remaining -= term.bound
    return scores


def _add(view: SegmentView, term: WeightedTerm, scores: dict[int, float]) -> None:
    """Add one term to the documents that are there, in the cheapest of three ways."""
    table = _impact_table(term.bound)
    frequency = view.frequency(term.field, term.token)
    if _is_dense(view, frequency) and _is_dense(view, len(scores)):
        column = view.column(term.field, term.token)
        for number in scores:
            scores[number] += table[column[number]]
        return
    numbers, impacts = view.postings(term.field, term.token)
    if len(scores) * _SEARCHED_BELOW < frequency:
        for number in scores:
            place = bisect_left(numbers, number)
            if place < frequency and numbers[place] == number:
                scores[number] += table[impacts[place]]
        return
    pairs = zip(numbers, impacts, strict=True)
    for number, step in compress(pairs, map(scores.__contains__, numbers)):
        scores[number] += table[step]


def _is_dense(view: SegmentView, count: int) -> bool:
    return count * _DENSE_FROM > view.count
