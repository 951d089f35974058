"""A second look at the best documents: cheap comparisons of the query with their texts.

Each comparison gives a share between 0 and 1. The weights were tuned on questions about encyclopedia paragraphs,
in steps of a tenth, and hold for the other half of those questions as well as for keywords.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter

import numpy as np

from kb.search.analysis import bigrams_of, fold
from kb.search.comparing import closest, cut, first_places, longest_part, places_of, stands_whole
from kb.search.generation import ORDINARY_QUALITY, Generation
from kb.search.plan import Plan
from kb.search.query import DocumentText
from kb.search.scorer import Candidate, WeightedTerm
from kb.search.written_otherwise import Spelling, as_typed, is_written_otherwise, spellings_of

# How many of the best get the second look, and how much of each text. Where the scores of a question hardly fall,
# the first look did not tell much: more are looked at, as long as they have so much of the tenth's score.
DEPTH = 20
MOST = 50
_FLAT = 0.9
_TENTH = 9
_MAX_CHARACTERS = 20_000
_BEGINNING = 80
_WINDOW = 50
_NARROW_WINDOW = 20
_EARLY = 100
_MAX_QUERY = 200

_RUN = re.compile("[\u3005-\u3007\u3400-\u9fff]{2,}|[\u30a1-\u30fa\u30fc]{2,}|[a-z0-9][a-z0-9.+-]+")
_LATIN = re.compile("[a-z]{2,}$")
_SENTENCE = re.compile("[。?]|[はがをに][^ ]+[ぁ-ゖ]$")
_ASKS_DATE = re.compile("いつ|何年|何月|何日|何世紀|年号|西暦")
_ASKS_COUNT = re.compile(
    "いくつ|幾つ|いくら|どれくらい|どのくらい|何(?:人|名|個|件|台|回|度|本|種|か国|割|位|メートル|キロ|パーセント|%)"
)
_DATE = re.compile(r"\d+(?:年|月|日|世紀)")
_COUNT = re.compile(
    r"\d+(?:人|名|個|件|台|回|度|本|種|か国|割|位|円|m|km|キロ|メートル|%|パーセント|つ|歳|点|校|社|店|以上|万)"
)

_KANJI = re.compile("[\u3005\u3400-\u9fff]")
# What a question asks for stands in it as a letter, too: whoever answers 何年 needs no 年 that was asked.
_ASKING_KANJI = frozenset("何年月日人名者的")

# What each comparison adds, as a share of the best score of the first look.
_WEIGHTS = {
    "whole": 0.3,
    "together": 0.6,
    "subject": 0.4,
    "asked": 0.3,
    "title": 0.2,
    "heading": 0.4,
    "longest": 0.5,
    "beginning": 0.2,
    "early": 0.2,
    "words": 0.9,
    "every word": 0.5,
    "kanji": 0.4,
}
# What a text says in words of the same meaning counts for less.
_SYNONYM_SHARE = 0.8
# One word typed alone is the subject: where it stands early, the text is about it.
_WEIGHTS_OF_WORD = {**_WEIGHTS, "early": 0.5, "kanji": 0.0}
# Several words of which each was typed for itself: where they stand side by side says more.
_WEIGHTS_OF_WORDS = {**_WEIGHTS_OF_WORD, "beginning": 0.0, "near": 0.5, "typed": 0.5}


@dataclass(frozen=True)
class Question:
    """What is compared: the parts of the typed text and how much each says."""

    text: str
    solid: str
    typed: tuple[str, ...]
    words: tuple[WeightedTerm, ...]
    pairs: dict[str, float]
    runs: dict[str, float]
    asked: re.Pattern[str] | None
    spellings: tuple[Spelling, ...] = ()

    @property
    def weights(self) -> Mapping[str, float]:
        """What each comparison adds."""
        if not self.typed:
            return _WEIGHTS
        return _WEIGHTS_OF_WORDS if len(self.typed) > 1 else _WEIGHTS_OF_WORD

    @cached_property
    def cuts(self) -> list[tuple[str, str]]:
        """The pairs whose places are looked for, of those that follow each other in the query, and each cut in two."""
        pairs = dict.fromkeys(self.solid[i : i + 2] for i in range(len(self.solid) - 1))
        return [(pair, cut(pair)) for pair in pairs if pair in self.pairs]

    @cached_property
    def kanji(self) -> frozenset[str]:
        """The kanji of the query, each once: 東隣 says something of a text that has 東 alone."""
        return frozenset(_KANJI.findall(self.text)) - _ASKING_KANJI

    @cached_property
    def pairs_total(self) -> float:
        """What all pairs count together."""
        return sum(self.pairs.values())

    @cached_property
    def runs_total(self) -> float:
        """What all runs count together."""
        return sum(self.runs.values())


def question(text: str, terms: Sequence[WeightedTerm], plan: Plan) -> Question:
    """Prepare the comparison of a query."""
    folded = fold(text)[:_MAX_QUERY]
    own = {pair for word in plan.words for pair in word.ways[0].pairs}
    pairs = {term.token: term.bound for term in terms if term.field == "b" and term.token in own}
    runs: dict[str, float] = {}
    for match in _RUN.finditer(folded):
        weight = sum(pairs.get(pair, 0.0) for pair in bigrams_of(match[0]))
        if weight:
            runs[match[0]] = weight
    solid = folded.replace(" ", "")
    return Question(
        text=folded,
        solid=solid,
        typed=() if _SENTENCE.search(folded) else _typed(folded, plan),
        words=tuple(term for term in terms if term.field == "s" or _LATIN.match(term.token)),
        pairs=pairs,
        runs=runs,
        asked=_DATE
        if _ASKS_DATE.search(folded)
        else _COUNT
        if _ASKS_COUNT.search(folded)
        else None,
        spellings=tuple(one for word in plan.words for one in spellings_of(folded, word)),
    )


def _typed(folded: str, plan: Plan) -> tuple[str, ...]:
    """Return the words that were typed apart, without those that say nothing."""
    asked = {fold(word.text) for word in plan.words}
    words = folded.split()
    return tuple(word for word in words if word in asked) or tuple(words)


def depth_of(asked: Question, candidates: Sequence[Candidate]) -> int:
    """How many of the candidates, best first, get the second look."""
    if asked.typed or len(candidates) <= DEPTH:
        return DEPTH
    least = candidates[_TENTH].score * _FLAT
    return DEPTH + sum(candidate.score >= least for candidate in candidates[DEPTH:MOST])


def second_look(
    asked: Question,
    candidates: Sequence[Candidate],
    texts: Mapping[str, DocumentText],
    generation: Generation,
) -> tuple[Candidate, ...]:
    """Order the best candidates anew, those with ``texts``; the others keep their order after them."""
    best = max((candidate.score for candidate in candidates), default=0.0)
    total = 1 + sum(asked.weights.values())
    looked_at = []
    depth = depth_of(asked, candidates)
    first = candidates[:depth]
    for candidate, words in zip(first, _shares_of_words(asked, first, generation), strict=True):
        score, view, number, has_every_word = candidate
        text = texts.get(view.key(number))
        if text:
            score += best * _agreement(asked, candidate, text, words) * _quality(candidate)
        looked_at.append(Candidate(score / total, view, number, has_every_word))
    looked_at += (
        Candidate(score / total, view, number, has_every_word)
        for score, view, number, has_every_word in candidates[depth:]
    )
    return tuple(sorted(looked_at, key=_score, reverse=True))


_score = itemgetter(0)


def _quality(candidate: Candidate) -> float:
    return float(candidate.view.qualities[candidate.number]) / ORDINARY_QUALITY


def _agreement(
    asked: Question, candidate: Candidate, document: DocumentText, words: float
) -> float:
    shares = compare(asked, document)
    shares["words"] = words
    shares["every word"] = float(candidate.has_every_word)
    return sum(weight * shares[name] for name, weight in asked.weights.items())


def compare(asked: Question, document: DocumentText) -> dict[str, float]:
    """Compare a query with a text, character by character, as if the text were written like the query."""
    named = folded_text(f"{document.title}\n{document.names}")
    title = named.strip()
    # Each line is folded by itself.
    is_one_line = "\n" not in document.title
    subject = named.partition("\n")[0] if is_one_line else folded_text(document.title)
    folded = f"{title}\n{document.folded or folded_beginning(document.text)}"
    found = [one for one in asked.spellings if is_written_otherwise(one, folded)]
    if not found:
        return _compared(asked, title, subject, folded)
    shares = _compared(asked, *(as_typed(found, text) for text in (title, subject, folded)))
    share_of_all = _SYNONYM_SHARE if any(one.is_synonym for one in found) else 1.0
    return {name: share * share_of_all for name, share in shares.items()}


def _compared(asked: Question, title: str, subject: str, folded: str) -> dict[str, float]:
    places = places_of(asked.pairs, folded)
    first = first_places(places)
    together, place = closest(asked.pairs, places, asked.pairs_total, _WINDOW)
    shares = {
        "whole": _share_of_whole(asked, folded),
        "together": together,
        "subject": float(len(subject) > 1 and subject in asked.text),
        "asked": float(bool(asked.asked and asked.asked.search(_around(folded, place)))),
        "title": _share(asked.runs, title, asked.runs_total),
        "heading": _share(asked.runs, subject, asked.runs_total),
        "longest": longest_part(
            asked.solid, folded, [one for one in asked.cuts if one[0] not in first]
        )
        / max(len(asked.solid), 1),
        "beginning": _share_within(asked, first, len(title) + _BEGINNING),
        "early": _early(asked, first, len(title) + 1),
        "kanji": 0.0 if asked.typed else _share_of_kanji(asked, title, folded[len(title) :]),
    }
    if len(asked.typed) > 1:
        shares["near"] = closest(asked.pairs, places, asked.pairs_total, _NARROW_WINDOW)[0]
        shares["typed"] = sum(word in folded for word in asked.typed) / len(asked.typed)
    return shares


def _around(folded: str, place: int) -> str:
    return folded[max(0, place - 2 * _WINDOW) : place + 3 * _WINDOW]


@lru_cache(maxsize=3000)
def folded_text(text: str) -> str:
    """Fold a text; popular documents are looked at again and again."""
    return fold(text)


def folded_beginning(text: str) -> str:
    """Fold as much of a text as the second look reads."""
    return fold(text[:_MAX_CHARACTERS])


def _share_of_whole(asked: Question, folded: str) -> float:
    """Return the share of the runs that stand somewhere as whole runs."""
    found = sum([weight for run, weight in asked.runs.items() if stands_whole(run, folded)])
    return found / asked.runs_total if asked.runs_total else 0.0


def _share(parts: Mapping[str, float], folded: str, total: float) -> float:
    found = sum([weight for part, weight in parts.items() if part in folded])
    return found / total if total else 0.0


def _share_of_kanji(asked: Question, title: str, body: str) -> float:
    """Return the share of the query's kanji, those of the title left out, that stand in the body."""
    letters = [letter for letter in asked.kanji if letter not in title]
    return sum(letter in body for letter in letters) / len(letters) if letters else 0.0


def _share_within(asked: Question, first: Mapping[str, int], length: int) -> float:
    """Return the share of the pairs that stand within the first characters."""
    found = sum(
        [
            weight
            for pair, weight in asked.pairs.items()
            if pair in first and first[pair] + len(pair) <= length
        ]
    )
    return found / asked.pairs_total if asked.pairs_total else 0.0


def _shares_of_words(
    asked: Question, candidates: Sequence[Candidate], generation: Generation
) -> list[float]:
    """Return for each candidate the share of the words that the document has, by the index."""
    shares = np.zeros(len(candidates))
    total = sum(term.bound for term in asked.words)
    if total:
        starts = generation.starts_of
        numbers = np.array([starts[view] + number for _, view, number, _ in candidates], np.uint32)
        for term in asked.words:
            shares += generation.has_each(term.field, term.token, numbers) * term.bound
        shares /= total
    return shares.tolist()


def _early(asked: Question, first: Mapping[str, int], body: int) -> float:
    """Return the share of the pairs, each the less the later it first stands in the body."""
    pairs = asked.pairs
    found = sum(
        [
            pairs[pair] / (1 + (place - body) / _EARLY) if place > body else pairs[pair]
            for pair, place in first.items()
        ]
    )
    return found / asked.pairs_total if asked.pairs_total else 0.0
