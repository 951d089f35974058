"""A shelf as a zip that is sent while it is written: no file of it stands whole in memory."""

import io
import time
import zipfile
from collections.abc import Iterable, Iterator

from kb.articles.exporting.shelf import Member

_BLOCK = 256 * 1024


class _Outlet(io.RawIOBase):
    """Takes what the archive writes until it is sent."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, block: object) -> int:
        """Keeps a copy of the block; returns its length."""
        kept = bytes(block)  # type: ignore[call-overload]
        self._blocks.append(kept)
        return len(kept)

    def take(self) -> bytes:
        """What came since the last time."""
        taken = b"".join(self._blocks)
        self._blocks.clear()
        return taken


def stream_zip(members: Iterable[Member]) -> Iterator[bytes]:
    """The bytes of a zip of these files, block by block."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            entry = zipfile.ZipInfo(member.path, time.localtime()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                for block in blocks_of(member):
                    file.write(block)
                    yield outlet.take()
            yield outlet.take()
    yield outlet.take()


def blocks_of(member: Member) -> Iterator[bytes]:
    """The bytes of one file; a file whose bytes are lost is empty, so that the rest arrives."""
    if member.attachment is None:
        yield member.text.encode()
        return
    try:
        with member.attachment.file.open("rb") as stored:
            yield from iter(lambda: stored.read(_BLOCK), b"")
    except FileNotFoundError:
        return
