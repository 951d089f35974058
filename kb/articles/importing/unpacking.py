"""Writes what was uploaded into a folder of its own: single files, zips, and zips inside a zip."""

import errno
import lzma
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from people.models import Person

_FILES_MAX = 20_000
_UNPACKED_BYTES_MAX = 2 * 1024 * 1024 * 1024
# Colleagues bring in their own texts up to this; whole wikis are for operators.
OWN_FILES_MAX = 500
OWN_BYTES_MAX = 100 * 1024 * 1024
_BLOCK = 1024 * 1024
# File systems take names of 255 bytes; Japanese needs three for a letter.
_NAME_MAX_BYTES = 240
_DRIVE = re.compile(r"[A-Za-z]:(?:[\\/]|$)")
# What the library raises for archives that are cut, changed or of a kind it cannot open.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, RuntimeError, EOFError,
    ValueError, OverflowError,
)  # fmt: skip
# A file where a folder should be, and the other way round; a path that is too long.
_NO_PLACE = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}
_ENCRYPTED = 0x1
_UTF8 = 0x800


class UploadRefused(Exception):
    """Why an upload cannot be unpacked, in a sentence."""


@dataclass
class Room:
    """How much a person may still bring in at once, and what had to stay outside."""

    files_max: int
    bytes_left: int
    files: int = 0
    # Pairs of path and reason.
    skipped: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, person: Person) -> Self:
        """Operators bring in whole wikis, colleagues their own texts."""
        if person.is_staff:
            return cls(_FILES_MAX, _UNPACKED_BYTES_MAX)
        return cls(OWN_FILES_MAX, OWN_BYTES_MAX)

    def take_file(self) -> None:
        """Counts one more file. Raises ``UploadRefused``."""
        self.files += 1
        if self.files > self.files_max:
            raise UploadRefused(
                _("ファイルが多すぎます。一度に%(most)d個までです。分けて取り込んでください。")
                % {"most": self.files_max}
            )

    def skip(self, parts: list[str], why: str) -> None:
        """Notes what had to stay outside."""
        self.skipped.append(("/".join(parts), why))


def unpack(upload: IO[bytes] | UploadedFile, name: str, folder: Path, room: Room) -> None:
    """Writes one upload under the folder. Raises ``UploadRefused``."""
    if name.lower().endswith(".zip"):
        _unpack_zip(upload, folder, room)
    else:
        room.take_file()
        _write(upload, folder, name, room)


def _unpack_zip(
    archive_file: Any, folder: Path, room: Room, *, below: str = "", is_inside: bool = False
) -> None:
    try:
        with zipfile.ZipFile(archive_file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if any(entry.flag_bits & _ENCRYPTED for entry in entries):
                raise UploadRefused(
                    _("パスワードの付いたzipです。パスワードを外して、作りなおしてください。")
                )
            for entry in entries:
                room.take_file()
                name = below + _name_of(entry)
                with archive.open(entry) as file:
                    place = _write(file, folder, name, room)
                # Some tools pack what they export once more, in parts.
                if place is not None and not is_inside and place.suffix.lower() == ".zip":
                    _open_inner(place, folder, room, name)
    except _BROKEN as error:
        raise UploadRefused(_("zipとして開けません。壊れていないか確かめてください。")) from error


def _open_inner(place: Path, folder: Path, room: Room, name: str) -> None:
    """A zip with texts in it counts as part of the zip around it; any other stays a file."""
    try:
        with zipfile.ZipFile(place) as inner:
            has_texts = any(
                one.filename.lower().endswith((".md", ".markdown")) for one in inner.infolist()
            )
    except _BROKEN:
        return
    if not has_texts:
        return
    around = PurePosixPath(name.replace("\\", "/")).parent.as_posix()
    with place.open("rb") as stream:
        _unpack_zip(
            stream, folder, room, below="" if around == "." else f"{around}/", is_inside=True
        )
    place.unlink()


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name as it was written: old Japanese systems used Shift_JIS without saying so."""
    if entry.flag_bits & _UTF8 or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _write(file: Any, folder: Path, name: str, room: Room) -> Path | None:
    """Writes one file under the folder, never outside it; None for what was left out.

    A file too large to be kept is not even read to its end: its name goes to ``room.skipped``.
    """
    parts = _parts_of(name)
    if any(part.startswith((".", "__MACOSX")) for part in parts):
        return None
    place = folder.joinpath(*map(_short, parts))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        out = place.open("wb")
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        room.skip(parts, _("同じ名前のファイルかフォルダーがあるか、名前が長すぎます。"))
        return None
    with out:
        fits = _copy(file, out, room)
    if fits:
        return place
    place.unlink()
    megabytes = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
    room.skip(
        parts,
        _("ファイルが大きすぎます。%(size)s MB までのファイルを選んでください。")
        % {"size": megabytes},
    )
    return None


def _copy(file: Any, out: IO[bytes], room: Room) -> bool:
    size = 0
    while block := file.read(_BLOCK):
        size += len(block)
        # What is left out was unpacked all the same: many such files are work without end.
        room.bytes_left -= len(block)
        if room.bytes_left < 0:
            raise UploadRefused(_("開くと大きくなりすぎます。分けて取り込んでください。"))
        if size > settings.ATTACHMENT_MAX_BYTES:
            return False
        out.write(block)
    return True


def _parts_of(name: str) -> list[str]:
    """The folders and the name. Raises ``UploadRefused`` for a path that leads out of the folder."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = [part for part in PurePosixPath(plain).parts if part not in {"/", ".", ""}]
    if not parts or ".." in parts or _DRIVE.match(plain) or any("\0" in part for part in parts):
        raise UploadRefused(_("ファイルの名前「%(name)s」は使えません。") % {"name": name[:80]})
    return parts


def _short(name: str) -> str:
    """The name as far as file systems take it, with its ending."""
    if len(name.encode()) <= _NAME_MAX_BYTES:
        return name
    pure = PurePosixPath(name)
    suffix = pure.suffix if len(pure.suffix.encode()) <= 20 else ""
    stem = pure.stem.encode()[: _NAME_MAX_BYTES - len(suffix.encode())]
    return stem.decode("utf-8", "ignore") + suffix
