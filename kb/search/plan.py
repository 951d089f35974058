"""From typed words to what the index is asked: tokens with weights, and ways to satisfy each word."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kb.search.analysis import (
    asked_words,
    bigrams_of,
    normalize,
    stemmed,
    words_in,
    words_of,
)
from kb.search.days import other_spellings
from kb.search.katakana import is_kana, katakana
from kb.search.okurigana import joined_stems, with_kana, without_kana
from kb.search.query import ParsedText
from kb.search.synonyms import SynonymTable

WORD_WEIGHT = 1.3
PAIR_WEIGHT = 1.0
# A pair with one hiragana is mostly a word's end and a particle.
MIXED_PAIR_WEIGHT = 0.3
SYNONYM_WEIGHT = 0.6
# The same word spelled otherwise: 12/3 for 12月3日, けいひ for 経費.
SPELLING_WEIGHT = 0.9

_LATIN = re.compile("[a-z][a-z0-9]*$")
_LATIN_END = re.compile("[a-z]{2,}$")
_LATIN_START = re.compile("[a-z]{2,}")
# Figures with strokes or points between: as separate words they would be anywhere.
_MARKED_DAY = re.compile(r"\d[/.:-]\d")
_MAX_TOKENS = 120
_MOST_IN_KEYWORD = 3
_HIRAGANA = re.compile("[ぁ-ゖ]")
_HIRAGANA_OF_SENTENCE = 3
_ASKS = re.compile(
    "(?:[?？]|は|か|しょう)[。、?？]*$|(?<!幾)何|誰|どこ|どちら|どれ|いつ(?!も)|いくつ|いくら|なぜ|どうすれば|どうやって|どのよう"
)

# Asking words and empty verbs: they say what kind of answer is wanted, not what it is about.
EMPTY_WORDS = frozenset(
    [
        "何",
        "何時",
        "何処",
        "何方",
        "誰",
        "何れ",
        "如何",
        "何故",
        "幾つ",
        "幾ら",
        "何の",
        "何者",
        "何か",
        "イツ",
        "ドコ",
        "ダレ",
        "ナニ",
        "ドレ",
        "ドノ",
        "ドウ",
        "ドンナ",
        "ナゼ",
        "ドチラ",
        "イクツ",
        "イクラ",
        "為る",
        "有る",
        "居る",
        "成る",
        "出来る",
        "無い",
        "言う",
        "呼ぶ",
        "下さる",
        "教える",
        "御座る",
        "頂く",
        "事",
        "物",
        "為",
        "様",
        "等",
        "此れ",
        "其れ",
        "此の",
        "其の",
        "方",
    ]
)


# English words that say nothing beside others; not "it", which is a department, nor "in", as in "log in".
_SILENT = "the a an of to for and with how what when where which are do does"
_EMPTY_LATIN = frozenset(_SILENT.split())


class Term(NamedTuple):
    """A token of one field and how much it counts."""

    field: str
    token: str
    weight: float


@dataclass(frozen=True)
class Way:
    """One way to satisfy a word: all of these words, or all of these pairs, stand in the document.

    ``joints`` are the pairs in which the words meet; where there are any, the words must meet like that.
    """

    words: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    weight: float = 1.0
    joints: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedWord:
    """One typed word, normalised, with every way to satisfy it; the first is the word itself.

    ``spellings`` are pairs of what a text may have and what was typed for it, ``synonyms`` of words that mean the same.
    """

    text: str
    ways: tuple[Way, ...]
    is_exact: bool = False
    spellings: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()

    @property
    def has_hiragana(self) -> bool:
        """Whether it has any: compounds of kanji and katakana have none."""
        return _HIRAGANA.search(self.text) is not None

    @property
    def reads_like_sentence(self) -> bool:
        """Whether it has as much hiragana as particles and endings bring."""
        return len(_HIRAGANA.findall(self.text)) >= _HIRAGANA_OF_SENTENCE


@dataclass(frozen=True)
class Plan:
    """What the index is asked."""

    words: tuple[PlannedWord, ...]
    excluded: tuple[PlannedWord, ...] = ()
    searched_also: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """All tokens with their highest weight."""
        weights: dict[tuple[str, str], float] = {}
        for way in (way for word in self.words for way in word.ways):
            for token in way.words:
                _raise(weights, ("s", token), WORD_WEIGHT * way.weight)
            for token in way.pairs:
                _raise(weights, ("b", token), _pair_weight(token) * way.weight)
        return tuple(Term(field, token, weight) for (field, token), weight in weights.items())

    @property
    def has_words_alone(self) -> bool:
        """Whether each word is a word or a compound: no sentence, no single character that begins many words."""
        are_long = all(len(word.text) > 1 for word in self.words)
        most = max((len(word.ways[0].words) for word in self.words), default=0)
        return are_long and (most <= _MOST_IN_KEYWORD or not self.reads_like_sentence)

    @property
    def reads_like_sentence(self) -> bool:
        """Whether some word has as much hiragana as particles and endings bring."""
        return any(word.reads_like_sentence for word in self.words)

    @property
    def asks(self) -> bool:
        """Whether it is a question: an answer is wanted, whether it repeats every word or not."""
        return any(not word.is_exact and _ASKS.search(word.text) for word in self.words)

    @property
    def is_short(self) -> bool:
        """Whether all words are asked for first: up to three words that are no sentence."""
        return len(self.words) <= 3 and sum(len(word.ways[0].words) for word in self.words) <= 9


def _raise(weights: dict[tuple[str, str], float], term: tuple[str, str], weight: float) -> None:
    weights[term] = max(weights.get(term, 0.0), weight)


def _pair_weight(pair: str) -> float:
    return MIXED_PAIR_WEIGHT if any("ぁ" <= mark <= "ゖ" for mark in pair) else PAIR_WEIGHT


# One search asks for its hits, for what stands beside them, and for people; no more, since a plan's ``frequency``
# belongs to a generation that might be gone otherwise.
@lru_cache(maxsize=2)
def make_plan(
    parsed: ParsedText, synonyms: SynonymTable, frequency: Callable[[str, str], int]
) -> Plan:
    """Plan a search. ``frequency`` tells in how many documents a token of a field stands."""
    words = [_planned(text, is_exact=False) for text in parsed.words]
    words += [_planned(text, is_exact=True) for text in parsed.exact]
    words = [word for word in words if word.text]
    words = [word for word in words if word.is_exact or word.text not in _EMPTY_LATIN] or words
    also: dict[str, None] = {}
    planned = []
    for word in words:
        with_synonyms, others = (word, ()) if word.is_exact else _with_synonyms(word, synonyms)
        also.update(dict.fromkeys(others))
        with_spellings = _with_okurigana(_with_days(with_synonyms), frequency)
        planned.append(_with_split(with_spellings, frequency))
    planned = _with_joined_neighbours(planned)
    excluded = tuple(
        word for word in (_planned(text, is_exact=True) for text in parsed.excluded) if word.text
    )
    return Plan(tuple(planned), excluded, tuple(also))


@lru_cache(maxsize=500)
def _planned(text: str, *, is_exact: bool) -> PlannedWord:
    """One search plans its words four times: for hits, for chores, for people, and to mark them."""
    normalized = normalize(text).strip()
    words, pairs = asked_words(normalized)[:_MAX_TOKENS], bigrams_of(normalized)[:_MAX_TOKENS]
    ways = [Way(_without_empty(words), tuple(dict.fromkeys(pairs)))]
    if is_kana(normalized) and len(normalized) > 1:
        # Readings of names are kept as one word, whatever Sudachi makes of them here.
        whole = katakana(normalized.replace(" ", "").replace("・", ""))
        if (whole,) != ways[0].words:
            ways.append(Way((whole,)))
    return PlannedWord(normalized, tuple(ways), is_exact)


def _without_empty(words: Iterable[str]) -> tuple[str, ...]:
    every = tuple(dict.fromkeys(words))
    return tuple(word for word in every if word not in EMPTY_WORDS) or every


def _with_synonyms(
    word: PlannedWord, synonyms: SynonymTable
) -> tuple[PlannedWord, tuple[str, ...]]:
    tokens = word.ways[0].words
    ways, also, meanings = [], [], []
    for start, end, known, other in synonyms.spans(tokens):
        middle, pairs, joints = _tokens_of(other)
        is_whole = end - start == len(tokens)
        words = (*tokens[:start], *middle, *tokens[end:])
        ways.append(Way(words, pairs if is_whole else (), SYNONYM_WEIGHT, joints))
        # 見積もり is 見積 to the index: nothing else is searched.
        if words != tokens:
            also.append(other)
        meanings.append((other, word.text if is_whole else known))
    return replace(word, ways=(*word.ways, *ways), synonyms=tuple(meanings)), tuple(also)


@lru_cache(maxsize=10_000)
def _tokens_of(word: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the words, the pairs, and the pairs in which words meet, of a known word.

    A page with 自転車 here and 置き場 there is not about the 自転車置き場.
    """
    normalized = normalize(word)
    pairs = tuple(bigrams_of(normalized))
    spans = [(one.start, one.end) for one in words_of(normalized) if one.token]
    meetings = {
        normalized[end - 1 : end + 1] for (_, end), (start, _) in pairwise(spans) if start == end
    }
    joints = tuple(pair for pair in dict.fromkeys(pairs) if pair in meetings)
    return tuple(words_in(normalized)), pairs, joints


def _with_days(word: PlannedWord) -> PlannedWord:
    """Also look for the other ways to write a year, a day or a time."""
    if word.is_exact:
        return word
    others = other_spellings(word.text)
    ways = [
        Way(
            () if _MARKED_DAY.search(other) else tuple(asked_words(other)),
            tuple(dict.fromkeys(bigrams_of(other))),
            SPELLING_WEIGHT,
        )
        for other in others
    ]
    spellings = (*word.spellings, *(_unlike(other, word.text) for other in others))
    return replace(word, ways=(*word.ways, *ways), spellings=spellings)


def _with_okurigana(word: PlannedWord, frequency: Callable[[str, str], int]) -> PlannedWord:
    """Also look for 並替え when 並べ替え is asked for, and for 積み上げ when 積上げ is, if the index has it."""
    if word.is_exact:
        return word

    def stands(pair: str) -> bool:
        return frequency("b", pair) > 0

    ways = [
        Way(words, (), SPELLING_WEIGHT)
        for words in _joined_stems(word.text)
        if frequency("s", words[0])
    ]
    spellings = word.spellings
    short, meeting = without_kana(word.text)
    others = [(short, meeting)] if meeting and all(map(stands, meeting)) else []
    if not word.reads_like_sentence:
        others += with_kana(word.text, stands)
    for other, joints in others:
        own = _planned(other, is_exact=False).ways[0]
        ways.append(replace(own, weight=SPELLING_WEIGHT, joints=joints))
        spellings = (*spellings, (other, word.text))
    return replace(word, ways=(*word.ways, *ways), spellings=spellings) if ways else word


@lru_cache(maxsize=500)
def _joined_stems(text: str) -> list[tuple[str, ...]]:
    return joined_stems(text)


def _unlike(first: str, second: str) -> tuple[str, str]:
    """Return two texts without the end that they share."""
    shared = 0
    while shared < min(len(first), len(second)) and first[-shared - 1] == second[-shared - 1]:
        shared += 1
    return first[: len(first) - shared], second[: len(second) - shared]


def _with_split(word: PlannedWord, frequency: Callable[[str, str], int]) -> PlannedWord:
    """Also look for ``data base`` when ``database`` is asked for, if both halves are words of the index."""
    text = word.text
    if word.is_exact or not _LATIN.match(text) or len(text) < 7:
        return word
    shortest = 4 if frequency("s", text) else 3
    cuts = range(shortest, len(text) - shortest + 1)
    halves = [(stemmed(text[:cut]), stemmed(text[cut:])) for cut in cuts]
    known = [half for half in halves if all(frequency("b", part) for part in half)]
    ways = [Way(pairs=half, weight=SYNONYM_WEIGHT) for half in known]
    return replace(word, ways=(*word.ways, *ways))


def _with_joined_neighbours(words: Sequence[PlannedWord]) -> list[PlannedWord]:
    """Let ``data base`` be satisfied by ``database``: the joined word satisfies both."""
    result = list(words)
    for i, (first, second) in enumerate(pairwise(words)):
        end, start = _LATIN_END.search(first.text), _LATIN_START.match(second.text)
        if end and start and not (first.is_exact or second.is_exact):
            joined = end[0] + start[0]
            for place, rest in (
                (i, first.text[: end.start()]),
                (i + 1, second.text[start.end() :]),
            ):
                words_there = (*words_in(rest), *words_in(joined))
                ways = (*result[place].ways, Way(words_there, (), SYNONYM_WEIGHT))
                result[place] = replace(result[place], ways=ways)
    return result


def with_correction(
    word: PlannedWord,
    meant: str,
    weight: float = SYNONYM_WEIGHT,
    synonyms: SynonymTable | None = None,
) -> PlannedWord:
    """Let a misspelt word also be satisfied by what was probably meant, or by words that mean the same as that."""
    planned = _planned(meant, is_exact=False)
    if synonyms is not None:
        planned, _ = _with_synonyms(planned, synonyms)
    ways = tuple(replace(way, weight=way.weight * weight) for way in planned.ways)
    return replace(
        word,
        ways=(*word.ways, *ways),
        spellings=(*word.spellings, (meant, word.text)),
        synonyms=(*word.synonyms, *((other, word.text) for other, _ in planned.synonyms)),
    )


def with_meaning(word: PlannedWord, other: str) -> PlannedWord:
    """Let a word also be satisfied by another of the same meaning."""
    planned = _planned(other, is_exact=False)
    ways = tuple(replace(way, weight=way.weight * SYNONYM_WEIGHT) for way in planned.ways)
    return replace(word, ways=(*word.ways, *ways), synonyms=(*word.synonyms, (other, word.text)))
