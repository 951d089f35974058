"""One state of the index, open for reading: its segments, and what is worth remembering about them.

A generation never changes. Segments stay open from one generation to the next, with their decoded posting lists.
"""

import os
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, Schema
from whoosh.index import TOC, EmptyIndexError
from whoosh.reading import SegmentReader

from kb.search import facts
from kb.search.codec import CompactTermsReader, DurableStorage, Impacts, Tokens
from kb.search.posting_table import Numbers
from kb.search.seals import Stamp, is_whole, sealed, stamp_of
from kb.search.term_table import Hashes, Place, TermTable, hash_of, hashes_of, place_of

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

# Decoded postings kept per segment, at five bytes each; a list without any takes as much as these.
_CACHED_POSTINGS = 2_000_000
_POSTINGS_OF_A_LIST = 80
# Of several segments, lists are joined for the searches at hand; each segment has its own besides.
_JOINED_POSTINGS = 500_000
# Places of terms kept.
_CACHED_PLACES = 8_000

T = TypeVar("T")
Postings = tuple[Numbers, Impacts]
# A set of documents of a segment or of all: for each of them whether it belongs to the set.
Documents = NDArray[np.bool_]
NOTHING: Postings = (np.empty(0, np.uint32), np.empty(0, np.uint8))


class SegmentView:
    """One segment of the index, with its columns and decoded lists in memory."""

    def __init__(self, storage: DurableStorage, segment: Any) -> None:
        self.segment_id: str = segment.segment_id()
        self.file: str = segment.make_filename(segment.COMPOUND_EXT)
        # Noted before the file is looked through and mapped: whatever cuts or changes it later is found out by this.
        self.stamp = sealed(storage.folder, self.file)
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

    @property
    def table(self) -> TermTable:
        """The terms as they lie in the file."""
        return self._terms.table

    def postings(self, field: str, token: str) -> Postings:
        """Return document numbers and impacts of a token."""
        found = self._cache.get((field, token))
        if found is None:
            place = self._terms.place(field, token)
            found = NOTHING if place is None else self.postings_at((field, token), place)
        return found

    def is_in(self, field: str, token: str, documents: Documents) -> bool:
        """Whether a token stands in some of the documents; without keeping its list, since most are asked for once."""
        place = self._terms.place(field, token)
        if place is None:
            return False
        only = place.only_document
        if only is not None:
            return bool(documents[only])
        return bool(documents[self._terms.postings_of(place)[0]].any())

    def postings_at(self, term: tuple[str, str], place: Place) -> Postings:
        """Return document numbers and impacts of a term that was found."""
        try:
            self._cache.move_to_end(term)
            return self._cache[term]
        except KeyError:
            read = self._terms.postings_of(place)
        found = self._cache.setdefault(term, read)
        size = len(read[0]) + _POSTINGS_OF_A_LIST
        if found is read:
            self._cached_postings += size
        while self._cached_postings > _CACHED_POSTINGS:
            try:
                _, dropped = self._cache.popitem(last=False)
            except KeyError:  # another thread emptied it meanwhile
                self._cached_postings = 0
                break
            size = len(dropped[0]) + _POSTINGS_OF_A_LIST
            self._cached_postings -= size
        return found

    def tokens_from(self, field: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield tokens that begin with a prefix, in order, and in how many documents they stand."""
        for token, value in self._terms.table.beginning(field, prefix):
            yield token.decode(errors="replace"), place_of(value).documents


# In how many documents a term stands, and for each segment that has it where its documents and postings begin.
_Known = tuple[int, list[tuple[int, SegmentView, Place]]]
_UNKNOWN: _Known = (0, [])


class Generation:
    """All segments of one state of the index."""

    def __init__(
        self,
        folder: str,
        number: int,
        views: list[tuple[SegmentView, frozenset[int]]],
        stamps: dict[str, Stamp],
    ) -> None:
        self.folder = folder
        self.number = number
        self.views = views
        self.count = sum(view.count - len(deleted) for view, deleted in views)
        # The documents of all segments stand in one row: where those of each begin, and how many there are.
        self.starts = list(accumulate((view.count for view, _ in views), initial=0))
        self.starts_of = {view: start for start, (view, _) in zip(self.starts, views, strict=False)}
        self.size = self.starts[-1]
        self.deleted: list[int] = [
            start + number
            for start, (_, deleted) in zip(self.starts, views, strict=False)
            for number in deleted
        ]
        self._stamps = [(os.path.join(folder, name), stamp) for name, stamp in stamps.items()]
        self._joined: dict[tuple[str, str], Postings] = {}
        self._joined_postings = 0
        self._places: dict[tuple[str, str], _Known] = {}
        self._remembered: dict[object, Any] = {}
        # For each function the last answers about this generation (see ``last_answers``).
        self.answers: dict[Callable[..., Any], OrderedDict[Any, Any]] = {}

    def is_intact(self) -> bool:
        """Whether every file is there as it was opened: a changed one may lie, reading a cut one kills the process."""
        try:
            return all(stamp_of(path) == stamp for path, stamp in self._stamps)
        except OSError:
            return False

    def is_whole(self) -> bool:
        """Whether every file still has the contents that were written, read through once more."""
        return all(is_whole(path) for path, _ in self._stamps)

    def place(self, number: int) -> tuple[SegmentView, int]:
        """Return the segment of a document and its number there."""
        segment = bisect_right(self.starts, number) - 1
        return self.views[segment][0], number - self.starts[segment]

    def key(self, number: int) -> str:
        """Return the key of a document."""
        view, own_number = self.place(number)
        return view.key(own_number)

    @cached_property
    def days(self) -> NDArray[np.int32]:
        """The days of all documents."""
        return _row([view.days for view, _ in self.views], np.int32)

    @cached_property
    def qualities(self) -> NDArray[np.int32]:
        """The qualities of all documents."""
        return _row([view.qualities for view, _ in self.views], np.int32)

    @cached_property
    def own_numbers(self) -> NDArray[np.int32]:
        """The number of each document in its segment."""
        return _row([np.arange(view.count, dtype=np.int32) for view, _ in self.views], np.int32)

    @cached_property
    def kind_names(self) -> list[str]:
        """The names of the kinds there are."""
        return list(dict.fromkeys(name for view, _ in self.views for name in view.kind_names))

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """For each document which of the kinds it has."""
        places = {name: place for place, name in enumerate(self.kind_names)}
        return _row(
            [
                np.array([places[name] for name in view.kind_names], np.uint8)[view.kinds]
                for view, _ in self.views
            ],
            np.uint8,
        )

    def postings(self, field: str, token: str) -> Postings:
        """Return document numbers and impacts of a token."""
        term = (field, token)
        if len(self.views) == 1:
            return self._join(term)
        try:
            return self._joined[term]
        except KeyError:
            found = self._join(term)
        self._joined_postings += len(found[0])
        if self._joined_postings > _JOINED_POSTINGS:
            self._joined.clear()
            self._joined_postings = len(found[0])
        self._joined[term] = found
        return found

    def _join(self, term: tuple[str, str]) -> Postings:
        lists = [
            (start, *view.postings_at(term, place)) for start, view, place in self._known(term)[1]
        ]
        if not lists:
            return NOTHING
        if len(lists) == 1 and not lists[0][0]:
            return lists[0][1:]
        return (
            np.concatenate([numbers + np.uint32(start) for start, numbers, _ in lists]),
            np.concatenate([impacts for _, _, impacts in lists]),
        )

    def _known(self, term: tuple[str, str]) -> _Known:
        """Where the postings of a term are; looking that up takes longer than most lists."""
        known = self._places.get(term)
        if known is not None:
            return known
        field, encoded = term[0], term[1].encode()
        documents, places = 0, []
        prefix, key, hashed = b"", b"", 0
        for start, (view, _) in zip(self.starts, self.views, strict=False):
            # Segments have different numbers for a field where one of them has no token of another field.
            if (own := view.table.field(field)) != prefix:
                prefix, key = own, own + encoded
                hashed = hash_of(key)
            value = view.table.value(key, hashed)
            if value is not None:
                place = place_of(value)
                documents += place.documents
                places.append((start, view, place))
        if len(self._places) >= _CACHED_PLACES:
            self._places.clear()
        known = self._places[term] = (documents, places) if places else _UNKNOWN
        return known

    def has_each(self, field: str, token: str, numbers: Numbers) -> Documents:
        """Return for each of some documents whether a token stands in it."""
        known = self.postings(field, token)[0]
        if not len(known):
            return np.zeros(len(numbers), np.bool_)
        found: Documents = known[known[:-1].searchsorted(numbers)] == numbers
        return found

    def documents(self, field: str, token: str) -> Documents:
        """Return the set of documents that have a token; the caller may change it."""
        found = np.zeros(self.size, np.bool_)
        found[self.postings(field, token)[0]] = True
        return found

    def frequency(self, field: str, token: str) -> int:
        """Return in how many documents a token stands, deleted ones included."""
        return self._known((field, token))[0]

    def frequencies(self, field: str, tokens: Sequence[str]) -> list[int]:
        """Return the same for many tokens of which most stand nowhere: those are hardly looked at."""
        maybe = np.zeros(len(tokens), np.bool_)
        hashes: dict[bytes, Hashes] = {}
        for view, _ in self.views:
            prefix = view.table.field(field)
            if prefix not in hashes:
                hashes[prefix] = hashes_of(prefix, tokens)
            maybe |= view.table.may_have(hashes[prefix])
        found = [0] * len(tokens)
        for place in np.flatnonzero(maybe).tolist():
            found[place] = self.frequency(field, tokens[place])
        return found

    def tokens_from(self, field: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield tokens that begin with a prefix and their frequency, segment by segment."""
        return (pair for view, _ in self.views for pair in view.tokens_from(field, prefix))

    def remember(self, name: object, compute: Callable[[], T]) -> T:
        """Return a value computed once for this generation, such as the documents that pass a filter."""
        # Another thread may make room meanwhile.
        kept = self._remembered.get(name, self)
        if kept is self:
            kept = compute()
            if len(self._remembered) > 500:
                self._remembered.clear()
            self._remembered[name] = kept
        return cast(T, kept)

    def keys_and_revisions(self) -> Iterator[tuple[str, int]]:
        """Yield key and revision of every document."""
        for view, deleted in self.views:
            for number in range(view.count):
                if number not in deleted:
                    yield view.key(number), int(view.revisions[number])


def _row(parts: list[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    """Return what the segments have one after the other."""
    return np.concatenate(parts, dtype=kind) if parts else np.empty(0, kind)


def open_generation(folder: str, previous: Generation | None) -> Generation:
    """Open the newest state in a folder, with the segments of the previous one where they are the same.

    Raises SearchUnavailable where a file is damaged.
    """
    storage = DurableStorage(folder, supports_mmap=True)
    newest = TOC._latest_generation(storage, INDEX_NAME)
    if newest < 0:
        raise EmptyIndexError(folder)
    contents_name = TOC._filename(INDEX_NAME, newest)
    stamps = {contents_name: sealed(folder, contents_name)}
    contents = TOC.read(storage, INDEX_NAME, gen=newest, schema=SCHEMA)
    known: dict[str, SegmentView] = {}
    if previous is not None and previous.folder == folder:
        known = {view.segment_id: view for view, _ in previous.views}
    views: list[tuple[SegmentView, frozenset[int]]] = []
    for segment in contents.segments:
        view = known.get(segment.segment_id())
        if view is None or view.stamp != stamp_of(os.path.join(folder, view.file)):
            view = SegmentView(storage, segment)
        stamps[view.file] = view.stamp
        views.append((view, frozenset(segment.deleted_docs())))
    return Generation(folder, newest, views, stamps)
