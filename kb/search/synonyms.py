"""Words that mean the same: those every company uses, and those a caller adds (topics, the company's word list)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from kb.search.analysis import normalize, words_in
from kb.search.office_words import OFFICE_GROUPS

_LONGEST = 5


class SynonymTable:
    """Groups of words that mean the same, found in a text by their normalised words."""

    def __init__(
        self, groups: Iterable[Sequence[str]] = (), *, with_office_words: bool = True
    ) -> None:
        office = (
            [group.split() for group in OFFICE_GROUPS.replace("\n", " / ").split("/")]
            if with_office_words
            else []
        )
        self._groups = [*office, *(list(group) for group in groups)]

    @cached_property
    def _others(self) -> dict[tuple[str, ...], tuple[str, dict[str, None]]]:
        """For each word, as a tuple of tokens, how it is written and the other words of its groups."""
        others: dict[tuple[str, ...], tuple[str, dict[str, None]]] = {}
        for group in self._groups:
            for word in group:
                tokens = tuple(words_in(normalize(word)))
                if tokens:
                    _, found = others.setdefault(tokens, (word, {}))
                    found.update(dict.fromkeys(other for other in group if other != word))
        return others

    def knows(self, token: str) -> bool:
        """Whether a word of one token belongs to a group."""
        return (token,) in self._others

    @cached_property
    def written(self) -> str:
        """All words as they are written, one a line."""
        return "\n".join(word for group in self._groups for word in group)

    def spans(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, str, str]]:
        """Yield (start, end, word, other word) for each known word among the tokens, the longest first."""
        taken: set[int] = set()
        for length in range(min(_LONGEST, len(tokens)), 0, -1):
            for start in range(len(tokens) - length + 1):
                known = self._others.get(tuple(tokens[start : start + length]))
                if known and taken.isdisjoint(range(start, start + length)):
                    taken.update(range(start, start + length))
                    word, others = known
                    for other in others:
                        yield start, start + length, word, other


OFFICE_WORDS = SynonymTable()
