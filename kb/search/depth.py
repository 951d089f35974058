"""How much a document is *about* a query, for the ranking of people.

A search wants the one best paragraph, so a word counts nearly the same whether it stands there
once or ten times. Who writes much about a subject knows more of it than who mentions it: here the
frequency of a word counts for longer, names of topics, departments and folders count besides, and
words of the wider context (the body of a question being asked) count a little.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from kb.experts.scoring import NAME_BOOST
from kb.search.analysis import bigrams_of, normalize, words_in
from kb.search.facts import UNKNOWN, Facts
from kb.search.generation import Generation
from kb.search.hubs import Scored, Scores, TopicWords, hub_covers, newest_on
from kb.search.kana_words import with_spellings
from kb.search.plan import PAIR_WEIGHT, WORD_WEIGHT, Plan, Term, make_plan
from kb.search.posting_table import Numbers
from kb.search.query import SearchQuery, parse_text
from kb.search.scorer import Candidate, Ranking, Scorer, WeightedTerm
from kb.search.subject import on_subject
from kb.search.synonyms import SynonymTable

# The saturation of a word's frequency is this much slower than in the search (BM25's k1 times this).
SOFTNESS = 2.0
# Words of the context count this much of a word of the query itself.
CONTEXT_WEIGHT = 0.45
# Candidates looked at besides those that are asked for: the softer score brings others up.
_CANDIDATES = 2
_FULL = 255.0
# In a large collection, what stands in more than this share of it says nothing about anybody.
_FREQUENT_SHARE = 0.5
_FREQUENT_FROM = 5000
_MOST_CONTEXT = 600
NO_TOPICS = TopicWords()


class Deep(NamedTuple):
    """A document, how much it is about the query, and what part of the query its topics name (0 to 1).

    ``facts`` are what the index keeps beside it.
    """

    key: str
    kind: str
    score: float
    topic_cover: float = 0.0
    facts: Facts = UNKNOWN


@dataclass(frozen=True)
class DeepScores:
    """The documents, best first, and what each pair of letters of the query is worth (sum 1)."""

    documents: tuple[Deep, ...] = ()
    pair_worth: Mapping[str, float] | None = None

    def name_cover(self, names: str) -> float:
        """How much of the query stands in the names of a document, 0 to 1, rare words first."""
        return self.cover_of(name_pairs(names)) if self.pair_worth else 0.0

    def cover_of(self, pairs: str) -> float:
        """The same for names whose pairs are known (see ``name_pairs``)."""
        covered = [worth for pair, worth in self._spaced_pairs if pair in pairs]
        return min(sum(covered), 1.0) if covered else 0.0

    @cached_property
    def _spaced_pairs(self) -> list[tuple[str, float]]:
        return [(f" {pair} ", worth) for pair, worth in (self.pair_worth or {}).items()]


def name_pairs(names: str) -> str:
    """The pairs of letters of some names, with blanks around."""
    return f" {' '.join(bigrams_of(normalize(names)))} "


def deep_scores(
    generation: Generation,
    query: SearchQuery,
    *,
    synonyms: SynonymTable,
    limit: int,
    context: str = "",
    topics: TopicWords = NO_TOPICS,
) -> DeepScores:
    """Score the documents that share a word with the query; filters hold as in the search."""
    scorer = Scorer(generation, query)
    plan = make_plan(parse_text(query.text), synonyms, generation.frequency)
    plan = with_spellings(generation, plan)
    terms = _weighted(generation, on_subject(query.text, plan.terms))
    own_terms = list(terms)
    terms += _context_terms(context, generation)
    if not terms:
        return DeepScores()
    ranking = _candidates(scorer, plan, terms, limit * _CANDIDATES, is_alone=not context)
    worth = _pair_worth(plan, own_terms)
    covers = _topic_covers(plan, worth, topics)
    scored = _soft(generation, ranking.top, terms)
    for slug, cover in hub_covers(generation, scored, topics.slugs).items():
        covers[slug] = max(covers.get(slug, 0.0), cover)
        scored = _with_newest(scorer, scored, terms, newest=(slug, limit))
    return DeepScores(_best(generation, scored, covers, limit), worth)


def _candidates(
    scorer: Scorer, plan: Plan, terms: Sequence[WeightedTerm], limit: int, *, is_alone: bool
) -> Ranking:
    """The documents with any term; for words alone those with the better part of one: カレンダー is no レンタカー."""
    if is_alone and plan.is_short and plan.has_words_alone and not plan.asks:
        return scorer.rank_some_words(plan, terms, limit)
    return scorer.rank_any_word(terms, limit)


def _best(
    generation: Generation, scored: Scored, covers: Mapping[str, float], limit: int
) -> tuple[Deep, ...]:
    """The documents that count most with their topics, by score alone."""
    on_topic = _on_topics(generation, scored.numbers, covers)
    counts = scored.scores + NAME_BOOST * scored.best * on_topic
    least = float(np.partition(counts, -limit)[-limit]) if len(counts) > limit else -1.0
    chosen = np.flatnonzero(counts >= least)
    columns = (scored.numbers, scored.scores, on_topic, counts)
    rows = zip(*(column[chosen].tolist() for column in columns), strict=True)
    counting = [(count, _document(generation, *row)) for *row, count in rows]
    documents = [document for _count, document in counting]
    if len(documents) > limit:
        # Keys decide between equals.
        above = [document for count, document in counting if count > least]
        equal = [document for count, document in counting if count == least]
        equal.sort(key=lambda document: document.key, reverse=True)
        documents = [*above, *equal[: limit - len(above)]]
    return tuple(sorted(documents, key=lambda document: (-document.score, document.key)))


def _document(generation: Generation, number: int, score: float, cover: float) -> Deep:
    view, own_number = generation.place(number)
    facts = view.facts.of(own_number)
    return Deep(view.key(own_number), view.kind(own_number), score, cover, facts)


def _soft(
    generation: Generation, candidates: Iterable[Candidate], terms: Sequence[WeightedTerm]
) -> Scored:
    """The softened scores of the candidates."""
    starts = generation.starts_of
    numbers = np.array([starts[one.view] + one.number for one in candidates], np.intp)
    return Scored(numbers, _soft_scores(generation, terms)[numbers])


def _with_newest(
    scorer: Scorer, scored: Scored, terms: Sequence[WeightedTerm], *, newest: tuple[str, int]
) -> Scored:
    """Add the newest documents on a topic with their own scores."""
    generation = scorer.generation
    found = newest_on(generation, *newest, scorer.every_kept)
    more = np.setdiff1d(found, scored.numbers).astype(np.intp)
    if not len(more):
        return scored
    scores = _soft_scores(generation, terms)[more]
    return Scored(np.append(scored.numbers, more), np.append(scored.scores, scores))


def _topic_covers(plan: Plan, worth: Mapping[str, float], topics: TopicWords) -> dict[str, float]:
    """The topics all of whose letters stand in the query, with the part of the query they are."""
    said = _said_pairs(plan)
    covers: dict[str, float] = {}
    for slug, pairs in topics.pairs:
        if pairs <= said:
            cover = min(sum(worth.get(pair, 0.0) for pair in pairs), 1.0)
            covers[slug] = max(covers.get(slug, 0.0), cover)
    return covers


def _on_topics(
    generation: Generation, numbers: NDArray[np.intp], covers: Mapping[str, float]
) -> Scores:
    """The largest of these covers for each of some documents, 0 for those that carry no such topic."""
    found = np.zeros(len(numbers))
    for slug, cover in covers.items():
        has_topic = generation.has_each("facet", f"topic:{slug}", cast(Numbers, numbers))
        found[has_topic & (found < cover)] = cover
    return found


def _weighted(generation: Generation, terms: Iterable[Term]) -> list[WeightedTerm]:
    """The terms that stand in the index, rarest first; unlike the search, common words stay."""
    count = max(generation.count, 1)
    most = max(_FREQUENT_FROM, count * _FREQUENT_SHARE)
    known = [(generation.frequency(term.field, term.token), term) for term in terms]
    found = sorted(((n, term) for n, term in known if 0 < n <= most), key=lambda pair: pair[0])
    return [
        WeightedTerm(term.field, term.token, term.weight * _rarity(n, count)) for n, term in found
    ]


def _rarity(frequency: int, count: int) -> float:
    return math.log(1 + (max(count - frequency, 0) + 0.5) / (frequency + 0.5))


def _context_terms(context: str, generation: Generation) -> list[WeightedTerm]:
    """The words of the context; those of the query among them count a little more than once."""
    normalized = normalize(context[:_MOST_CONTEXT])
    terms = [Term("b", token, PAIR_WEIGHT) for token in dict.fromkeys(bigrams_of(normalized))]
    terms += [Term("s", token, WORD_WEIGHT) for token in dict.fromkeys(words_in(normalized))]
    return [
        WeightedTerm(term.field, term.token, term.bound * CONTEXT_WEIGHT)
        for term in _weighted(generation, terms)
    ]


def _soft_scores(generation: Generation, terms: Iterable[WeightedTerm]) -> Scores:
    """The softened scores of all documents: f/(f+k) becomes f/(f+k·softness), exact but for rounding."""
    known = [(term.bound, *generation.postings(term.field, term.token)) for term in terms]
    if not known:
        return np.zeros(generation.size)
    bounds = np.repeat([bound for bound, _, _ in known], [len(numbers) for _, numbers, _ in known])
    impacts = np.concatenate([impacts for _, _, impacts in known])
    numbers = np.concatenate([numbers for _, numbers, _ in known])
    # One after the other in the order of the terms: a score has the same last digit each time.
    added = bounds * _RATIOS[impacts] / _SOFTER[impacts]
    return cast(Scores, np.bincount(numbers, added, generation.size))


_SHARES = np.minimum(np.arange(256) / _FULL, 0.998)
_RATIOS = _SHARES / (1 - _SHARES)
_SOFTER = _RATIOS + SOFTNESS


def _pair_worth(plan: Plan, terms: Iterable[WeightedTerm]) -> dict[str, float]:
    """The worth of each pair of the typed words themselves, by how rare it is."""
    own = _said_pairs(plan)
    worth = {term.token: term.bound for term in terms if term.field == "b" and term.token in own}
    total = sum(worth.values())
    return {pair: value / total for pair, value in worth.items()} if total else {}


def _said_pairs(plan: Plan) -> set[str]:
    """The pairs of letters of the words as they were typed."""
    return {pair for word in plan.words for way in word.ways[:1] for pair in way.pairs}
