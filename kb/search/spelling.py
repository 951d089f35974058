"""Guesses what was meant by a word that the index does not know, from the words that it knows."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from kb.search.analysis import fold, normalize
from kb.search.katakana import KATAKANA_RUN, fold_katakana

# In how many documents each of some words stands.
Frequencies = Callable[[Sequence[str]], Sequence[int]]
TokensFrom = Callable[[str], Iterable[tuple[str, int]]]

# Folded, カレダー has three letters.
_RUN = re.compile("[ァ-ヺー]{3,}|[a-z]{4,}")
_LONGEST = 24
# The letters that folded words have.
_KATAKANA = "".join({fold_katakana(chr(code)) for code in range(ord("ァ"), ord("ヴ"))}) + "ー"
_MAYBE_SMALL = re.compile("[アイウエオツヤユヨ](?<=..)")
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_LONG = 7
# A shorter word lacks a letter; with another one it would be another word.
_SHORTEST_CHANGED = 4
# Words of fewer letters are too often other words: スタート and スター.
_SURE = 5
_PLAIN, _MARKED = (
    "カキクケコサシスセソタチツテトハヒフヘホ",
    "ガギグゲゴザジズゼゾダジズデドバビブベボ",
)
_VOICED = dict(zip(_PLAIN + _MARKED, _MARKED + _PLAIN, strict=True))
_SHORTEST_HALF = 3
_SHARED_PREFIX = 3
_MAX_SCANNED = 3000


def unknown_runs(text: str, frequency: Callable[[str], int]) -> Iterator[str]:
    """Yield the katakana and Latin words of folded text that no document has."""
    for match in _RUN.finditer(fold(text)):
        if len(match[0]) <= _LONGEST and not frequency(match[0]):
            yield match[0]


def correction(word: str, frequencies: Frequencies, tokens_from: TokensFrom) -> str:
    """Return the most frequent known word one edit away, for long words two; nothing if there is none.

    A letter less or more comes before another letter: リニュアル is リニューアル rather than マニュアル.
    """
    letters = _LATIN if word.isascii() else _KATAKANA
    if len(word) < _SHORTEST_CHANGED:
        return _most_frequent(_with_a_letter_more(word, letters), frequencies)
    meant = _one_edit(word, letters, frequencies)
    if not meant and len(word) >= _LONG:
        meant = _two_edits(word, tokens_from) or _half_edited(word, letters, frequencies)
    return meant


def _one_edit(word: str, letters: str, frequencies: Frequencies) -> str:
    """Return the most frequent slip that begins alike, for hardly anybody mistakes the first letter; then others."""
    slips = _slips(word, letters)
    alike = {slip for slip in slips if slip.startswith(word[0])}
    return (
        _most_frequent(alike, frequencies)
        or _most_frequent(slips - alike, frequencies)
        or _most_frequent(_replacements(word, letters), frequencies)
    )


def _most_frequent(edits: Iterable[str], frequencies: Frequencies) -> str:
    every = list(edits)
    count, meant = max(zip(frequencies(every), every, strict=True), default=(0, ""))
    return meant if count else ""


def _half_edited(word: str, letters: str, frequencies: Frequencies) -> str:
    """Return a compound of a known word and a misspelt one, mended: サプライチーエン is サプライ and チエーン."""
    for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
        first, second = word[:cut], word[cut:]
        if any(frequencies([first])) and (meant := _one_slip(second, letters, frequencies)):
            return first + meant
        if any(frequencies([second])) and (meant := _one_slip(first, letters, frequencies)):
            return meant + second
    return ""


def _one_slip(half: str, letters: str, frequencies: Frequencies) -> str:
    edits = (edit for edit in _slips(half, letters) if len(edit) >= _SHORTEST_HALF)
    return _most_frequent(edits, frequencies)


def as_written(folded: str, texts: Iterable[str]) -> str:
    """Return a guess with its katakana words as the texts spell them: サーバー, where the index has サーバ.

    Empty when none of them has a word whose small letters the index does not tell from large ones.
    """
    wanted = set(KATAKANA_RUN.findall(folded))
    written: dict[str, str] = {}
    for text in texts:
        for run in KATAKANA_RUN.findall(normalize(text)):
            if (key := fold_katakana(run)) in wanted:
                written.setdefault(key, run)
        if len(written) == len(wanted):
            break
    if any(_MAYBE_SMALL.search(run) for run in wanted - written.keys()):
        return ""
    return KATAKANA_RUN.sub(lambda match: written.get(match[0], match[0]), folded)


def word_runs(folded: str) -> Iterator[str]:
    """Yield the katakana and Latin words of folded text that are long enough to be told from others by a letter."""
    for match in _RUN.finditer(folded):
        if _SURE <= len(match[0]) <= _LONGEST:
            yield match[0]


def slips(word: str) -> list[str]:
    """Return what a slip makes of a word, or what it was: a letter less or more, two exchanged, a voiced one."""
    letters = _LATIN if word.isascii() else _KATAKANA
    return sorted(other for other in _slips(word, letters) if len(other) >= _SURE)


def _slips(word: str, letters: str) -> set[str]:
    found = _with_a_letter_more(word, letters)
    for i in range(len(word) + 1):
        before, after = word[:i], word[i:]
        if after:
            found.add(before + after[1:])
            found.add(before + _VOICED.get(after[0], after[0]) + after[1:])
        if len(after) > 1:
            found.add(before + after[1] + after[0] + after[2:])
    return found - {word}


def _with_a_letter_more(word: str, letters: str) -> set[str]:
    places = range(len(word) + 1)
    return {word[:place] + letter + word[place:] for place in places for letter in letters}


def _replacements(word: str, letters: str) -> Iterator[str]:
    for i in range(len(word)):
        yield from (word[:i] + letter + word[i + 1 :] for letter in letters)


def _two_edits(word: str, tokens_from: TokensFrom) -> str:
    """Return the most frequent word within two edits that begins alike."""
    known = islice(tokens_from(word[:_SHARED_PREFIX]), _MAX_SCANNED)
    close = (
        (count, token)
        for token, count in known
        if abs(len(token) - len(word)) <= 2 and distance(word, token) <= 2
    )
    return max(close, default=(0, ""))[1]


def distance(first: str, second: str) -> int:
    """Return the number of single-letter edits between two words."""
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(second, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (letter != other))
    return row[-1]
