"""One state of the index, open for reading: its segments, and what is worth remembering about them.

A generation never changes. Segments stay open from one generation to the next, with their decoded posting lists.
"""

import os
import sys
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, Schema
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from kb.search.codec import CompactTermsReader, DurableStorage, Tokens

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
)

# Decoded postings kept per segment, in postings; at five bytes each this is 25 MB.
_CACHED_POSTINGS = 5_000_000
# Tokens kept as one byte per document, in bytes per segment, besides.
_CACHED_COLUMNS = 25_000_000
# Tokens in fewer than one of this many documents are spread out again faster than others are.
_RARE_BELOW = 50

T = TypeVar("T")
Postings = tuple["array[int]", bytes]
_PRESENT = bytes([0, *[1] * 255])
NOTHING: Postings = (array("I"), b"")


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
        self._keys = self._reader.column_reader("id", translate=False)
        self.days = self._numbers("day")
        self.revisions = self._numbers("revision")
        self.qualities = self._numbers("quality")
        self.kind_names, self.kinds = self._read_kinds()
        self._cache: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._cached_postings = 0
        self._columns: dict[tuple[str, str], bytes] = {}

    def key(self, number: int) -> str:
        """Return the key of a document."""
        return bytes(self._keys[number]).decode()

    def kind(self, number: int) -> str:
        """Return the kind of a document."""
        return self.kind_names[self.kinds[number]]

    def _numbers(self, name: str) -> "array[int]":
        """Read a whole column at once; documents at the end that have the default are not in the file."""
        field = SCHEMA[name].column_type
        values = array(field._typecode)
        column = self._reader.column_reader(name, translate=False)
        stored = getattr(column, "_count", 0)
        if stored:
            values.frombytes(bytes(column._dbfile.get(column._basepos, stored * values.itemsize)))
            if sys.byteorder == "little":
                values.byteswap()
        values.extend([field.default_value()] * (self.count - stored))
        return values

    def _read_kinds(self) -> tuple[list[str], bytearray]:
        """Return the names of kinds, and for each document which of them it has."""
        names = [""]
        kinds = bytearray(self.count)
        for facet, _ in self.tokens_from("facet", "kind:"):
            numbers, _impacts = self._terms.postings("facet", facet.encode()) or NOTHING
            for number in numbers:
                kinds[number] = len(names)
            names.append(facet.removeprefix("kind:"))
        return names, kinds

    def frequency(self, field: str, token: str) -> int:
        """Return in how many documents of the segment a token stands."""
        cached = self._cache.get((field, token))
        if cached is not None:
            return len(cached[0])
        return self._terms.doc_frequency(field, token.encode())

    def postings(self, field: str, token: str) -> Postings:
        """Return document numbers and impacts of a token."""
        term = (field, token)
        try:
            self._cache.move_to_end(term)
            return self._cache[term]
        except KeyError:
            found = self._terms.postings(field, token.encode()) or NOTHING
        self._cache[term] = found
        self._cached_postings += len(found[0])
        while self._cached_postings > _CACHED_POSTINGS:
            try:
                _, dropped = self._cache.popitem(last=False)
            except KeyError:  # another thread emptied it meanwhile
                break
            self._cached_postings -= len(dropped[0])
        return found

    def column(self, field: str, token: str) -> bytes:
        """Return the impacts of a token by document, 0 where it is missing."""
        term = (field, token)
        column = self._columns.get(term)
        if column is None:
            filled = bytearray(self.count)
            for number, step in zip(*self.postings(field, token), strict=True):
                filled[number] = step
            column = bytes(filled)
            if self.frequency(field, token) * _RARE_BELOW > self.count:
                if len(self._columns) * self.count >= _CACHED_COLUMNS:
                    self._columns.clear()
                self._columns[term] = column
        return column

    def documents(self, field: str, token: str) -> int:
        """Return the set of documents that have a token: one byte each, 1 for those (see matching.py)."""
        return int.from_bytes(self.column(field, token).translate(_PRESENT), "little")

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
        return sum(view.frequency(field, token) for view, _ in self.views)

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
                    yield view.key(number), view.revisions[number]


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
