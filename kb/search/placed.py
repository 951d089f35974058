"""Where the words of a text stand: worked out while the text is indexed, kept with it, read when it is shown.

To mark a word nothing is analysed then. Words are looked for in the folded text, which is kept for the second
look, and what is found there is led back to the text as it is written.

The kept form is a string: a character for each morpheme tells its length in the folded text and whether its
token is what stands there (most are); after them the morphemes that are longer or shorter in the written text,
then the tokens that stand otherwise (為る for し) with the numbers of their morphemes.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, compress
from operator import ne, not_, sub

from kb.search.analysis import morphemes_of, normalize
from kb.search.katakana import KATAKANA_RUN, fold_katakana, fold_runs
from kb.search.mapped import text_places
from kb.search.morphemes import Morphemes
from kb.search.needles import Needles

# Characters from the blank on stand for numbers: PostgreSQL keeps no NUL, and the marks between the parts are below.
_ZERO = 32
# What follows are halves of characters, which no database keeps.
_LAST = 0xD7FF
_END_OF_LENGTHS = "\t"
_START = "\n"
_SINGLE = "\t"
_COMPOUND = "\v"

Range = tuple[int, int]

# So many characters of a text are folded for the second look; of a longer text no places are kept.
MOST_PLACED = 20_000
# For each byte of lengths that are all short the length it stands for.
_SIZES = bytes(max(code - _ZERO, 0) >> 1 for code in range(256))
# Nobody writes longer words in katakana; the letters of a longer run are followed less closely.
_LONGEST_RUN = 60


def places_of(text: str, normalized: str, folded: str, found: Morphemes) -> str:
    """Return the kept form for a text; empty when it cannot be told what became of which letter, or is too long."""
    in_text = text_places(text, normalized)
    if in_text is None:
        return ""
    bounds = [0, *found.ends]
    starts = _moved(bounds, _folded_places(normalized, len(folded)))
    sizes = list(map(sub, starts[1:], starts))
    if _ZERO + max(2 * max(sizes, default=0) + 1, len(sizes), len(text)) > _LAST:
        # Some letters are written for eighteen.
        return ""
    is_own = [
        bool(token) and token == folded[start : start + size]
        for token, start, size in zip(found.tokens, starts, sizes, strict=False)
    ]
    lengths = [_ZERO + 2 * size + own for size, own in zip(sizes, is_own, strict=True)]
    others: defaultdict[str, list[int]] = defaultdict(list)
    for number, token in compress(enumerate(found.tokens, _ZERO), map(not_, is_own)):
        if token:
            others[token + _SINGLE].append(number)
    for number, token in found.compounds:
        others[token + _COMPOUND].append(_ZERO + number)
    rows = (f"{_START}{name}{_characters(numbers)}" for name, numbers in others.items())
    moved = _uneven(bounds, in_text, sizes)
    return "".join((_characters(lengths), _END_OF_LENGTHS, moved, *rows, _START))


def _moved(bounds: list[int], places: Sequence[int]) -> list[int]:
    """Where the bounds of the morphemes stand at other places."""
    return bounds if isinstance(places, range) else [places[bound] for bound in bounds]


def _uneven(bounds: list[int], in_text: Sequence[int], sizes: Sequence[int]) -> str:
    """The morphemes that are of another length in the text, each with its length there."""
    written = _moved(bounds, in_text)
    lengths = list(map(sub, written[1:], written))
    if lengths == sizes:
        return ""
    differing = compress(enumerate(lengths), map(ne, lengths, sizes))
    return _characters(_ZERO + one for pair in differing for one in pair)


def _characters(codes: Iterable[int]) -> str:
    return "".join(map(chr, codes))


def _folded_places(normalized: str, folded_length: int) -> Sequence[int]:
    """Where each letter of a normalised text, and its end, stands in the folded one."""
    if len(normalized) == folded_length:
        # Folding makes no run longer.
        return range(folded_length + 1)
    places: list[int] = []
    gone = 0
    for match in KATAKANA_RUN.finditer(normalized):
        inside = _places_in_run(match[0])
        if inside[-1] < len(match[0]):
            start = match.start() - gone
            places.extend(range(len(places) - gone, start))
            places.extend(start + place for place in inside[:-1])
            gone += len(match[0]) - inside[-1]
    places.extend(range(len(places) - gone, folded_length + 1))
    return places


@lru_cache(maxsize=20_000)
def _places_in_run(run: str) -> tuple[int, ...]:
    """Where each letter of a katakana run, and its end, stands in the folded run."""
    length = len(fold_katakana(run))
    if len(run) > _LONGEST_RUN:
        return tuple(min(i, length) for i in range(len(run) + 1))
    # With a letter after it the end of a beginning is no end of a word, where ー would fall away.
    return (*(min(len(fold_katakana(f"{run[:i]}ン")) - 1, length) for i in range(len(run))), length)


def _sizes_of(lengths: str) -> Sequence[int]:
    if lengths.isascii():
        return lengths.encode().translate(_SIZES)
    return [ord(length) - _ZERO >> 1 for length in lengths]


@lru_cache(maxsize=5000)
def _own(token: str) -> str:
    """The character of a morpheme whose token stands there as it is."""
    return chr(_ZERO + 2 * len(token) + 1)


class _Uneven:
    """The morphemes that are longer or shorter in the text, with their places there and in the folded text.

    Between them every letter of the one stands for a letter of the other.
    """

    def __init__(self, starts: Sequence[int], differing: str) -> None:
        numbers = [ord(number) - _ZERO for number in differing[::2]]
        self.count = len(numbers)
        self.starts = [starts[number] for number in numbers]
        self.ends = [starts[number + 1] for number in numbers]
        self.text_starts: list[int] = []
        self.text_ends: list[int] = []
        moved = 0
        for start, end, size in zip(self.starts, self.ends, differing[1::2], strict=True):
            self.text_starts.append(start + moved)
            self.text_ends.append(start + moved + ord(size) - _ZERO)
            moved = self.text_ends[-1] - end


class PlacedText:
    """A text as it is written and folded, with the places of its words."""

    def __init__(self, text: str, folded: str, places: str) -> None:
        lengths, _, rest = places.partition(_END_OF_LENGTHS)
        differing, _, others = rest.partition(_START)
        self.text = text
        self._lengths = lengths
        self._others = _START + others
        self._starts = list(accumulate(_sizes_of(lengths), initial=0))
        self._uneven = _Uneven(self._starts, differing)
        self.folded = folded[: self._starts[-1]]

    @classmethod
    def kept(cls, text: str, folded: str, places: str) -> "PlacedText | None":
        """The text with places that were kept for it; None when they are missing or belong to another text."""
        if not places:
            return None
        placed = cls(text, folded, places)
        is_fitting = placed._starts[-1] == len(placed.folded)
        return (
            placed if is_fitting and placed.place_in_text(placed._starts[-1]) == len(text) else None
        )

    @classmethod
    def analysed(cls, text: str) -> "PlacedText":
        """Any text, analysed now: several times as slow."""
        normalized = normalize(text)
        folded = fold_runs(normalized)
        places = places_of(text, normalized, folded, morphemes_of(normalized))
        if places:
            return cls(text, folded, places)
        # Nothing can be marked in it.
        return cls(text, "", f"{chr(_ZERO)}{_END_OF_LENGTHS}{chr(_ZERO)}{chr(_ZERO + len(text))}\n")

    def marks(self, wanted: Needles, start: int, end: int) -> list[Range]:
        """Return what matches in a part of the text: words, what was typed, else pairs of letters."""
        first, last = self._folded_part(start, end)
        found = self.words(wanted.words, first, last)
        ranges = [(start, end) for start, end, _ in found]
        tokens = {token for _, _, token in found}
        for surface, words in wanted.folded.surfaces:
            # 京都 as a word of its own leaves 東京都 unmarked; お客さま is marked whole, not its 客 alone.
            is_known = bool(words) and words <= tokens
            ranges += [
                (place, place_end)
                for place, place_end in self._standing(surface, first, last)
                if not is_known or any(place <= one[0] and one[1] <= place_end for one in found)
            ]
        if not ranges:
            ranges = [
                one for pair in wanted.pairs_of_two for one in self._standing(pair, first, last)
            ]
        in_text = [self.range_in_text(*one) for one in ranges] if self._uneven.count else ranges
        # A word across the border is marked as far as it is shown.
        return _joined((max(first, start), min(last, end)) for first, last in in_text)

    def words(self, wanted: Iterable[str], start: int, end: int) -> list[tuple[int, int, str]]:
        """Return which of these words stand where in a part of the folded text, also across its borders.

        A compound verb is one word.
        """
        found = []
        for token in wanted:
            own = _own(token)
            beyond = len(token) - 1
            place = self.folded.find(token, max(start - beyond, 0), end + beyond)
            while place >= 0:
                number = bisect_right(self._starts, place) - 1
                if self._starts[number] == place and self._lengths[number] == own:
                    found.append((place, place + len(token), token))
                place = self.folded.find(token, place + 1, end + beyond)
            if f"{_START}{token}" not in self._others:
                continue
            for kind, count in ((_SINGLE, 1), (_COMPOUND, 2)):
                for number in self._numbers(token + kind):
                    first, last = self._starts[number], self._starts[number + count]
                    if first < end and start < last:
                        found.append((first, last, token))
        return found

    def every_word(self, start: int, end: int) -> list[str]:
        """Return all words of a part of the text in the order of ``analysis.words_in``."""
        first, last = self._folded_part(start, end)
        from_number, until = bisect_left(self._starts, first), bisect_right(self._starts, last) - 1
        singles, compounds = self._otherwise()
        tokens: list[str] = []
        for number in range(from_number, until):
            if ord(self._lengths[number]) & 1:
                tokens.append(self.folded[self._starts[number] : self._starts[number + 1]])
            elif number in singles:
                tokens.append(singles[number])
            if number > from_number and number - 1 in compounds:
                tokens.append(compounds[number - 1])
        return tokens

    def _otherwise(self) -> tuple[dict[int, str], dict[int, str]]:
        """The tokens that do not stand there as they are, by number: of one morpheme, and of two."""
        singles: dict[int, str] = {}
        compounds: dict[int, str] = {}
        for row in self._others.split(_START):
            token, is_single, numbers = row.partition(_SINGLE)
            if not is_single:
                token, _, numbers = row.partition(_COMPOUND)
            found = singles if is_single else compounds
            found.update((ord(number) - _ZERO, token) for number in numbers)
        return singles, compounds

    def range_in_text(self, start: int, end: int) -> Range:
        """Return what was written for a part of the folded text, which is not empty."""
        return self.place_in_text(start), self._end_in_text(end)

    def place_in_text(self, place: int) -> int:
        """Return where a letter of the folded text was written."""
        uneven = self._uneven
        number = bisect_right(uneven.starts, place) - 1
        if number < 0:
            return place
        if place < uneven.ends[number]:
            return uneven.text_starts[number] + self._inside(number, place)
        return place - uneven.ends[number] + uneven.text_ends[number]

    def _end_in_text(self, end: int) -> int:
        uneven = self._uneven
        number = bisect_left(uneven.starts, end) - 1
        if number < 0:
            return end
        if end > uneven.ends[number]:
            return end - uneven.ends[number] + uneven.text_ends[number]
        inside = self._inside(number, end) if end < uneven.ends[number] else 0
        if inside:
            return uneven.text_starts[number] + inside
        # ㈱ is written for two words: the first of them ends where it ends.
        start = uneven.text_starts[number]
        while number + 1 < uneven.count and uneven.text_ends[number] == start:
            number += 1
        return max(uneven.text_ends[number], start + 1)

    def _folded_part(self, start: int, end: int) -> Range:
        """Return the part of the folded text that was written for a part of the text, borders included."""
        uneven = self._uneven
        first = last = 0
        number = bisect_left(uneven.text_ends, start)
        if number < uneven.count and uneven.text_ends[number] == start > uneven.text_starts[number]:
            number += 1
        if number < uneven.count and uneven.text_starts[number] <= start:
            first = uneven.starts[number]
        elif number:
            first = start - uneven.text_ends[number - 1] + uneven.ends[number - 1]
        else:
            first = start
        number = bisect_left(uneven.text_starts, end) - 1
        if number < 0:
            last = end
        elif end <= uneven.text_ends[number]:
            last = uneven.ends[number]
        else:
            last = end - uneven.text_ends[number] + uneven.ends[number]
        return first, min(last, len(self.folded))

    def _inside(self, number: int, place: int) -> int:
        """How much of an uneven morpheme was written before a place in it; nothing where that cannot be told."""
        uneven = self._uneven
        run = self.text[uneven.text_starts[number] : uneven.text_ends[number]]
        start, end = uneven.starts[number], uneven.ends[number]
        if place == start or fold_katakana(run) != self.folded[start:end]:
            return 0
        return bisect_right(_places_in_run(run), place - start) - 1

    def _numbers(self, name: str) -> Iterator[int]:
        """Yield the morphemes that have a token which does not stand there as it is."""
        place = self._others.find(f"{_START}{name}")
        if place >= 0:
            place += 1 + len(name)
            for number in self._others[place : self._others.index(_START, place)]:
                yield ord(number) - _ZERO

    def _standing(self, letters: str, start: int, end: int) -> Iterator[Range]:
        place = self.folded.find(letters, start, end) if letters else -1
        while place >= 0:
            yield place, place + len(letters)
            place = self.folded.find(letters, place + len(letters), end)


def _joined(ranges: Iterable[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
