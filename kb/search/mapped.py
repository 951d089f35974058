"""Normalised text that knows where each of its characters stood: for marking words in the text as it is written."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from kb.search.analysis import REWRITES, SIGNS, normalize
from kb.search.query import clean_text


class MappedText(NamedTuple):
    """Normalised text that knows where each of its characters stood in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that became ``text[start:end]``."""
        return self.starts[start], self.ends[end - 1]


# Wide letters, figures, signs and blanks, which become narrow where they stand.
_SAME_PLACE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CLUSTER = re.compile("[\\s\\S][\u0300-\u036f\u3099-\u309c\uff9e\uff9f]*")


# Nothing that is rewritten stands across the end of a sentence.
_PIECE = re.compile("[^\n。｡]*(?:[\n。｡]|$)")


def text_places(text: str, normalized: str) -> Sequence[int] | None:
    """Return where each letter of the normalised text, and its end, stood in the text; None when that is unclear.

    Only sentences in which something was rewritten are looked at letter by letter.
    """
    if _moves_nothing(text, normalized):
        return range(len(text) + 1)
    pieces, becoming = _PIECE.findall(text), _PIECE.findall(normalized)
    if len(pieces) != len(becoming):
        pieces, becoming = [text], [normalized]
    places: list[int] = []
    position = 0
    for piece, normal in zip(pieces, becoming, strict=True):
        if _moves_nothing(piece, normal):
            places.extend(range(position, position + len(piece)))
        else:
            mapped = normalize_with_map(piece)
            if mapped.text != normal:
                return None
            places.extend(position + start for start in mapped.starts)
        position += len(piece)
    # What was left out at the beginning belongs to the first letter.
    return [0, *places[1:], len(text)]


def _moves_nothing(text: str, normalized: str) -> bool:
    """Whether every letter stays where it is, as nearly always."""
    if len(text) != len(normalized):
        return False
    return text == normalized or text.translate(_SAME_PLACE).lower() == normalized


def normalize_with_map(text: str) -> MappedText:
    """Normalise like ``normalize`` and remember positions; for short texts, since it is slower."""
    normalized = normalize(text)
    plain = text if normalized == text else text.translate(_SAME_PLACE).lower()
    if len(plain) == len(text) and plain == normalized:
        # Nearly always every character stays where it is.
        return MappedText(plain, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in _CLUSTER.finditer(text):
        piece = _piece(match[0])
        pieces.append(piece)
        spans.extend([match.span()] * len(piece))
    result = "".join(pieces)
    for pattern, replacement in REWRITES:
        result, spans = _rewrite_with_map(result, spans, pattern, replacement)
    return MappedText(result, tuple(span[0] for span in spans), tuple(span[1] for span in spans))


@lru_cache(maxsize=10_000)
def _piece(cluster: str) -> str:
    """A character, with the marks on it, before anything is rewritten."""
    return unicodedata.normalize("NFKC", clean_text(cluster).translate(SIGNS)).lower()


def _rewrite_with_map(
    text: str,
    spans: list[tuple[int, int]],
    pattern: re.Pattern[str],
    replacement: str | Callable[[re.Match[str]], str],
) -> tuple[str, list[tuple[int, int]]]:
    pieces: list[str] = []
    moved: list[tuple[int, int]] = []
    position = 0
    for match in pattern.finditer(text):
        new = replacement if isinstance(replacement, str) else replacement(match)
        pieces += [text[position : match.start()], new]
        moved += spans[position : match.start()]
        moved += [(spans[match.start()][0], spans[match.end() - 1][1])] * len(new)
        position = match.end()
    if not position:
        return text, spans
    return "".join((*pieces, text[position:])), moved + spans[position:]
