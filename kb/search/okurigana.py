"""Compounds with and without the hiragana inside that the dictionary does not bring together: 並べ替え, 並替え."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from kb.search.analysis import KEPT_WHOLE, words_of

_KANJI = "\u4e00-\u9fff"
# What verbs end in before another word; no particle.
_ENDS = "いきぎしちびみりえけげせてねべめれ"
_VERB_ENDS = frozenset("うくぐすつぬぶむる")
_WITH_KANA = re.compile(f"([{_KANJI}])[{_ENDS}](?=[{_KANJI}])")
_STEM = re.compile(f"[{_KANJI}]")
_TWO_STEMS_WITH_ENDING = re.compile(f"[{_KANJI}]{{2}}[ぁ-ゖ]+")
_STEM_WITH_ENDING = re.compile(f"[{_KANJI}][ぁ-ゖ]*")


def without_kana(normalized: str) -> tuple[str, tuple[str, ...]]:
    """Return the text without the hiragana between a verb's kanji and the next one, and the pairs that then meet."""
    if not _WITH_KANA.search(normalized):
        return normalized, ()
    # 赤い字 is no 赤字, 組み合わせ no 組合, and 見て本 no 見本.
    verbs = {
        word.start
        for word in words_of(normalized)
        if word.end - word.start > 1 and _may_lose_kana(word.token)
    }
    pairs: list[str] = []

    def shortened(match: re.Match[str]) -> str:
        if match.start() not in verbs:
            return match[0]
        pairs.append(f"{match[1]}{normalized[match.end()]}")
        return match[1]

    return _WITH_KANA.sub(shortened, normalized), tuple(pairs)


def _may_lose_kana(token: str) -> bool:
    return bool(token) and not token.endswith("い") and token not in KEPT_WHOLE


def with_kana(
    normalized: str, stands: Callable[[str], bool]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the texts with a verb's hiragana before the next kanji, and the pairs that then meet: 掛率 as 掛け率.

    ``stands`` tells whether the index has a pair of letters.
    """
    for place in _places_without_kana(normalized):
        before, after = normalized[:place], normalized[place:]
        for kana in _ENDS:
            pairs = (before[-1] + kana, kana + after[0])
            spelled = f"{before}{kana}{after}"
            if all(map(stands, pairs)) and _has_verb(spelled, place - 1):
                yield spelled, pairs


def _has_verb(spelled: str, start: int) -> bool:
    """Whether a verb or a compound with one stands there: 掛け率 has 掛ける, 初め当選 has none."""
    return any(
        word.start == start
        and (word.token[-1:] in _VERB_ENDS or word.end > start + 2)
        and word.end > start + 1
        and _may_lose_kana(word.token)
        for word in words_of(spelled)
    )


def _places_without_kana(normalized: str) -> list[int]:
    """Return where a verb's hiragana may be left out: 掛 and 率 are two words, and 貼付け is no 貼付."""
    places = set()
    for word in words_of(normalized):
        surface = normalized[word.start : word.end]
        following = normalized[word.end : word.end + 1]
        if not word.token:
            continue
        if _STEM.fullmatch(surface) and _STEM.match(following):
            places.add(word.end)
        elif _TWO_STEMS_WITH_ENDING.fullmatch(surface):
            places.add(word.start + 1)
    return sorted(places)


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
