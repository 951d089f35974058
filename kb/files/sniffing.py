"""What a file really is, told by its first bytes and, for Office files, by what the archive holds."""

import io
import zipfile
from typing import BinaryIO

OFFICE_PARTS = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ppt/presentation.xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ),
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
UNKNOWN = "application/octet-stream"
HEAD_BYTES = 4096


def media_type_of(file: BinaryIO) -> str:
    """The media type by content; ``application/octet-stream`` when it is none we know.

    Leaves the file at its beginning. The name a person gave is never asked: it may lie.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    for signature, media_type in SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _archive_type(file)
    return "text/plain" if _is_text(head) else UNKNOWN


def _archive_type(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return UNKNOWN
    finally:
        file.seek(0)
    for part, media_type in OFFICE_PARTS.items():
        if part in names:
            return media_type
    return "application/zip"


def _is_text(head: bytes) -> bool:
    if not head:
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "cp932"):
        try:
            # The block may end in the middle of a character.
            io.TextIOWrapper(io.BytesIO(head), encoding=encoding, errors="strict").read(
                len(head) // 4
            )
        except UnicodeDecodeError:
            continue
        return True
    return False
