"""One state of the index, open for reading: its segments, and what is worth remembering about them.

A generation never changes. Segments stay open from one generation to the next, with their decoded posting lists.
"""

import os
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, Schema
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from kb.search import facts
from kb.search.codec import (
    CompactTermInfo,
    CompactTermsReader,
    DurableStorage,
    Impacts,
    Tokens,
)
from kb.search.posting_table import Numbers

INDEX_NAME = "MAIN"
ORDINARY_QUALITY = 100
# Beginnings of titles and names are kept up to this length.
PREFIX_LENGTH = 12

# b and s: bigrams and words; prefix: beginnings of titles and names; facet: what filters ask for.
SCHEMA = Schema(
    key=Tokens(is_unique=True),
    b=Tokens(),
    s=Tokens(),
    prefix=Tokens(),
    facet=Tokens(),
    id=COLUMN(VarBytesColumn()),
    day=COLUMN(NumericColumn("i", default=0)),
    revision=COLUMN(NumericColumn("i", default=0)),
    quality=COLUMN(NumericColumn("B", default=ORDINARY_QUALITY)),
    **facts.COLUMNS,
)

# Decoded postings kept per segment, in postings; at five bytes each this is 10 MB.
_CACHED_POSTINGS = 2_000_000
# Places of terms kept per segment.
_CACHED_PLACES = 16_000

T = TypeVar("T")
Postings = tuple[Numbers, Impacts]
# A set of documents of a segment: for each of them whether it belongs to the set.
Documents = NDArray[np.bool_]
NOTHING: Postings = (np.empty(0, np.uint32), np.empty(0, np.uint8))


class SegmentView:
    """One segment of the index, with its columns and decoded lists in memory."""

    def __init__(self, storage: DurableStorage, segment: Any) -> None:
        self.segment_id: str = segment.segment_id()
        self.file: str = segment.make_filename(segment.COMPOUND_EXT)
        # Noted before the file is mapped: whatever cuts it later is found out by this size.
        self.size = _size(storage.folder, self.file)
        self._reader = SegmentReader(storage, SCHEMA, segment)
        # Whoosh offers no public way to a whole posting list; this is the reader our own codec made.
        self._terms = cast(CompactTermsReader, self._reader._terms)
        self.count: int = segment.doc_count_all()
        self._keys = self._read_keys()
        self.days = self._numbers("day")
        self.revisions = self._numbers("revision")
        self.qualities = self._numbers("quality")
        self._cache: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._cached_postings = 0
        self._places: dict[tuple[str, str], CompactTermInfo | None] = {}
        self.kind_names, self.kinds = self._read_kinds()
        # What the documents say of people, by their numbers.
        self.facts = facts.KeptFacts(self._reader)

    def key(self, number: int) -> str:
        """Return the key of a document."""
        text, starts = self._keys
        return text[starts[number] : starts[number + 1]].decode()

    def kind(self, number: int) -> str:
        """Return the kind of a document."""
        return self.kind_names[int(self.kinds[number])]

    def _numbers(self, name: str) -> NDArray[np.int32]:
        """Read a whole column at once; documents at the end that have the default are not in the file."""
        field = SCHEMA[name].column_type
        column = self._reader.column_reader(name, translate=False)
        stored = getattr(column, "_count", 0)
        values = np.full(self.count, field.default_value(), np.int32)
        if stored:
            kind = np.dtype(field._typecode).newbyteorder(">")
            raw = bytes(column._dbfile.get(column._basepos, stored * kind.itemsize))
            values[:stored] = np.frombuffer(raw, kind)
        return values

    def _read_keys(self) -> tuple[bytes, "array[int]"]:
        """Read all keys, one after the other, and where each begins and the last one ends."""
        column = self._reader.column_reader("id", translate=False)
        starts = array("L", accumulate(column._lengths, initial=0))
        return bytes(column._dbfile.get(column._basepos, starts[-1])), starts

    def _read_kinds(self) -> tuple[list[str], NDArray[np.uint8]]:
        """Return the names of kinds, and for each document which of them it has."""
        names = [""]
        kinds = np.zeros(self.count, np.uint8)
        for facet, _ in self.tokens_from("facet", "kind:"):
            kinds[self.postings("facet", facet)[0]] = len(names)
            names.append(facet.removeprefix("kind:"))
        return names, kinds

    def _place(self, field: str, token: str) -> CompactTermInfo | None:
        """Where the postings of a token are; looking that up takes longer than most lists."""
        term = (field, token)
        try:
            return self._places[term]
        except KeyError:
            found = self._terms.find(field, token.encode())
        if len(self._places) >= _CACHED_PLACES:
            self._places.clear()
        self._places[term] = found
        return found

    def frequency(self, field: str, token: str) -> int:
        """Return in how many documents of the segment a token stands."""
        place = self._place(field, token)
        return 0 if place is None else int(place.doc_frequency())

    def postings(self, field: str, token: str) -> Postings:
        """Return document numbers and impacts of a token."""
        term = (field, token)
        try:
            self._cache.move_to_end(term)
            return self._cache[term]
        except KeyError:
            place = self._place(field, token)
        if place is None:
            return NOTHING
        found = self._cache[term] = self._terms.postings_of(place)
        self._cached_postings += len(found[0])
        while self._cached_postings > _CACHED_POSTINGS:
            try:
                _, dropped = self._cache.popitem(last=False)
            except KeyError:  # another thread emptied it meanwhile
                break
            self._cached_postings -= len(dropped[0])
        return found

    def has_each(self, field: str, token: str, numbers: Numbers) -> Documents:
        """Return for each of some documents whether a token stands in it."""
        known, _ = self.postings(field, token)
        if not len(known):
            return np.zeros(len(numbers), np.bool_)
        found: Documents = known[known[:-1].searchsorted(numbers)] == numbers
        return found

    def documents(self, field: str, token: str) -> Documents:
        """Return the set of documents that have a token; the caller may change it."""
        found = np.zeros(self.count, np.bool_)
        found[self.postings(field, token)[0]] = True
        return found

    def tokens_from(self, field: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield tokens that begin with a prefix, in order, and in how many documents they stand."""
        for (name, token), info in self._terms.items_from(field, prefix.encode()):
            text = token.decode(errors="replace")
            if name != field or not text.startswith(prefix):
                return
            yield text, info.doc_frequency()


class Generation:
    """All segments of one state of the index."""

    def __init__(
        self,
        folder: str,
        number: int,
        views: list[tuple[SegmentView, frozenset[int]]],
        sizes: dict[str, int],
    ) -> None:
        self.folder = folder
        self.number = number
        self.views = views
        self.count = sum(view.count - len(deleted) for view, deleted in views)
        self._sizes = sizes
        self._remembered: dict[object, Any] = {}

    def is_intact(self) -> bool:
        """Whether every file is still there at its full size: reading a cut file would kill the process."""
        return all(_size(self.folder, name) == size for name, size in self._sizes.items())

    def frequency(self, field: str, token: str) -> int:
        """Return in how many documents a token stands, deleted ones included."""
        found = 0
        # Written out, because it is asked for every word of every search.
        for view, _ in self.views:
            found += view.frequency(field, token)
        return found

    def tokens_from(self, field: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield tokens that begin with a prefix and their frequency, segment by segment."""
        return (pair for view, _ in self.views for pair in view.tokens_from(field, prefix))

    def remember(self, name: object, compute: Callable[[], T]) -> T:
        """Return a value computed once for this generation, such as the documents that pass a filter."""
        if name not in self._remembered:
            if len(self._remembered) > 500:
                self._remembered.clear()
            self._remembered[name] = compute()
        return cast(T, self._remembered[name])

    def keys_and_revisions(self) -> Iterator[tuple[str, int]]:
        """Yield key and revision of every document."""
        for view, deleted in self.views:
            for number in range(view.count):
                if number not in deleted:
                    yield view.key(number), int(view.revisions[number])


def open_generation(folder: str, previous: Generation | None) -> Generation:
    """Open the newest state in a folder, with the segments of the previous one where they are the same."""
    storage = DurableStorage(folder, supports_mmap=True)
    contents = TOC.read(storage, INDEX_NAME, schema=SCHEMA)
    known: dict[str, SegmentView] = {}
    if previous is not None and previous.folder == folder:
        known = {view.segment_id: view for view, _ in previous.views}
    views: list[tuple[SegmentView, frozenset[int]]] = []
    for segment in contents.segments:
        view = known.get(segment.segment_id()) or SegmentView(storage, segment)
        views.append((view, frozenset(segment.deleted_docs())))
    sizes = {view.file: view.size for view, _ in views}
    contents_name = f"_{INDEX_NAME}_{contents.generation}.toc"
    sizes[contents_name] = _size(folder, contents_name)
    return Generation(folder, contents.generation, views, sizes)


def _size(folder: str, name: str) -> int:
    try:
        return os.stat(os.path.join(folder, name)).st_size
    except FileNotFoundError:
        return -1
