"""The beginnings by which titles, names and readings are found while somebody types."""

from collections.abc import Iterator
from itertools import islice

from kb.search.analysis import fold
from kb.search.generation import PREFIX_LENGTH, Generation
from kb.search.katakana import is_kana, katakana

_MOST = 300


def beginnings(generation: Generation, text: str) -> Iterator[str]:
    """Yield the known beginnings that continue a text, written like it or read like it."""
    folded = fold(text).strip()[:PREFIX_LENGTH]
    starts = {folded, katakana(folded)} if is_kana(folded) else {folded}
    for start in sorted(starts - {""}):
        for token, _frequency in islice(generation.tokens_from("prefix", start), _MOST):
            yield token
