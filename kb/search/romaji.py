"""What the input method makes of keys when it is off or on by mistake: keihiseisan, てあms."""

import re
from itertools import islice, product

import jaconv

from kb.search.katakana import is_kana

# Whole syllables alone, in either of the usual spellings: shinsei, sinsei; long consonants as in kippu and matcha.
_SYLLABLES = re.compile(
    "(?:(?:t?ch|s?sh|t?ts|([kstpgdbzj])\\1?y?|[nhmrf]y?|[yw])?[aiueo]|n(?![aiueoy])'?)+$"
)
_SHORTEST = 4
# A syllable still to be finished.
_UNFINISHED = re.compile("(?:ch|sh|ts|[kstnhmyrwgzdbpj]y?)$")
_VOWELS = "aiueo"
_EITHER_N = re.compile("(?<=[aiueo])n(?=[aiueo])")
_MOST_READINGS = 8
_MIXED = re.compile("(?=.*[ぁ-ゖ])(?=.*[a-z])[ぁ-ゖーa-z]{3,30}$")
_SMALL_LETTERS = str.maketrans({"ぁ": "la", "ぃ": "li", "ぅ": "lu", "ぇ": "le", "ぉ": "lo"})


def kana_of_romaji(word: str) -> tuple[str, ...]:
    """Return what a word of Latin letters may be in hiragana; nothing when it is no Japanese word.

    An n before a vowel may also be ん, which few people type twice: anzeneisei is あんぜんえいせい.
    """
    if len(word) < _SHORTEST or not _SYLLABLES.match(word):
        return ()
    parts = _EITHER_N.split(word)
    joints = islice(product(("n", "n'"), repeat=len(parts) - 1), _MOST_READINGS)
    spellings = (
        "".join(pair for pairs in zip(parts, (*joint, ""), strict=True) for pair in pairs)
        for joint in joints
    )
    return tuple(jaconv.alphabet2kana(spelling) for spelling in spellings)


def kana_begun(typed: str) -> tuple[str, ...]:
    """Return how a word half typed may go on, in kana: けいh and keih are けいは, けいひ, けいふ, けいへ or けいほ."""
    unfinished = _UNFINISHED.search(typed)
    rest = typed[: unfinished.start()] if unfinished else typed
    if not is_kana(rest) and not _SYLLABLES.match(rest):
        return ()
    start = rest if is_kana(rest) else jaconv.alphabet2kana(rest)
    if unfinished is None:
        return (start,)
    ends = (jaconv.alphabet2kana(unfinished[0] + vowel) for vowel in _VOWELS)
    return tuple(f"{start}{end}" for end in ends if is_kana(end))


def latin_of_kana(word: str) -> str:
    """Return the Latin letters behind a word that came out half in kana: てあms is teams; else nothing."""
    if not _MIXED.match(word):
        return ""
    latin: str = jaconv.kana2alphabet(word.translate(_SMALL_LETTERS)).replace("ー", "-")
    return latin if latin.isascii() and latin.isalpha() else ""
