"""Ranks documents term at a time, over whole posting lists, rarest term first."""

import heapq
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import compress

from kb.search.generation import ORDINARY_QUALITY, Generation, SegmentView
from kb.search.plan import Plan, PlannedWord, Term, Way
from kb.search.query import SearchQuery

# A term in more documents than this share says little; the rarest ones always count.
FREQUENT_SHARE = 0.1
_FREQUENT_FROM = 1000
_ALWAYS_COUNTED = 3
# Below this share of the best score, a document that shares some word only by accident is no result.
# Of the pairs of characters of a typed word, a document without the word must have this share.
MOST_OF_A_WORD = 0.6
RELEVANT_SHARE = 0.15
MAX_IMPACT = 255.0
# With more deleted or excluded documents than this they are left out from the start.
_FEW_ABSENT = 50
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
    """The best candidates, and counts over all that matched."""

    top: tuple[Candidate, ...]
    total: int
    kind_counts: Counter[str]


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
        self._views = [
            (view, deleted.union(*(self._with_excluded(view, word) for word in excluded)))
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
        for view, absent in self._views:
            documents = self._with_every_word(view, absent, plan.words)
            counts.update(dict(_counted_kinds(view, documents)))
            scores = _score_within(view, terms, dict.fromkeys(documents, 0.0), limit * 2)
            scored.append((view, scores))
        ranking = self._ranking(scored, limit, floor_share=0.0)
        top = tuple(replace(candidate, has_every_word=True) for candidate in ranking.top)
        return Ranking(top, counts.total(), counts)

    def rank_some_words(self, plan: Plan, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank the documents that have at least one word, or the better part of its characters.

        A pair of characters alone says nothing: メール is no answer to オールハンズ.
        """
        scored = []
        for view, absent in self._views:
            documents: set[int] = set()
            for word in plan.words:
                documents |= documents_partly_with(view, word)
            allowed = self.allowed(view)
            documents = documents - absent if allowed is None else documents & allowed - absent
            if documents:
                # Every one is scored: those far below the best are no hits and are not counted.
                scores = dict.fromkeys(documents, 0.0)
                scored.append((view, _score_within(view, terms, scores, len(scores))))
        return self._ranking(scored, limit, floor_share=RELEVANT_SHARE)

    def rank_any_word(
        self, terms: Sequence[WeightedTerm], limit: int, *, floor_share: float = RELEVANT_SHARE
    ) -> Ranking:
        """Rank the documents that have at least one of the terms."""
        scored = []
        for view, absent in self._views:
            allowed = self.allowed(view)
            if len(absent) > _FEW_ABSENT:
                allowed = frozenset(range(view.count) if allowed is None else allowed) - absent
            scores = _score_any(view, terms, allowed, limit + _FEW_ABSENT)
            for number in absent:
                scores.pop(number, None)
            scored.append((view, scores))
        return self._ranking(scored, limit, floor_share=floor_share)

    def rank_best_term(self, terms: Sequence[WeightedTerm], limit: int) -> Ranking:
        """Rank documents by the one term that says most, for titles and names that begin alike."""
        scored = []
        for view, absent in self._views:
            scores: dict[int, float] = {}
            allowed = self.allowed(view)
            for term in terms:
                numbers, impacts = view.postings(term.field, term.token)
                for number, step in zip(numbers, impacts, strict=True):
                    if number not in absent and (allowed is None or number in allowed):
                        score = term.bound * step / MAX_IMPACT
                        scores[number] = max(scores.get(number, 0.0), score)
            scored.append((view, scores))
        return self._ranking(scored, limit, floor_share=0.0)

    def rank_newest(self, limit: int) -> Ranking:
        """Rank everything that passes the filters by its day."""
        scored = []
        for view, absent in self._views:
            allowed = self.allowed(view)
            numbers = set(range(view.count)) if allowed is None else set(allowed)
            numbers -= absent
            scored.append((view, {number: float(view.days[number]) for number in numbers}))
        return self._ranking(scored, limit, floor_share=0.0, with_quality=False)

    def allowed(self, view: SegmentView) -> frozenset[int] | None:
        """Return the documents of a segment that pass the filters, or None when all do."""
        query = self.query
        if not query.has_filters:
            return None
        name = ("allowed", view.segment_id, *_filter_values(query), query.since, query.until)
        return self.generation.remember(name, lambda: _allowed(view, query))

    def _with_every_word(
        self, view: SegmentView, absent: frozenset[int], words: Sequence[PlannedWord]
    ) -> set[int]:
        allowed = self.allowed(view)
        documents: set[int] | None = None if allowed is None else set(allowed)
        for word in sorted(words, key=lambda word: _at_most(view, word)):
            documents = documents_with(view, word, documents)
            if not documents:
                return set()
        return (documents or set()) - absent

    def _with_excluded(self, view: SegmentView, word: PlannedWord) -> set[int]:
        """Return the documents that have an excluded word; by its words, by pairs only if those are unknown."""
        way = word.ways[0]
        if any(self.generation.frequency("s", token) for token in way.words):
            way = Way(way.words)
        return _with_way(view, way, None)

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
        return Ranking(tuple(candidates[:limit]), counts.total(), counts)


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


def _score_any(
    view: SegmentView, terms: Sequence[WeightedTerm], allowed: frozenset[int] | None, limit: int
) -> dict[int, float]:
    """Add up terms; once the best are out of reach for newcomers, only those already there are looked at."""
    scores: dict[int, float] = {}
    remaining = sum(term.bound for term in terms)
    for i, term in enumerate(terms):
        numbers, impacts = view.postings(term.field, term.token)
        table = _impact_table(term.bound)
        pairs: Iterable[tuple[int, int]] = zip(numbers, impacts, strict=True)
        if allowed is not None:
            pairs = compress(pairs, map(allowed.__contains__, numbers))
        known = scores.get
        for number, step in pairs:
            scores[number] = known(number, 0.0) + table[step]
        remaining -= term.bound
        if remaining > 0 and _least_needed(scores, limit, remaining) > 0:
            return _score_within(view, terms[i + 1 :], scores, limit)
    return scores


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


def _at_most(view: SegmentView, word: PlannedWord) -> int:
    """Return how many documents can have a word at most."""
    lists = [
        [view.frequency(field, token) for token in tokens]
        for way in word.ways
        for field, tokens in (("s", way.words), ("b", way.pairs))
        if tokens
    ]
    return sum(min(frequencies) for frequencies in lists)


def documents_with(view: SegmentView, word: PlannedWord, among: set[int] | None = None) -> set[int]:
    """Return the documents that satisfy a word in any of its ways."""
    found: set[int] = set()
    for way in word.ways:
        found |= _with_way(view, way, among)
    return found


def documents_partly_with(view: SegmentView, word: PlannedWord) -> set[int]:
    """Return the documents that have one of the word's parts, or most of its pairs of characters.

    A word of the same meaning must stand there whole.
    """
    found = documents_with(view, word)
    own = word.ways[0]
    for token in own.words:
        if view.frequency("s", token):
            found |= set(view.postings("s", token)[0])
    pairs = Counter(
        number
        for token in own.pairs
        if view.frequency("b", token)
        for number in view.postings("b", token)[0]
    )
    enough = max(1, math.ceil(len(own.pairs) * MOST_OF_A_WORD))
    return found | {number for number, count in pairs.items() if count >= enough}


def _with_way(view: SegmentView, way: Way, among: set[int] | None) -> set[int]:
    found = _with_tokens(view, "s", way.words, among) if way.words else set()
    return found | _with_tokens(view, "b", way.pairs, among) if way.pairs else found


def _with_tokens(
    view: SegmentView, field: str, tokens: Sequence[str], among: set[int] | None
) -> set[int]:
    by_frequency = sorted((view.frequency(field, token), token) for token in tokens)
    if not by_frequency[0][0]:
        return set()
    found = among
    for frequency, token in by_frequency:
        if found is None:
            found = set(view.postings(field, token)[0])
        elif _is_dense(view, frequency) and _is_dense(view, len(found)):
            found = set(compress(found, map(view.column(field, token).__getitem__, found)))
        else:
            found = found.intersection(view.postings(field, token)[0])
        if not found:
            break
    return set(found or ())


def _filter_values(query: SearchQuery) -> tuple[frozenset[str], ...]:
    return (
        frozenset(f"kind:{kind}" for kind in query.kinds),
        frozenset(f"topic:{topic}" for topic in query.topics),
        frozenset(f"department:{department}" for department in query.departments),
        frozenset(f"person:{person}" for person in query.people),
        frozenset(f"state:{state}" for state in query.states),
    )


def _allowed(view: SegmentView, query: SearchQuery) -> frozenset[int]:
    allowed: set[int] | None = None
    for facets in _filter_values(query):
        if facets:
            matching = set().union(*(view.postings("facet", facet)[0] for facet in facets))
            allowed = matching if allowed is None else allowed & matching
    if query.since or query.until:
        first = (query.since or date.min).toordinal()
        last = (query.until or date.max).toordinal()
        among = range(view.count) if allowed is None else allowed
        allowed = {number for number in among if first <= view.days[number] <= last}
    return frozenset(allowed or ())
