"""Words that mean the same: those every company uses, and those a caller adds (topics, the company's word list)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from kb.search.analysis import asked_words, normalize, words_in
from kb.search.office_words import OFFICE_GROUPS
from kb.search.trade_words import TRADE_GROUPS

_LONGEST = 6

# For each word, as a tuple of tokens, how it is written and the other words of its groups.
_Others = Mapping[tuple[str, ...], tuple[str, Mapping[str, None]]]


class SynonymTable:
    """Groups of words that mean the same, found in a text by their normalised words."""

    def __init__(
        self, groups: Iterable[Sequence[str]] = (), *, with_office_words: bool = True
    ) -> None:
        self._office = _office_groups() if with_office_words else ()
        self._groups = [list(group) for group in groups]

    @cached_property
    def _others(self) -> _Others:
        return _others(self._groups, _office_others() if self._office else {})

    def knows(self, token: str) -> bool:
        """Whether a word of one token belongs to a group."""
        return (token,) in self._others

    @cached_property
    def written(self) -> str:
        """All words as they are written, one a line."""
        return "\n".join(word for group in (*self._office, *self._groups) for word in group)

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


@lru_cache(maxsize=1)
def _office_groups() -> tuple[tuple[str, ...], ...]:
    lines = f"{OFFICE_GROUPS}\n{TRADE_GROUPS}".replace("\n", "/").split("/")
    return tuple(words for line in lines if (words := tuple(line.split())))


@lru_cache(maxsize=1)
def _office_others() -> _Others:
    """Worked out once: a company that changes its own words need not wait for these again."""
    return _others(_office_groups(), {})


def _others(groups: Iterable[Sequence[str]], known: _Others) -> _Others:
    found = dict(known)
    for group in groups:
        for word in group:
            normalized = normalize(word)
            # A compound verb is asked for as a whole, but stands in texts with its two verbs besides.
            for tokens in {tuple(words_in(normalized)), tuple(asked_words(normalized))} - {()}:
                written, others = found.get(tokens, (word, {}))
                more = dict.fromkeys(other for other in group if other != word)
                found[tokens] = (written, {**others, **more})
    return found


OFFICE_WORDS = SynonymTable()
