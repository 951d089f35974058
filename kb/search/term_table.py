"""Whoosh's file of terms, read where it is mapped.

Whoosh's own reader makes several objects and copies for every term that it looks at, and a search looks at
hundreds, in every segment. The file is a hash table of D. J. Bernstein's kind with MD5 as its hash; see
``whoosh.filedb.filetables``.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import md5
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3TermsReader
from whoosh.filedb.structfile import BufferFile
from whoosh.system import pack_ushort

Hashes = NDArray[np.uint32]

_HASH_IN_DIGEST = struct.Struct("!I").unpack_from
# Never negative, so that reading on comes to an end in a damaged file, too.
_LENGTHS = struct.Struct("!II").unpack_from
_SLOT = struct.Struct("!Iq").unpack_from
_SLOT_SIZE = 12
_SLOTS = np.dtype([("hash", ">u4"), ("position", ">i8")])
# What the file says of a term begins with a byte: a short list of postings follows, or where the list is.
INLINE, _ELSEWHERE = b"\x01", b"\x00"
_EXTENT = struct.Struct("<cIQI")
# How many bytes a document has in a list of each kind (see ``codec.pack_postings``).
_POSTING_SIZES = (2, 3, 5)
_POSITIONS = {code: struct.Struct(f"!{code}") for code in "BHiIq"}
_LENGTHS_SIZE = 8
_MILESTONE = 32
# Among so many marks for each term, one in thirty stands by chance where an unknown term would have its own.
_MARKS_PER_TERM = 16
# Before every token stands the number of its field; no field has this one.
_NO_FIELD: bytes = pack_ushort(0xFFFF)


class Place(NamedTuple):
    """In how many documents a term stands, and its postings: ``inline``, or where they are in their file."""

    documents: int
    inline: bytes
    offset: int = 0
    length: int = 0

    @property
    def only_document(self) -> int | None:
        """The number of the document when there is only one, which is nearly always told inline."""
        if self.documents != 1 or not self.inline:
            return None
        return int.from_bytes(self.inline[1:-1], "little")


def place_of(value: bytes) -> Place:
    """Return what the file says of a term."""
    if value[0]:
        return Place((len(value) - 2) // _POSTING_SIZES[value[1] & 3], value[1:])
    _mark, count, offset, length = _EXTENT.unpack(value)
    return Place(count, b"", offset, length)


def packed_extent(count: int, offset: int, length: int) -> bytes:
    """Return what the file says of a term whose postings are elsewhere."""
    return _EXTENT.pack(_ELSEWHERE, count, offset, length)


def hash_of(key: bytes) -> int:
    """Return the hash of a key, the same in every segment."""
    return int(_HASH_IN_DIGEST(md5(key, usedforsecurity=False).digest(), 12)[0])


class TermTable:
    """The terms of one segment: keys are the number of a field and a token, in ascending order."""

    def __init__(self, terms: W3TermsReader, length: int) -> None:
        # Whoosh offers no public way to its file.
        index = terms._tindex
        file = index.dbfile
        self._bytes: memoryview = (
            file._buf if isinstance(file, BufferFile) else memoryview(file.get(0, length))
        )
        self._tables: list[tuple[int, int]] = index.tables
        self._end: int = index.endofdata
        self._fields: dict[str, bytes] = {
            name: pack_ushort(number) for name, number in terms._fieldmap.items()
        }
        position = _POSITIONS[index.extras["indextype"]]
        self._position_at, self._position_size = position.unpack_from, position.size
        self._positions: int = index.indexbase
        self._count: int = index.indexlen

    def field(self, name: str) -> bytes:
        """Return with what the keys of a field begin in this segment."""
        return self._fields.get(name, _NO_FIELD)

    def value(self, key: bytes, hashed: int) -> bytes | None:
        """Return what the file says of a key with its hash, or None."""
        start, slots = self._tables[hashed & 0xFF]
        if not slots:
            return None
        at, end = start + (hashed >> 8) % slots * _SLOT_SIZE, start + slots * _SLOT_SIZE
        for _ in range(slots):
            found, position = _SLOT(self._bytes, at)
            if not position:
                return None
            if found == hashed:
                own, value, _next = self._item(position)
                if own == key:
                    return value
            at += _SLOT_SIZE
            if at == end:
                at = start
        return None

    def _item(self, position: int) -> tuple[bytes, bytes, int]:
        """Return key and value at a position, and where the next are."""
        key, value = _LENGTHS(self._bytes, position)
        middle = position + _LENGTHS_SIZE + key
        item = bytes(self._bytes[position + _LENGTHS_SIZE : middle + value])
        return item[:key], item[key:], middle + value

    def beginning(self, field: str, prefix: str) -> Iterator[tuple[bytes, bytes]]:
        """Yield the tokens of a field that begin with a prefix, in order, with what the file says of them."""
        start = self.field(field) + prefix.encode()
        position = self._first_from(start)
        while position < self._end:
            key, value, position = self._item(position)
            if not key.startswith(start):
                return
            yield key[len(_NO_FIELD) :], value

    def _first_from(self, key: bytes) -> int:
        """Return the position of the first key that is not before this one; the end when there is none."""
        low = max(bisect_left(self._milestones, key) - 1, 0) * _MILESTONE
        near = range(low, min(low + _MILESTONE, self._count))
        place = low + bisect_left(near, key, key=self._key)
        return self._position(place) if place < self._count else self._end

    @cached_property
    def _milestones(self) -> list[bytes]:
        """One of so many keys: halving is several times as fast among them as in the file."""
        return [self._key(place) for place in range(0, self._count, _MILESTONE)]

    def _key(self, place: int) -> bytes:
        start = self._position(place) + _LENGTHS_SIZE
        length, _value = _LENGTHS(self._bytes, start - _LENGTHS_SIZE)
        return bytes(self._bytes[start : start + length])

    def _position(self, place: int) -> int:
        position: int
        (position,) = self._position_at(self._bytes, self._positions + place * self._position_size)
        return position

    def may_have(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Return for each of some hashes whether a term may have it: the others need not be looked up."""
        places = hashes & np.uint32(len(self._marks) * 8 - 1)
        found: NDArray[np.bool_] = (
            self._marks[places >> 3] >> (places & 7).astype(np.uint8)
        ) & 1 > 0
        return found

    @cached_property
    def _marks(self) -> NDArray[np.uint8]:
        """A bit for what the hashes of terms end in, made when many are asked for at once."""
        first = self._tables[0][0]
        count = sum(slots for _start, slots in self._tables)
        slots = np.frombuffer(self._bytes, _SLOTS, count, offset=first)
        hashes = slots["hash"][slots["position"] != 0].astype(np.uint32)
        marks = np.zeros(max(1, 1 << (len(hashes) * _MARKS_PER_TERM // 8).bit_length()), np.uint8)
        places = hashes & np.uint32(len(marks) * 8 - 1)
        np.bitwise_or.at(marks, places >> 3, np.uint8(1) << (places & 7).astype(np.uint8))
        return marks


def hashes_of(field: bytes, tokens: Iterable[str]) -> Hashes:
    """Return the hashes of the keys of some tokens."""
    keys = [field + token.encode() for token in tokens]
    digests = b"".join([md5(key, usedforsecurity=False).digest()[12:] for key in keys])
    return np.frombuffer(digests, ">u4").astype(np.uint32)
