"""How parts of a query stand in a text: where, whole, how long, how near each other."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

# What a run is made of: one of these.
_RUN_LETTERS = tuple(
    re.compile(letters)
    for letters in ("[\u3005-\u3007\u3400-\u9fff]", "[\u30a1-\u30fa\u30fc]", "[a-z0-9.+-]")
)
# Stands in no query.
_CUT = "\0"


def stands_whole(run: str, text: str) -> bool:
    """Whether a run stands somewhere without going on to either side."""
    place = text.find(run)
    if place < 0:
        return False
    letters = _letters_of(run)
    while place >= 0:
        end = place + len(run)
        before, after = text[place - 1 : place], text[end : end + 1]
        if not (letters.match(before) or letters.match(after)):
            return True
        place = text.find(run, place + 1)
    return False


@lru_cache(maxsize=1000)
def _letters_of(run: str) -> re.Pattern[str]:
    """What the letters of a run are."""
    return next(letters for letters in _RUN_LETTERS if letters.match(run))


def longest_part(query: str, text: str, cuts: Iterable[tuple[str, str]]) -> int:
    """Return the length of the longest part of a query that stands in a text.

    ``cuts`` are pairs that do not stand there, each with itself cut in two (see ``cut``).
    """
    if query in text:
        return len(query)
    for pair, apart in cuts:
        query = query.replace(pair, apart)
    longest = 0
    for part in sorted(query.split(_CUT), key=len, reverse=True):
        start, length = 0, len(part)
        if length <= longest:
            break
        while start + longest < length:
            if part[start : start + longest + 1] in text:
                longest += 1
            else:
                start += 1
    return longest


def cut(pair: str) -> str:
    """Return a pair with what stands in no text between its letters."""
    return _CUT.join(pair)


def places_of(parts: Mapping[str, float], text: str) -> list[tuple[int, str]]:
    """Return where parts stand, from left to right."""
    places = []
    for part, first in zip(parts, map(text.find, parts), strict=True):
        position = first
        while position >= 0:
            places.append((position, part))
            position = text.find(part, position + len(part))
    places.sort()
    return places


def first_places(places: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return where each part stands first, from left to right."""
    first: dict[str, int] = {}
    for position, part in places:
        if part not in first:
            first[part] = position
    return first


def closest(
    weights: Mapping[str, float], places: Sequence[tuple[int, str]], total: float, window: int
) -> tuple[float, int]:
    """Return the largest share of the parts that stand within a window, and where."""
    if len(weights) == 1 and places and total > 0:
        # One part is near itself wherever it stands.
        return 1.0, places[0][0]
    counts = dict.fromkeys(weights, 0)
    weight, best, place, first = 0.0, 0.0, 0, 0
    for position, part in places:
        if not counts[part]:
            weight += weights[part]
        counts[part] += 1
        while places[first][0] < position - window:
            left = places[first][1]
            counts[left] -= 1
            if not counts[left]:
                weight -= weights[left]
            first += 1
        if weight > best:
            best, place = weight, places[first][0]
    return (best / total if total else 0.0), place
