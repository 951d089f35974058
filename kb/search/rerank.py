"""A second look at the best documents: cheap comparisons of the query with their texts.

Each comparison gives a share between 0 and 1. The weights were tuned on questions about encyclopedia paragraphs,
in steps of a tenth, and hold for the other half of those questions as well as for keywords.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from kb.search.analysis import bigrams_of, fold
from kb.search.endings import may_have_endings, with_endings
from kb.search.generation import ORDINARY_QUALITY
from kb.search.plan import Plan, PlannedWord
from kb.search.query import DocumentText
from kb.search.scorer import Candidate, WeightedTerm

# How many of the best get the second look, and how much of each text.
DEPTH = 20
_MAX_CHARACTERS = 20_000
_BEGINNING = 80
_WINDOW = 50
_NARROW_WINDOW = 20
_EARLY = 100
_MAX_QUERY = 200

_RUN = re.compile("[\u3005-\u3007\u3400-\u9fff]{2,}|[\u30a1-\u30fa\u30fc]{2,}|[a-z0-9][a-z0-9.+-]+")
# What a run is made of: one of these.
_RUN_LETTERS = tuple(
    re.compile(letters)
    for letters in ("[\u3005-\u3007\u3400-\u9fff]", "[\u30a1-\u30fa\u30fc]", "[a-z0-9.+-]")
)
_SCRIPTS = ("[a-z]", "[0-9]", "[ァ-ヺー]")
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
}
# What a text says in words of the same meaning counts for less.
_SYNONYM_SHARE = 0.8
# One word typed alone is the subject: where it stands early, the text is about it.
_WEIGHTS_OF_WORD = {**_WEIGHTS, "early": 0.5}
# Several words of which each was typed for itself: where they stand side by side says more.
_WEIGHTS_OF_WORDS = {**_WEIGHTS, "beginning": 0.0, "early": 0.5, "near": 0.5, "typed": 0.5}


class Spelling(NamedTuple):
    """What a text may have for a part of the query, and that part as it was typed.

    ``letters`` must stand in the text, which is quickly seen.
    """

    letters: str
    other: re.Pattern[str]
    typed: str
    is_synonym: bool = False


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
        spellings=tuple(one for word in plan.words for one in _spellings(folded, word)),
    )


def _typed(folded: str, plan: Plan) -> tuple[str, ...]:
    """Return the words that were typed apart, without those that say nothing."""
    asked = {fold(word.text) for word in plan.words}
    words = folded.split()
    return tuple(word for word in words if word in asked) or tuple(words)


def _spellings(folded: str, word: PlannedWord) -> Iterator[Spelling]:
    for token in word.ways[0].words:
        if may_have_endings(token) and (match := with_endings(token).search(folded)):
            yield Spelling(token[-1], with_endings(token), match[0])
    for pairs, is_synonym in ((word.spellings, False), (word.synonyms, True)):
        for other, typed in pairs:
            written = _folded_word(typed)
            if other and written in folded:
                yield Spelling(_folded_word(other), _standing(other), written, is_synonym)


@lru_cache(maxsize=5000)
def _folded_word(word: str) -> str:
    return fold(word)


@lru_cache(maxsize=5000)
def _standing(word: str) -> re.Pattern[str]:
    """Return what finds a word in a folded text where it is no part of a longer one of the same script."""
    folded = _folded_word(word)
    before = "".join(f"(?<!{one})" for one in _SCRIPTS if re.match(one, folded))
    after = "".join(f"(?!{one})" for one in _SCRIPTS if re.search(f"{one}$", folded))
    return re.compile(before + re.escape(folded) + after)


def second_look(
    asked: Question, candidates: Sequence[Candidate], texts: Mapping[str, DocumentText]
) -> tuple[Candidate, ...]:
    """Order the best ``DEPTH`` candidates anew, those with ``texts``; the others keep their order after them."""
    best = max((candidate.score for candidate in candidates), default=0.0)
    total = 1 + sum(asked.weights.values())
    looked_at = []
    first = candidates[:DEPTH]
    for candidate, words in zip(first, _shares_of_words(asked, first), strict=True):
        score, view, number, has_every_word = candidate
        text = texts.get(view.key(number))
        if text:
            score += best * _agreement(asked, candidate, text, words) * _quality(candidate)
        looked_at.append(Candidate(score / total, view, number, has_every_word))
    looked_at += (
        Candidate(score / total, view, number, has_every_word)
        for score, view, number, has_every_word in candidates[DEPTH:]
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
    found = [one for one in asked.spellings if _is_written_otherwise(one, folded)]
    if not found:
        return _compared(asked, title, subject, folded)
    shares = _compared(asked, *(_as_typed(found, text) for text in (title, subject, folded)))
    share_of_all = _SYNONYM_SHARE if any(one.is_synonym for one in found) else 1.0
    return {name: share * share_of_all for name, share in shares.items()}


def _is_written_otherwise(spelling: Spelling, folded: str) -> bool:
    if spelling.letters not in folded or spelling.typed in folded:
        return False
    return spelling.other.search(folded) is not None


def _as_typed(spellings: Iterable[Spelling], folded: str) -> str:
    for spelling in spellings:
        folded = spelling.other.sub(spelling.typed, folded)
    return folded


def _compared(asked: Question, title: str, subject: str, folded: str) -> dict[str, float]:
    places = _places(asked, folded)
    first = _first_places(places)
    together, place = _closest(asked, places, _WINDOW)
    shares = {
        "whole": _share_of_whole(asked, folded),
        "together": together,
        "subject": float(len(subject) > 1 and subject in asked.text),
        "asked": float(bool(asked.asked and asked.asked.search(_around(folded, place)))),
        "title": _share(asked.runs, title, asked.runs_total),
        "heading": _share(asked.runs, subject, asked.runs_total),
        "longest": _longest(asked, folded, first) / max(len(asked.solid), 1),
        "beginning": _share_within(asked, first, len(title) + _BEGINNING),
        "early": _early(asked, first, len(title) + 1),
    }
    if len(asked.typed) > 1:
        shares["near"] = _closest(asked, places, _NARROW_WINDOW)[0]
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
    found = sum(weight for run, weight in asked.runs.items() if _stands_whole(run, folded))
    return found / asked.runs_total if asked.runs_total else 0.0


def _stands_whole(run: str, folded: str) -> bool:
    """Whether a run stands somewhere without going on to either side."""
    letters = _letters_of(run)
    place = folded.find(run)
    while place >= 0:
        end = place + len(run)
        before, after = folded[place - 1 : place], folded[end : end + 1]
        if not (letters.match(before) or letters.match(after)):
            return True
        place = folded.find(run, place + 1)
    return False


@lru_cache(maxsize=1000)
def _letters_of(run: str) -> re.Pattern[str]:
    """What the letters of a run are."""
    return next(letters for letters in _RUN_LETTERS if letters.match(run))


def _share(parts: Mapping[str, float], folded: str, total: float) -> float:
    found = sum(weight for part, weight in parts.items() if part in folded)
    return found / total if total else 0.0


def _share_within(asked: Question, first: Mapping[str, int], length: int) -> float:
    """Return the share of the pairs that stand within the first characters."""
    found = sum(
        weight
        for pair, weight in asked.pairs.items()
        if (place := first.get(pair)) is not None and place + len(pair) <= length
    )
    return found / asked.pairs_total if asked.pairs_total else 0.0


def _shares_of_words(asked: Question, candidates: Sequence[Candidate]) -> list[float]:
    """Return for each candidate the share of the words that the document has, by the index."""
    shares = np.zeros(len(candidates))
    total = sum(term.bound for term in asked.words)
    views = {candidate.view for candidate in candidates} if total else ()
    for view in views:
        places = [i for i, candidate in enumerate(candidates) if candidate.view is view]
        numbers = np.array([candidates[i].number for i in places], np.uint32)
        found = np.zeros(len(places))
        for term in asked.words:
            found += view.has_each(term.field, term.token, numbers) * term.bound
        shares[places] = found / total
    return shares.tolist()


def _longest(asked: Question, folded: str, first: Mapping[str, int]) -> int:
    """Return the length of the longest part of the query that stands in the text as it is."""
    query = asked.solid
    if query in folded:
        return len(query)
    longest = 0
    for start in range(len(query)):
        # What begins with a pair that stands nowhere stands nowhere either.
        pair = query[start : start + 2]
        if longest and pair in asked.pairs and pair not in first:
            continue
        while start + longest < len(query) and query[start : start + longest + 1] in folded:
            longest += 1
    return longest


def _places(asked: Question, folded: str) -> list[tuple[int, str]]:
    """Return where the pairs of the query stand, from left to right."""
    places = []
    for pair in asked.pairs:
        position = folded.find(pair)
        while position >= 0:
            places.append((position, pair))
            position = folded.find(pair, position + len(pair))
    return sorted(places)


def _first_places(places: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return where each pair stands first, from left to right."""
    first: dict[str, int] = {}
    for position, pair in places:
        if pair not in first:
            first[pair] = position
    return first


def _early(asked: Question, first: Mapping[str, int], body: int) -> float:
    """Return the share of the pairs, each the less the later it first stands in the body."""
    found = sum(
        asked.pairs[pair] / (1 + max(0, place - body) / _EARLY) for pair, place in first.items()
    )
    return found / asked.pairs_total if asked.pairs_total else 0.0


def _closest(asked: Question, places: Sequence[tuple[int, str]], window: int) -> tuple[float, int]:
    """Return the largest share of the pairs that stand within a window, and where."""
    total = asked.pairs_total
    if len(asked.pairs) == 1 and places and total > 0:
        # One pair is near itself wherever it stands.
        return 1.0, places[0][0]
    counts = dict.fromkeys(asked.pairs, 0)
    weight, best, place, first = 0.0, 0.0, 0, 0
    for position, pair in places:
        if not counts[pair]:
            weight += asked.pairs[pair]
        counts[pair] += 1
        while places[first][0] < position - window:
            left = places[first][1]
            counts[left] -= 1
            if not counts[left]:
                weight -= asked.pairs[left]
            first += 1
        if weight > best:
            best, place = weight, places[first][0]
    return (best / total if total else 0.0), place
