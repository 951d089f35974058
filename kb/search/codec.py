"""A compact posting format for Whoosh, with the writer that fills it.

Whoosh's own format keeps frequencies as pickled floats in small blocks. Here one list per term holds document
numbers as packed differences and one byte per document: the term's impact, computed once while indexing. The
lists are decoded by C functions alone, and segments are merged list by list without touching single postings.
"""

import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermsReader
from whoosh.fields import FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.formats import Existence
from whoosh.matching import ListMatcher
from whoosh.reading import SegmentReader, TermInfo, TermNotFound
from whoosh.system import pack_ushort
from whoosh.writing import SegmentWriter

from kb.search.posting_table import Group, Numbers, PostingTable
from kb.search.seals import seal
from kb.search.term_table import INLINE, Place, TermTable, hash_of, packed_extent, place_of

Impacts = NDArray[np.uint8]

_TYPES = tuple(np.dtype(name) for name in ("<u1", "<u2", "<u4"))
_COMPRESSED = 4
_COMPRESS_FROM = 96
_INLINE_BELOW = 24
# Shorter lists are packed faster without numpy.
_FEW = 8


def pack_postings(numbers: Numbers, impacts: bytes) -> bytes:
    """Return document numbers and impacts as bytes."""
    if len(numbers) < _FEW:
        kind, steps = _few_steps(numbers.tolist())
    else:
        kind, steps = _steps(numbers)
    body = steps + impacts
    if len(body) >= _COMPRESS_FROM:
        packed = zlib.compress(body, 1)
        if len(packed) < len(body):
            return bytes((kind | _COMPRESSED,)) + packed
    return bytes((kind,)) + body


def _steps(numbers: Numbers) -> tuple[int, bytes]:
    """Return the kind of the steps from number to number, and the steps."""
    steps = np.empty(len(numbers), np.uint32)
    steps[0] = numbers[0]
    np.subtract(numbers[1:], numbers[:-1], out=steps[1:])
    kind = _kind(int(steps.max()))
    return kind, steps.astype(_TYPES[kind]).tobytes()


def _few_steps(numbers: list[int]) -> tuple[int, bytes]:
    steps = [numbers[0], *(after - before for before, after in pairwise(numbers))]
    kind = _kind(max(steps))
    width = _TYPES[kind].itemsize
    return kind, b"".join([step.to_bytes(width, "little") for step in steps])


def _kind(largest: int) -> int:
    return 0 if largest < 256 else 1 if largest < 65536 else 2


def unpack_postings(packed: bytes) -> tuple[Numbers, Impacts]:
    """Return what ``pack_postings`` was given."""
    step = _TYPES[packed[0] & 3]
    body = zlib.decompress(packed[1:]) if packed[0] & _COMPRESSED else packed[1:]
    count = len(body) // (step.itemsize + 1)
    numbers = np.frombuffer(body, step, count).cumsum(dtype=np.uint32)
    return numbers, np.frombuffer(body, np.uint8, count, count * step.itemsize)


class Tokens(FieldType):
    """A field whose value is a mapping from tokens to impacts (1 to 255), made by our own analysis."""

    indexed = True
    stored = False
    scorable = False
    unique = False
    vector = None
    spelling = False
    column_type = None
    analyzer = None

    def __init__(self, *, is_unique: bool = False) -> None:
        self.format = Existence()
        self.unique = is_unique


class CompactTermInfo(TermInfo):
    """Where a term's postings are, and how many."""

    def __init__(self, value: bytes) -> None:
        self.place = place_of(value)
        df = self.place.documents
        super().__init__(weight=df, df=df, minlength=1, maxlength=1, maxweight=1, minid=0)


class CompactFieldWriter(W3FieldWriter):
    """Writes whole posting lists."""

    def add_postings(self, schema: Schema, lengths: object, items: Iterable[Group]) -> None:
        """Write groups that come in the order of fields and terms."""
        previous = None
        for fieldname, token, numbers, impacts in items:
            if fieldname != previous:
                self.start_field(fieldname, schema[fieldname])
                previous = fieldname
            packed = pack_postings(numbers, impacts)
            if len(packed) < _INLINE_BELOW:
                value = INLINE + packed
            else:
                value = packed_extent(len(numbers), self._postfile.tell(), len(packed))
                self._postfile.write(packed)
            self._tindex.add(pack_ushort(self._fieldid) + token, value)


class MappedPart:
    """A part of a mapped file to be read from a position, without the copy of all of it that Whoosh makes."""

    def __init__(self, part: memoryview) -> None:
        self._part = part
        self._position = 0

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: len(self._part)}
        self._position = start[whence] + position
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return the bytes from the position on."""
        end = len(self._part) if size < 0 else self._position + size
        found = bytes(self._part[self._position : end])
        self._position += len(found)
        return found


class CompactTermsReader(W3TermsReader):
    """Reads whole posting lists."""

    def __init__(self, codec: Any, terms: Any, length: int, postings: Any) -> None:
        super().__init__(codec, terms, length, postings)
        for file in (terms, postings):
            if isinstance(file, BufferFile):
                file.file = MappedPart(file._buf)
        self.table = TermTable(self, length)

    def find(self, fieldname: str, token: bytes) -> CompactTermInfo | None:
        """Return the statistics of a term, or None."""
        value = self._tindex.get(self._keycoder(fieldname, token))
        return None if value is None else CompactTermInfo(bytes(value))

    def place(self, fieldname: str, token: str) -> Place | None:
        """Return where the postings of a term are, and how many."""
        key = self.table.field(fieldname) + token.encode()
        value = self.table.value(key, hash_of(key))
        return None if value is None else place_of(value)

    def postings_of(self, place: Place) -> tuple[Numbers, Impacts]:
        """Return document numbers and impacts of a term that was found."""
        packed = place.inline or bytes(self._postfile.get(place.offset, place.length))
        return unpack_postings(packed)

    def term_info(self, fieldname: str, token: bytes) -> CompactTermInfo:
        """Return the statistics of a term."""
        info = self.find(fieldname, token)
        if info is None:
            raise TermNotFound(f"No term {fieldname}:{token!r}")
        return info

    def doc_frequency(self, fieldname: str, token: bytes) -> int:
        """Return how many documents have the term."""
        info = self.find(fieldname, token)
        return 0 if info is None else int(info.doc_frequency())

    frequency = doc_frequency

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], CompactTermInfo]]:
        """Yield terms and their statistics from a prefix on, over all later fields."""
        for key, value in self._tindex.items_from(self._keycoder(fieldname, prefix)):
            yield self._keydecoder(bytes(key)), CompactTermInfo(bytes(value))

    def items(self) -> Iterator[tuple[tuple[str, bytes], CompactTermInfo]]:
        """Yield all terms and their statistics in order."""
        for key, value in self._tindex.items():
            yield self._keydecoder(bytes(key)), CompactTermInfo(bytes(value))

    def groups(self) -> Iterator[Group]:
        """Yield every posting list in order."""
        for (fieldname, token), info in self.items():
            numbers, impacts = self.postings_of(info.place)
            yield fieldname, token, numbers, impacts.tobytes()

    def matcher(
        self, fieldname: str, token: bytes, format_: object, scorer: object = None
    ) -> ListMatcher:
        """Return Whoosh's own view of a posting list."""
        info = self.term_info(fieldname, token)
        numbers, impacts = self.postings_of(info.place)
        values = [bytes((impact,)) for impact in impacts.tolist()]
        return ListMatcher(
            numbers.tolist(), [1.0] * len(numbers), values, format_, scorer, terminfo=info
        )


class CompactCodec(W3Codec):
    """Whoosh's codec with compact posting lists and without field lengths."""

    length_stats = False

    def field_writer(self, storage: object, segment: object) -> CompactFieldWriter:
        """Return the writer of terms and postings."""
        return CompactFieldWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> CompactTermsReader:
        """Return the reader of terms and postings."""
        name = segment.make_filename(self.TERMS_EXT)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return CompactTermsReader(
            self, storage.open_file(name), storage.file_length(name), postings
        )


class DurableStorage(FileStorage):
    """A directory whose renames survive a power cut: the file is sealed and on disk before its name appears."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file, a table of contents, after sealing and flushing it, then flush the directory."""
        self.seal_file(oldname)
        super().rename_file(oldname, newname, safe=safe)
        self.flush_directory()

    def seal_file(self, name: str) -> None:
        """End a finished file with its checksum and wait until it is on disk."""
        seal(self._fpath(name))
        self.flush_file(name)

    def flush_file(self, name: str) -> None:
        """Wait until a file is on disk."""
        _flush(self._fpath(name), os.O_RDONLY)

    def flush_directory(self) -> None:
        """Wait until the directory itself is on disk."""
        _flush(self.folder, os.O_RDONLY | os.O_DIRECTORY)


def _flush(path: str, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _renumbered(
    groups: Iterator[Group], base: int, new_numbers: dict[int, int] | None
) -> Iterator[Group]:
    """Yield lists with the document numbers of the new segment, without deleted documents."""
    for fieldname, token, numbers, impacts in groups:
        if new_numbers is None:
            yield fieldname, token, numbers + np.uint32(base), impacts
            continue
        old = numbers.tolist()
        kept = [i for i, number in enumerate(old) if number in new_numbers]
        if kept:
            moved = np.array([new_numbers[old[i]] for i in kept], np.uint32)
            yield fieldname, token, moved, bytes([impacts[i] for i in kept])


class CompactWriter(SegmentWriter):
    """Whoosh's writer with compact postings, merges by whole lists, and files flushed before the table of contents."""

    pool: Any
    writelock: Any
    docnum: int
    is_closed: bool

    def __init__(self, index: Any, **options: Any) -> None:
        try:
            super().__init__(index, codec=CompactCodec(), **options)
        except BaseException:
            # A full or read-only disk: the error keeps this half-made writer alive, and with it the lock.
            if self.writelock is not None and self.writelock.fd is not None:
                self.writelock.release()
            raise
        self.pool.cleanup()
        self.pool = PostingTable()
        self._merged_readers: list[SegmentReader] = []

    def add_document(self, **fields: Any) -> None:
        """Take a document; the tokens of a field in one step, where Whoosh goes from posting to posting."""
        self._check_state()
        number = self.docnum
        self.perdocwriter.start_doc(number)
        for name in sorted(fields):
            field, value = self.schema[name], fields[name]
            if isinstance(field, Tokens):
                self.pool.add_document(name, number, value)
            else:
                column = field.to_column_value(value)
                self.perdocwriter.add_column_value(name, field.column_type, column)
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum = number + 1

    def merge_policy(
        self, choose: Callable[[list[Any]], list[Any]]
    ) -> Callable[[Any, list[Any]], list[Any]]:
        """Return Whoosh's merge function for a choice of segments; the others stay as they are."""

        def merge(writer: "CompactWriter", segments: list[Any]) -> list[Any]:
            chosen = choose(segments)
            for segment in chosen:
                # Nothing is left to be read of a record that was saved and deleted again.
                if segment.doc_count():
                    writer.add_reader(SegmentReader(writer.storage, writer.schema, segment))
            return [segment for segment in segments if segment not in chosen]

        return merge

    def add_postings_to_pool(
        self, reader: Any, startdoc: int, docmap: dict[int, int] | None
    ) -> None:
        """Register a segment for merging; its lists are read while the new segment is written."""
        self._merged_readers.append(reader)
        self.pool.add_groups(_renumbered(reader._terms.groups(), startdoc, docmap))

    def _commit_toc(self, segments: list[Any]) -> None:
        for name in self.newsegment.list_files(self.storage):
            self.storage.seal_file(name)
        super()._commit_toc(segments)

    def cancel(self) -> None:
        """Give up all changes; the lock is released even where closing the files fails (a full disk)."""
        try:
            super().cancel()
        finally:
            if not self.is_closed:
                self.writelock.release()
                self.is_closed = True

    def _finish(self) -> None:
        for reader in self._merged_readers:
            reader.close()
        self._merged_readers.clear()
        super()._finish()
