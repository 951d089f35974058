"""Answers one search from one generation of the index."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kb.search.analysis import fold, normalize
from kb.search.generation import Generation
from kb.search.plan import Plan, PlannedWord, Term, make_plan
from kb.search.query import Found, Scored, SearchQuery, TextLoader, parse_text
from kb.search.scorer import Candidate, Ranking, Scorer
from kb.search.synonyms import SynonymTable

ENOUGH_HITS = 3


def find(
    generation: Generation,
    query: SearchQuery,
    *,
    limit: int,
    synonyms: SynonymTable,
    load_texts: TextLoader | None,
) -> Found:
    """Rank the documents that answer the query."""
    parsed = parse_text(query.text)
    scorer = Scorer(generation, query)
    if parsed.is_empty:
        ranking = scorer.rank_newest(limit) if query.has_filters else Ranking((), 0, Counter())
        return _found(ranking)
    plan = make_plan(parsed, synonyms, generation.frequency)
    terms = scorer.weighted(plan.terms)
    ranking, is_relaxed = _ranked(scorer, plan, terms, limit)
    if plan.excluded:
        ranking = scorer.without(ranking, plan.excluded)
    found = _found(ranking)
    return replace(found, searched_also=plan.searched_also, is_relaxed=is_relaxed)


def _ranked(scorer, plan, terms, limit):
    strict = None
    if plan.is_short:
        strict = scorer.rank_all_words(plan, terms, limit)
        if strict.total >= ENOUGH_HITS:
            return strict, False
    loose = scorer.rank_any_word(terms, limit)
    if strict is None or not strict.top:
        return loose, strict is not None
    known = {(c.view.segment_id, c.number) for c in strict.top}
    rest = tuple(c for c in loose.top if (c.view.segment_id, c.number) not in known)
    top = (*strict.top, *rest)[:limit]
    return Ranking(top, max(loose.total, len(top)), loose.kind_counts), True


def _found(ranking: Ranking) -> Found:
    hits = tuple(
        Scored(c.view.key(c.number), c.view.kind_names[c.view.kinds[c.number]], c.score)
        for c in ranking.top
    )
    return Found(
        hits=hits, total=ranking.total, kind_counts=tuple(sorted(ranking.kind_counts.items()))
    )
