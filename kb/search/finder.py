"""Answers one search from one generation of the index."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from kb.search import rerank
from kb.search.analysis import fold, normalize, words_in
from kb.search.beginnings import beginnings
from kb.search.generation import Generation
from kb.search.kana_words import as_read, spellings_begun, with_spellings
from kb.search.kind_words import kind_first, within_kind
from kb.search.misspelt import corrected
from kb.search.near_words import with_near_words
from kb.search.plan import (
    EMPTY_WORDS,
    SPELLING_WEIGHT,
    Plan,
    Term,
    make_plan,
)
from kb.search.query import (
    DocumentText,
    Found,
    ParsedText,
    Scored,
    SearchQuery,
    TextLoader,
    clean_text,
    parse_text,
)
from kb.search.scorer import (
    MAX_IMPACT,
    NO_RANKING,
    Candidate,
    Ranking,
    Scorer,
    WeightedTerm,
    impact,
)
from kb.search.spelling import as_written
from kb.search.synonyms import SynonymTable
from kb.search.thesaurus import may_help, with_same_meaning

# With fewer documents that have all words, those with any word follow.
ENOUGH_HITS = 3
# A question wants a page of possible answers.
ENOUGH_ANSWERS = 10
# How many candidates of a quoted text are read to check it.
_MAX_CHECKED = 300
_READ_FOR_SPELLING = 10
# So many words that sound as somebody begins to type are suggested.
_MOST_SOUNDING = 5
_SOUND_OF_LATIN = 0.3
_PREFIX_BOUND = 8.0
_MAX_COMPARED = 6000
_TITLE_COUNT = 3
_TELLING_WORDS = 25
# Of what a text shares with itself.
_SIMILAR_SHARE = 0.08
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Options:
    """How a search is answered."""

    limit: int
    synonyms: SynonymTable
    load_texts: TextLoader | None


class _Asked(NamedTuple):
    """A plan with what it found."""

    plan: Plan
    terms: Sequence[WeightedTerm]
    ranking: Ranking
    is_relaxed: bool


def find(generation: Generation, query: SearchQuery, options: Options) -> Found:
    """Rank the documents that answer the query; those of a kind first where a word names it."""
    ordinary = _find(generation, query, options)
    meant = within_kind(query)
    if meant is None:
        return ordinary
    words, inner = meant
    of_kind = _find(generation, inner, options)
    return kind_first(
        ordinary, of_kind, words=words, load_texts=options.load_texts, limit=options.limit
    )


def _find(generation: Generation, query: SearchQuery, options: Options) -> Found:
    parsed = parse_text(query.text)
    plan = make_plan(parsed, options.synonyms, generation.frequency)
    scorer = Scorer(generation, query, plan.excluded)
    if not plan.words:
        ranking = scorer.rank_newest(options.limit) if query.has_filters else NO_RANKING
        return _found(ranking)
    typed, plan = plan, with_spellings(generation, plan)
    read_as = as_read(generation, typed, plan)
    plan, suggestion = corrected(generation, plan, options.synonyms, options.load_texts)
    known = scorer.weighted(plan.terms)
    terms: Sequence[WeightedTerm] = known + _prefix_terms(generation, plan, is_needed=not known)
    depth = max(options.limit, _MAX_CHECKED if parsed.exact else rerank.MOST)
    ranking, is_relaxed = _ranked(scorer, plan, terms, depth)
    # Only of a short text all words are wanted.
    if plan.is_short and (is_relaxed or not ranking.top):
        narrow = _Asked(plan, terms, ranking, is_relaxed)
        plan, terms, ranking, is_relaxed = _wider(scorer, narrow, depth)
    lacks_exact = False
    if parsed.exact and options.load_texts:
        checked = _with_exact_text(ranking, parsed, options.load_texts)
        lacks_exact = bool(ranking.top) and not checked.top
        ranking, is_relaxed = (checked, is_relaxed) if checked.top else (ranking, True)
    if options.load_texts:
        asked = rerank.question(parsed.plain, terms, plan)
        ranking = _second_look(generation, ranking, asked, options.load_texts)
    ranking = replace(ranking, top=ranking.top[: options.limit])
    return replace(
        _found(ranking),
        searched_also=plan.searched_also,
        suggestion=_spelled(ranking, suggestion, options),
        read_as=read_as,
        is_relaxed=is_relaxed,
        lacks_exact=lacks_exact,
    )


def _wider(scorer: Scorer, narrow: _Asked, depth: int) -> _Asked:
    """While no document has all words, ask for words of the same meaning, too, then for words nearly alike."""
    for widened in (with_same_meaning, with_near_words):
        if _has_every_word(narrow.ranking):
            break
        if widened is with_same_meaning and not may_help(
            scorer.generation, narrow.plan, scorer.every_kept
        ):
            continue
        plan = widened(scorer.generation, narrow.plan)
        if plan is not narrow.plan:
            terms = scorer.weighted(plan.terms)
            ranking, is_relaxed = _ranked(scorer, plan, terms, depth)
            if _has_every_word(ranking):
                narrow = _Asked(plan, terms, ranking, is_relaxed or widened is with_near_words)
    return narrow


def _spelled(ranking: Ranking, suggestion: str, options: Options) -> str:
    """Return 「もしかして」 as the best documents write it; the index has one spelling for all of a word's."""
    if not suggestion or options.load_texts is None:
        return suggestion
    keys = [c.view.key(c.number) for c in ranking.top[:_READ_FOR_SPELLING]]
    texts = options.load_texts(keys).values()
    written = (f"{text.title}\n{text.names}\n{text.text}" for text in texts)
    return as_written(suggestion, chain(written, [options.synonyms.written]))


def _has_every_word(ranking: Ranking) -> bool:
    return any(candidate.has_every_word for candidate in ranking.top[:1])


def _found(ranking: Ranking) -> Found:
    hits = tuple(Scored(c.view.key(c.number), c.view.kind(c.number), c.score) for c in ranking.top)
    counts = tuple(sorted(ranking.kind_counts.items()))
    return Found(hits, ranking.total, counts, is_at_least=ranking.is_at_least)


def _ranked(
    scorer: Scorer, plan: Plan, terms: Sequence[WeightedTerm], limit: int
) -> tuple[Ranking, bool]:
    """Return the ranking, and whether words had to be left out to find enough."""
    if not plan.is_short:
        return scorer.rank_any_word(terms, limit), False
    strict = scorer.rank_all_words(plan, terms, limit)
    if strict.total >= (ENOUGH_ANSWERS if plan.asks else ENOUGH_HITS):
        return strict, False
    is_strict = plan.has_words_alone and not plan.asks
    loose = scorer.rank_some_words(plan, terms, limit) if is_strict else None
    if loose is None or (plan.reads_like_sentence and not loose.top):
        loose = scorer.rank_any_word(terms, limit)
    known = {(c.view.segment_id, c.number) for c in strict.top}
    rest = (c for c in loose.top if (c.view.segment_id, c.number) not in known)
    top = (*strict.top, *rest)[:limit]
    if len(top) == strict.total:
        return strict, False
    return replace(loose, top=top), True


def _second_look(
    generation: Generation, ranking: Ranking, asked: rerank.Question, load_texts: TextLoader
) -> Ranking:
    first = ranking.top[: rerank.depth_of(asked, ranking.top)]
    texts = load_texts([c.view.key(c.number) for c in first])
    return replace(ranking, top=rerank.second_look(asked, ranking.top, texts, generation))


# --- Quoted text -------------------------------------------------------------------------------


def _with_exact_text(ranking: Ranking, parsed: ParsedText, load_texts: TextLoader) -> Ranking:
    """Keep the documents whose text has every quoted text as it stands."""
    texts = load_texts([c.view.key(c.number) for c in ranking.top])
    wanted = [_plain(text) for text in parsed.exact]
    top = tuple(c for c in ranking.top if _has_all(texts, c, wanted))
    counts = Counter(c.view.kind(c.number) for c in top)
    return Ranking(top, len(top), counts, is_at_least=ranking.total > len(ranking.top))


def _has_all(texts: Mapping[str, DocumentText], candidate: Candidate, wanted: list[str]) -> bool:
    document = texts.get(candidate.view.key(candidate.number))
    if document is None:
        return False
    text = _plain(f"{document.title}\n{document.names}\n{document.text}")
    return all(part in text for part in wanted)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", normalize(text))


# --- While somebody types, and beside an article ---------------------------------------------------


def _prefix_terms(generation: Generation, plan: Plan, *, is_needed: bool) -> list[WeightedTerm]:
    """Return beginnings of titles and names, for one letter alone or a word without known tokens."""
    if len(plan.words) != 1 or not (is_needed or len(plan.words[0].text) == 1):
        return []
    tokens = set(beginnings(generation, plan.words[0].text))
    return [WeightedTerm("prefix", token, _PREFIX_BOUND) for token in sorted(tokens)]


def suggest(generation: Generation, query: SearchQuery, limit: int) -> tuple[Scored, ...]:
    """Return documents whose title, name or reading begins like this; short ones first."""
    text = clean_text(query.text)
    length = len(fold(text).strip())
    terms = [
        WeightedTerm("prefix", token, _PREFIX_BOUND * length / len(token))
        for token in beginnings(generation, text)
    ]
    # What the input method has not turned into kanji yet, or will not since it is off: or it is a Latin word.
    known = {term.token for term in terms}
    weight = _PREFIX_BOUND * (_SOUND_OF_LATIN if text.isascii() else SPELLING_WEIGHT)
    terms += [
        WeightedTerm("prefix", token, weight * len(start) / len(token))
        for start in spellings_begun(generation, fold(text), _MOST_SOUNDING)
        for token in beginnings(generation, start)
        if token not in known
    ]
    return _found(Scorer(generation, query).rank_best_term(terms, limit)).hits if terms else ()


class Subject(NamedTuple):
    """A text for which others are sought. ``words`` are those of ``text`` where they are known."""

    title: str
    text: str
    words: Sequence[str] | None = None

    def counts(self) -> Counter[str]:
        """How often each word counts; those of the title more."""
        known = self.words
        counts = Counter(words_in(normalize(self.text[:_MAX_COMPARED])) if known is None else known)
        for token in words_in(normalize(self.title)):
            counts[token] += _TITLE_COUNT
        return counts


def similar(
    generation: Generation, subject: Subject, kinds: frozenset[str], limit: int
) -> tuple[Scored, ...]:
    """Return documents that share the telling words of a text; scores are shares of what they could be, 0 to 1."""
    counts = subject.counts()
    length = counts.total()
    scorer = Scorer(generation, SearchQuery(kinds=kinds))
    terms = [
        Term("s", token, impact(count, length) / MAX_IMPACT)
        for token, count in counts.items()
        if token not in EMPTY_WORDS
    ]
    weighted = scorer.weighted(terms)
    telling = sorted(weighted, key=lambda term: -term.bound)[:_TELLING_WORDS]
    rarest_first = [term for term in weighted if term in telling]
    hits = _found(scorer.rank_any_word(rarest_first, limit, floor_share=_SIMILAR_SHARE)).hits
    possible = sum(term.bound for term in telling) + _unknown_worth(generation, terms)
    return tuple(hit._replace(score=min(hit.score / possible, 1.0)) for hit in hits)


def _unknown_worth(generation: Generation, terms: Sequence[Term]) -> float:
    """Return the worth of the words that no document has: a text that differs in them is not the same."""
    rarity = math.log(1 + (generation.count + 0.5) / 0.5)
    unknown = [term.weight for term in terms if not generation.frequency("s", term.token)]
    return rarity * sum(unknown[:_TELLING_WORDS])
