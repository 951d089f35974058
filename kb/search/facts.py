"""What the index keeps beside a document for くわしい人: who did what for the record, and what a reason calls it.

Both are written only where the record is indexed, so they are read where the document is found, not asked of
the database. Whether the record and those people may be seen is asked each time.
"""

from array import array
from itertools import accumulate
from typing import Any, NamedTuple

from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN
from whoosh.filedb.structfile import BufferFile

from kb.search.codec import MappedPart


class Facts(NamedTuple):
    """``said`` as ``kb.experts.packing``, ``named`` as ``kb.search.pieces`` reads it; empty where nothing is kept."""

    said: bytes = b""
    named: bytes = b""


UNKNOWN = Facts()
COLUMNS = {name: COLUMN(VarBytesColumn()) for name in Facts._fields}


class KeptFacts:
    """The facts of all documents of a segment, where they lie in its file."""

    def __init__(self, reader: Any) -> None:
        self._said, self._named = (_Pieces(reader, name) for name in Facts._fields)

    def of(self, number: int) -> Facts:
        """The facts of a document."""
        return Facts(self._said.at(number), self._named.at(number))


class _Pieces:
    """A column of bytes; only where each value begins is kept in memory."""

    def __init__(self, reader: Any, name: str) -> None:
        column = reader.column_reader(name, translate=False)
        lengths = getattr(column, "_lengths", ())
        self._starts = array("I", accumulate(lengths, initial=getattr(column, "_basepos", 0)))
        # A mapped file is read where it lies, without Whoosh's steps and the copy that it makes.
        file = getattr(column, "_dbfile", None)
        self._bytes = memoryview(getattr(file, "_buf", b""))
        if isinstance(file, BufferFile):
            file.file = MappedPart(self._bytes)

    def at(self, number: int) -> bytes:
        """The value of a document; empty where it has none."""
        if number + 1 >= len(self._starts):
            return b""
        return bytes(self._bytes[self._starts[number] : self._starts[number + 1]])
