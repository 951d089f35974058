"""Words typed in Latin letters because the input method was off: keihiseisan for けいひせいさん."""

import re

import jaconv

# Whole syllables alone, in either of the usual spellings: shinsei, sinsei; long consonants as in kippu and matcha.
_SYLLABLES = re.compile(
    "(?:(?:t?ch|s?sh|t?ts|([kstpgdbzj])\\1?y?|[nhmrf]y?|[yw])?[aiueo]|n(?![aiueoy])'?)+$"
)
_SHORTEST = 4


def kana_of_romaji(word: str) -> str:
    """Return what a word of Latin letters would be in hiragana; empty when it is no Japanese word."""
    if len(word) < _SHORTEST or not _SYLLABLES.match(word):
        return ""
    kana: str = jaconv.alphabet2kana(word)
    return kana
