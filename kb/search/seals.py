"""The seal of a file of the index: the checksum at its end, which tells what was written from what was damaged since.

Whoosh looks at nothing but the lengths that it wrote down. A page of zeros after a power cut or a flipped bit would
otherwise be read as words that no document has: an answer, but not a true one.
"""

import os
import struct
import zlib

from kb.search.query import SearchUnavailable

# Size and time of the last change of a file.
Stamp = tuple[int, int]

_CHECKSUM = struct.Struct("<I")
_READ_AT_ONCE = 1 << 20


def seal(path: str) -> None:
    """Add the checksum of a finished file to its end, where Whoosh reads nothing."""
    checksum = _checksum(path, os.stat(path).st_size)
    with open(path, "ab") as file:
        file.write(_CHECKSUM.pack(checksum))


def is_whole(path: str) -> bool:
    """Whether a sealed file is as it was written; raises FileNotFoundError."""
    length = os.stat(path).st_size - _CHECKSUM.size
    if length < 0:
        return False
    with open(path, "rb") as file:
        file.seek(length)
        found = file.read(_CHECKSUM.size)
    return found == _CHECKSUM.pack(_checksum(path, length))


def sealed(folder: str, name: str) -> Stamp:
    """Return the stamp of a file that is as it was written; raises SearchUnavailable for a damaged one."""
    path = os.path.join(folder, name)
    stamp = stamp_of(path)
    if not is_whole(path):
        raise SearchUnavailable(f"{path} is damaged.")
    return stamp


def stamp_of(path: str) -> Stamp:
    """Return what tells a file that nobody touched; raises FileNotFoundError."""
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns


def _checksum(path: str, length: int) -> int:
    """Return the CRC-32 of the first bytes of a file: half a second for a gigabyte, other threads go on."""
    checksum, left = 0, length
    with open(path, "rb", buffering=0) as file:
        while left > 0 and (part := file.read(min(left, _READ_AT_ONCE))):
            checksum = zlib.crc32(part, checksum)
            left -= len(part)
    return checksum
