"""What the analysis tells of a text: every morpheme with its token and its place."""

from bisect import bisect_left, bisect_right
from typing import NamedTuple


class Morphemes(NamedTuple):
    """Every morpheme of a text, one after the other, with its token (empty for particles and marks) and its end.

    ``compounds`` are the first of two morphemes that are a compound verb, by number, with its token.
    """

    tokens: list[str]
    ends: list[int]
    compounds: list[tuple[int, str]]

    def words(self) -> list[str]:
        """All tokens there are, in no order."""
        return [*filter(None, self.tokens), *(token for _, token in self.compounds)]

    def part(self, start: int, end: int) -> "Morphemes":
        """The morphemes of a part of the text; one that stands across its border is none."""
        first, last = bisect_right(self.ends, start), bisect_left(self.ends, end)
        if first > last or start == end:
            return Morphemes([], [], [])
        tokens = self.tokens[first : last + 1]
        if (self.ends[first - 1] if first else 0) != start:
            tokens[0] = ""
        if self.ends[last] != end:
            tokens[-1] = ""
        ends = [place - start for place in self.ends[first:last]]
        inside = ((number - first, token) for number, token in self.compounds)
        compounds = [one for one in inside if 0 <= one[0] < last - first]
        return Morphemes(tokens, [*ends, end - start], compounds)
