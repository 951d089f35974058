"""Whether a text holds the words of a query one after another, for the ranking of people.

Pairs of letters tell this of Japanese. Of words with spaces between them they do not: 「kube state
metrics」 is a thing, its three words are not.
"""

import re
import unicodedata

from kb.experts.scoring import verbatim

# The best documents are looked at, as in the search's second look.
DEPTH = 20
_JOINTS = re.compile(r"[\s\-_/.]+")
_MARKS = "-_/."
_LONGEST = 60


class VerbatimWords:
    """The words of a query as one run, however they are joined; false for fewer than two words."""

    def __init__(self, query_text: str) -> None:
        words = _JOINTS.split(_plain(query_text).strip())
        run = "".join(words)
        self._run = run if len(words) > 1 and len(run) <= _LONGEST else ""

    def __bool__(self) -> bool:
        return bool(self._run)

    def in_text(self, text: str) -> float:
        """How often they stand in the text, 0 to 1."""
        if not self._run:
            return 0.0
        return verbatim(_unjoined(_plain(text)).count(self._run))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _unjoined(text: str) -> str:
    """The text without what joins words; several times as fast as the expression that says the same."""
    bare = "".join(text.split())
    for mark in _MARKS:
        bare = bare.replace(mark, "")
    return bare
