"""Whether a text holds the words of a query one after another, for the ranking of people.

Pairs of letters tell this of Japanese. Of words with spaces between them they do not: 「kube state
metrics」 is a thing, its three words are not.
"""

import re
import unicodedata
from collections.abc import Iterator

from kb.experts.scoring import verbatim
from kb.search.analysis import is_rewritten
from kb.search.placed import MOST_PLACED
from kb.search.texts import StoredText

# The best documents are looked at, as in the search's second look.
DEPTH = 20
_JOINTS = re.compile(r"[\s\-_/.]+")
_MARKS = "-_/."
_LONGEST = 60
# Joined by the index to the letter before.
_VOICED = "゛", "゜"
# Letters that folding leaves as they are where no rewriting changes them: all but some katakana.
_LASTING = re.compile("[^\\W_ァィゥェォッャュョヮヵヶヴアイウエオユヰヱヂヅヲヤリミニレー]")


class VerbatimWords:
    """The words of a query as one run, however they are joined; false for fewer than two words."""

    def __init__(self, query_text: str) -> None:
        words = _JOINTS.split(_plain(query_text).strip())
        run = "".join(words)
        self._run = run if len(words) > 1 and len(run) <= _LONGEST else ""
        self._lasting = tuple(filter(None, _lasting_parts(self._run)))

    def __bool__(self) -> bool:
        return bool(self._run)

    def in_text(self, text: str) -> float:
        """How often they stand in the text, 0 to 1."""
        if not self._run:
            return 0.0
        return verbatim(_unjoined(_plain(text)).count(self._run))

    def in_stored(self, stored: StoredText) -> float:
        """The same for title and text of a record; most that have not the words are told at a glance."""
        written = f"{stored.title}\n{stored.text}"
        is_folded = stored.named and len(stored.text) <= MOST_PLACED and "\n" not in stored.title
        if is_folded and not any(sign in written for sign in _VOICED):
            title, _, _ = stored.named.partition("\n")
            if not self._may_stand_in(f"{title}\n{stored.folded}"):
                return 0.0
        return self.in_text(written)

    def _may_stand_in(self, folded: str) -> bool:
        """Whether a folded text has what is left of the words; where it has not, the text has not the words."""
        if all(part in folded for part in self._lasting):
            return True
        if any(letter not in folded for part in self._lasting for letter in part):
            return False
        # A hyphen behind katakana is folded to a long sound.
        bare = _unjoined(folded.replace("ー", ""))
        return all(part in bare for part in self._lasting)


def _lasting_parts(run: str) -> Iterator[str]:
    """Yield the parts of a run that stand in a folded text as they are."""
    part = ""
    for letter in run:
        if _LASTING.match(letter) and not is_rewritten(letter):
            part += letter
        else:
            yield part
            part = ""
    yield part


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _unjoined(text: str) -> str:
    """The text without what joins words; several times as fast as the expression that says the same."""
    bare = "".join(text.split())
    for mark in _MARKS:
        bare = bare.replace(mark, "")
    return bare
