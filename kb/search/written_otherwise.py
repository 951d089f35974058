"""Parts of a query in other spellings, so that a text is compared as if it were written like the query."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from kb.search.analysis import fold
from kb.search.endings import may_have_endings, with_endings
from kb.search.plan import PlannedWord

_SCRIPTS = ("[a-z]", "[0-9]", "[ァ-ヺー]")


class Spelling(NamedTuple):
    """What a text may have for a part of the query, and that part as it was typed.

    ``letters`` must stand in the text, which is quickly seen.
    """

    letters: str
    other: re.Pattern[str]
    typed: str
    is_synonym: bool = False


def spellings_of(folded: str, word: PlannedWord) -> Iterator[Spelling]:
    """Yield what a text may have for a word of the folded query."""
    for token in word.ways[0].words:
        if may_have_endings(token) and (match := with_endings(token).search(folded)):
            yield Spelling(token[-1], with_endings(token), match[0])
    for pairs, is_synonym in ((word.spellings, False), (word.synonyms, True)):
        for other, typed in pairs:
            written = _folded_word(typed)
            if other and written in folded:
                yield Spelling(_folded_word(other), _standing(other), written, is_synonym)


@lru_cache(maxsize=5000)
def _folded_word(word: str) -> str:
    return fold(word)


@lru_cache(maxsize=5000)
def _standing(word: str) -> re.Pattern[str]:
    """Return what finds a word in a folded text where it is no part of a longer one of the same script."""
    folded = _folded_word(word)
    before = "".join(f"(?<!{one})" for one in _SCRIPTS if re.match(one, folded))
    after = "".join(f"(?!{one})" for one in _SCRIPTS if re.search(f"{one}$", folded))
    return re.compile(before + re.escape(folded) + after)


def is_written_otherwise(spelling: Spelling, folded: str) -> bool:
    """Whether a folded text has the other spelling and not the typed one."""
    if spelling.letters not in folded or spelling.typed in folded:
        return False
    return spelling.other.search(folded) is not None


def as_typed(spellings: Iterable[Spelling], folded: str) -> str:
    """Return a folded text with the typed spellings in place of the others."""
    for spelling in spellings:
        folded = spelling.other.sub(spelling.typed, folded)
    return folded
