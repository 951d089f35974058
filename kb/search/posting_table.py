"""Collects the postings of one segment in memory, and gives them back as one list per term."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]
# One term: its field, its bytes, document numbers in ascending order, one byte for each.
Group = tuple[str, bytes, Numbers, bytes]


class _TermIds(dict[str, int]):
    """Numbers of tokens; a token that is asked for the first time gets the next one."""

    def __missing__(self, token: str) -> int:
        number = self[token] = len(self)
        return number


class _Column:
    """The postings of a field in the order they came: for each document which terms, with what impact."""

    def __init__(self) -> None:
        self._ids = _TermIds()
        self._documents: list[int] = []
        self._terms: list[Numbers] = []
        self._impacts: list[bytes] = []

    def add(self, number: int, impacts: Mapping[str, int]) -> None:
        """Take the tokens of one document."""
        terms = np.fromiter(map(self._ids.__getitem__, impacts), np.uint32, len(impacts))
        self._documents.append(number)
        self._terms.append(terms)
        self._impacts.append(bytes(impacts.values()))

    def lists(self) -> Iterator[tuple[bytes, Numbers, bytes]]:
        """Yield token, document numbers and impacts, in the order of tokens."""
        if not self._ids:
            return
        terms = np.concatenate(self._terms)
        counts = [len(one) for one in self._terms]
        documents = np.repeat(np.array(self._documents, np.uint32), counts)
        impacts = np.frombuffer(b"".join(self._impacts), np.uint8)
        # Stable: the documents of a term stay in their order.
        order = np.argsort(terms, kind="stable")
        documents, impacts = documents[order], impacts[order]
        ends = np.bincount(terms, minlength=len(self._ids)).cumsum().tolist()
        for token, term in sorted((token.encode(), term) for token, term in self._ids.items()):
            place = slice(ends[term - 1] if term else 0, ends[term])
            yield token, documents[place], impacts[place].tobytes()


class PostingTable:
    """The postings of all fields; takes the place of Whoosh's sorting pool."""

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}
        self._merged: list[Iterator[Group]] = []

    def add_document(self, field: str, number: int, impacts: Mapping[str, int]) -> None:
        """Take the tokens that a document has in a field, with their impacts (1 to 255)."""
        self._columns.setdefault(field, _Column()).add(number, impacts)

    def add_groups(self, groups: Iterator[Group]) -> None:
        """Take the posting lists of another segment, renumbered already."""
        self._merged.append(groups)

    def iter_postings(self) -> Iterator[Group]:
        """Yield one list per term, in order; documents of merged segments come before new ones."""
        own = (
            (field, *postings)
            for field in sorted(self._columns)
            for postings in self._columns[field].lists()
        )
        if not self._merged:
            return own
        return _joined(heapq.merge(*self._merged, own, key=itemgetter(0, 1)))

    def cleanup(self) -> None:
        """Forget everything."""
        self._columns.clear()
        self._merged.clear()


def _joined(groups: Iterable[Group]) -> Iterator[Group]:
    """Join neighbouring lists of the same term, ordered by document."""
    current: list[Group] = []
    for group in groups:
        if current and group[:2] != current[0][:2]:
            yield _concatenated(current)
            current = []
        current.append(group)
    if current:
        yield _concatenated(current)


def _concatenated(groups: list[Group]) -> Group:
    if len(groups) == 1:
        return groups[0]
    groups.sort(key=lambda group: group[2][0])
    numbers = np.concatenate([group[2] for group in groups])
    return groups[0][0], groups[0][1], numbers, b"".join(group[3] for group in groups)
