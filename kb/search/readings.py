"""How names and titles are read: さとう, サトウ and sato find 佐藤, けいひせいさん finds 経費精算."""

import re
from collections.abc import Iterator
from functools import lru_cache

import jaconv

from kb.search.analysis import normalize, read_words
from kb.search.katakana import is_kana, katakana
from kb.text.kana import to_hiragana

# Before a reading and between it and its spelling; no word of a text has this mark.
MARK = "~"
SHORTEST = 3
BEGINNING_SHORTEST = 2
_LONGEST = 20
_MOST_WORDS = 4
_MAX_CHARACTERS = 600
_KANJI = re.compile("[\u3005\u4e00-\u9fff]")


def reading_tokens(text: str) -> list[str]:
    """Return 「~ケーヒセーサン~経費精算」 for every word of a title with kanji, and for words side by side."""
    tokens: dict[str, None] = {}
    for line in normalize(text[:_MAX_CHARACTERS]).splitlines():
        for run in _runs(line):
            for start in range(len(run)):
                for end in range(start + 1, min(start + _MOST_WORDS, len(run)) + 1):
                    surface = "".join(word for word, _ in run[start:end])
                    reading = katakana("".join(read for _, read in run[start:end]))
                    if SHORTEST <= len(reading) <= _LONGEST and _KANJI.search(surface):
                        tokens[f"{MARK}{reading}{MARK}{surface}"] = None
    return list(tokens)


@lru_cache(maxsize=20_000)
def readings_of(name: str) -> tuple[str, ...]:
    """Return how a name is read from each of its words to the end, in katakana, the whole first.

    「費用の精算」 → ヒヨーノセーサン, セーサン. Empty where the dictionary reads nothing.
    """
    words = list(_sounds(name))
    tails = [
        katakana("".join(reading for reading, _ in words[start:]))
        for start, (_, is_word) in enumerate(words)
        if is_word
    ]
    return tuple(dict.fromkeys(tail for tail in tails if tail))


def usual_reading(name: str) -> str:
    """Return how a name is usually read, in hiragana; empty where the dictionary reads nothing."""
    return to_hiragana("".join(sound for sound, _ in _sounds(name)))


def _sounds(name: str) -> Iterator[tuple[str, bool]]:
    """Yield how each part of a name sounds, and whether it is a word and no particle or mark."""
    for surface, reading in read_words(normalize(name[:_MAX_CHARACTERS])):
        yield reading or (surface if is_kana(surface) else ""), bool(reading)


def sound_of(word: str) -> str:
    """Return how a compound sounds as a whole, in kana; empty when a particle or a mark parts it."""
    sounds = list(_sounds(word))
    return "".join(sound for sound, _ in sounds) if all(is_word for _, is_word in sounds) else ""


def reading_start(kana: str) -> str:
    """Return how the tokens begin that have exactly this reading; empty for what is too short to tell."""
    reading = katakana(kana)
    return f"{MARK}{reading}{MARK}" if SHORTEST <= len(reading) <= _LONGEST else ""


def reading_beginning(kana: str) -> str:
    """Return how the tokens begin whose reading begins so; empty for one kana, which tells nothing."""
    reading = katakana(kana.replace(" ", "").replace("・", ""))
    return f"{MARK}{reading}" if BEGINNING_SHORTEST <= len(reading) <= _LONGEST else ""


def spelling_of(token: str) -> str:
    """Return the spelling that a token of ``reading_tokens`` carries."""
    return token.rpartition(MARK)[2]


def _runs(line: str) -> Iterator[list[tuple[str, str]]]:
    """Yield (surface, reading) of words that follow each other without a particle or a mark between."""
    run: list[tuple[str, str]] = []
    for surface, reading in read_words(line):
        if reading:
            run.append((surface, reading))
        elif run:
            yield run
            run = []
    if run:
        yield run


def name_tokens(names: str) -> list[str]:
    """Return extra word tokens by which people are found: readings in katakana and in Latin letters."""
    tokens: list[str] = []
    for line in normalize(names).splitlines():
        pieces = line.replace("・", " ").split()
        for piece in (*pieces, "".join(pieces)) if len(pieces) > 1 else pieces:
            if is_kana(piece):
                tokens.append(katakana(piece))
                tokens += romanized(piece)
    return tokens


@lru_cache(maxsize=20_000)
def romanized(kana: str) -> tuple[str, ...]:
    """Return the usual Latin spellings of a reading: さとう → satou, sato, satoh."""
    plain = jaconv.kana2alphabet(jaconv.kata2hira(kana)).replace("ー", "")
    short = plain.replace("ou", "o").replace("oo", "o").replace("uu", "u")
    spellings = [plain, short]
    if short != plain and short.endswith("o"):
        spellings.append(short + "h")
    return tuple(dict.fromkeys(form for form in spellings if form.isascii() and form.isalpha()))
