"""Words of the same meaning that the dictionary knows: 遺失物 and 忘れ物, バランスシート and 貸借対照表.

The dictionary numbers the meanings of its words but lists no words of a number. So the index keeps, for titles and
headings, tokens of number and word; a search that finds no document with all its words asks there.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice, product

from sudachipy import SplitMode

from kb.search.analysis import normalize
from kb.search.dictionary import meaning_tokenizer
from kb.search.generation import Documents, Generation
from kb.search.last_answers import last_answers
from kb.search.matching import have_all, is_some, with_word
from kb.search.plan import Plan, PlannedWord, with_meaning

# Before the number of a meaning and between it and the word; no word of a text has this mark.
_MARK = "="
_SHORTEST = 2
# A clause is more than a word: what it says in other words is found by its other parts.
_PARTICLE = re.compile("[ぁ-ゖ]{1,2}$")
_MOST_OTHERS = 4
_MOST_TRIED = 12
_MAX_SCANNED = 50
# Sudachi refuses a line of 49,149 bytes.
_MAX_CHARACTERS = 600


def meaning_tokens(text: str) -> list[str]:
    """Return 「=718=製品」 for every word of a text whose meaning has a number, whole and in its parts."""
    tokens: dict[str, None] = {}
    for line in normalize(text[:_MAX_CHARACTERS]).splitlines():
        for word, numbers in _words_and_meanings(line):
            tokens.update((f"{_MARK}{number}{_MARK}{word}", None) for number in numbers)
    return list(tokens)


# One search asks twice: for its hits, and for what stands beside them.
@last_answers(8)
def with_same_meaning(generation: Generation, plan: Plan) -> Plan:
    """Let words also be satisfied by others of the same meaning, if a document then has all words.

    Returns the same plan when that helps nobody.
    """
    words, also = [], dict.fromkeys(plan.searched_also)
    for typed in plan.words:
        word = typed
        for other in _written_others(generation, typed):
            word = with_meaning(word, other)
            also[other] = None
        words.append(word)
    changed_words = tuple(words)
    if changed_words == plan.words or not have_all(generation, changed_words):
        return plan
    return replace(plan, words=changed_words, searched_also=tuple(also))


def may_help(generation: Generation, plan: Plan, kept: Documents | None) -> bool:
    """Whether each word stands in one of the kept documents, itself or another of its meaning.

    Beside the hits only a few documents are looked through: nearly always the first word stands in none of them.
    """
    return all(
        is_some(with_word(generation, word), kept)
        or any(
            is_some(with_word(generation, _alone(word, other)), kept)
            for other in _written_others(generation, word)
        )
        for word in plan.words
    )


@last_answers(16)
def _written_others(generation: Generation, word: PlannedWord) -> list[str]:
    """Return the others that somebody wrote: what nobody wrote is not said to have been asked for."""
    return [
        other
        for other in islice(_others(generation, word), _MOST_TRIED)
        if have_all(generation, (_alone(word, other),))
    ]


def _alone(word: PlannedWord, other: str) -> PlannedWord:
    return with_meaning(replace(word, ways=()), other)


def _others(generation: Generation, word: PlannedWord) -> Iterator[str]:
    """Yield a word with its parts replaced by words that titles have for the same meaning, the whole first."""
    if word.is_exact:
        return
    for parts in _splits(word.text):
        if any(_PARTICLE.match(text) for text, _ in parts):
            return
        choices = [(text, *_named(generation, text, numbers)) for text, numbers in parts]
        for chosen in product(*choices):
            other = "".join(chosen)
            if other != word.text:
                yield other


def _named(generation: Generation, word: str, numbers: Iterable[int]) -> list[str]:
    counts: dict[str, int] = {}
    for number in numbers:
        for token, count in islice(
            generation.tokens_from("s", f"{_MARK}{number}{_MARK}"), _MAX_SCANNED
        ):
            name = token.rpartition(_MARK)[2]
            counts[name] = max(counts.get(name, 0), count)
    counts.pop(word, None)
    return sorted(counts, key=lambda name: -counts[name])[:_MOST_OTHERS]


def _words_and_meanings(line: str) -> Iterator[tuple[str, list[int]]]:
    for parts in _splits(line):
        for word, numbers in parts:
            if numbers and len(word) >= _SHORTEST:
                yield word, numbers


def _splits(text: str) -> Iterator[list[tuple[str, list[int]]]]:
    """Yield the text in its longest words and in its shortest, each word with the numbers of its meaning."""
    long, short = [], []
    for morpheme in meaning_tokenizer().tokenize(text):
        long.append((morpheme.surface(), morpheme.synonym_group_ids()))
        parts = morpheme.split(SplitMode.A)
        short += [(part.surface(), part.synonym_group_ids()) for part in parts]
    yield long
    if short != long:
        yield short
