"""Compounds with and without the hiragana inside that the dictionary does not bring together: 並べ替え, 並替え."""

import re
from itertools import pairwise

from kb.search.analysis import KEPT_WHOLE, words_of

_KANJI = "\u4e00-\u9fff"
# What verbs end in before another word; no particle.
_WITH_KANA = re.compile(f"([{_KANJI}])[いきぎしちびみりえけげせてねべめれ](?=[{_KANJI}])")
_STEM = re.compile(f"[{_KANJI}]")
_STEM_WITH_ENDING = re.compile(f"[{_KANJI}][ぁ-ゖ]*")


def without_kana(normalized: str) -> tuple[str, tuple[str, ...]]:
    """Return the text without the hiragana between a verb's kanji and the next one, and the pairs that then meet."""
    if not _WITH_KANA.search(normalized):
        return normalized, ()
    # 赤い字 is no 赤字, and 組み合わせ no 組合.
    verbs = {word.start for word in words_of(normalized) if _may_lose_kana(word.token)}
    pairs: list[str] = []

    def shortened(match: re.Match[str]) -> str:
        if match.start() not in verbs:
            return match[0]
        pairs.append(f"{match[1]}{normalized[match.end()]}")
        return match[1]

    return _WITH_KANA.sub(shortened, normalized), tuple(pairs)


def _may_lose_kana(token: str) -> bool:
    return bool(token) and not token.endswith("い") and token not in KEPT_WHOLE


def joined_stems(normalized: str) -> list[tuple[str, ...]]:
    """Return the words of the text with two kanji that Sudachi takes apart as one: 積 + 上げ as the 積上 of 積み上げ.

    The compound is the first of the words; whether anybody uses it only the index knows.
    """
    words = [word for word in words_of(normalized) if word.token]
    tokens = [word.token for word in words]
    found = []
    for place, (first, second) in enumerate(pairwise(words)):
        one, other = normalized[first.start : first.end], normalized[second.start : second.end]
        if (
            first.end == second.start
            and _STEM.fullmatch(one)
            and _STEM_WITH_ENDING.fullmatch(other)
        ):
            found.append((one + other[0], *tokens[:place], *tokens[place + 2 :]))
    return found
