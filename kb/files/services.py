"""Keeps files: checks them, stores them under a random key, hangs them on records."""

import hashlib
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from kb.files.models import Attachment
from kb.files.sniffing import media_type_of
from kb.files.tasks import read_later
from people.models import Person

PIXELS_MAX = 80_000_000
UNPACKED_BYTES_MAX = 500 * 1024 * 1024
NAME_MAX_CHARACTERS = 200


class FileRefused(Exception):
    """A file that may not be kept. Its text is a sentence for the person who sent it."""


@dataclass(frozen=True)
class FileOrigin:
    """Where an imported file came from. ``source_path`` makes the import idempotent."""

    source_path: str


@transaction.atomic
def store_file(
    file: IO[bytes],
    name: str,
    *,
    by: Person | None,
    target: models.Model | None = None,
    origin: FileOrigin | None = None,
) -> Attachment:
    """The stored attachment; the worker reads its text and draws its first page later.

    Raises ``FileRefused`` when the file is empty, too large, or a bomb.
    """
    shown_name = display_name(name)
    size, digest, media_type = check_file(file, shown_name)
    attachment = Attachment(
        name=shown_name,
        media_type=media_type,
        size=size,
        sha256=digest,
        uploaded_by=by,
        target=target,
        source_path=origin.source_path if origin else None,
    )
    file.seek(0)
    attachment.file.save(shown_name, File(file), save=False)
    try:
        with transaction.atomic():
            attachment.save()
    except Exception:
        attachment.file.storage.delete(attachment.file.name)
        raise
    read_later(attachment.pk)
    return attachment


def check_file(file: IO[bytes], name: str) -> tuple[int, str, str]:
    """Size in bytes, SHA-256 and media type of a file that may be kept. Raises ``FileRefused``."""
    size, digest = _measure(file)
    media_type = media_type_of(_binary(file))
    _check_content(file, media_type, name)
    return size, digest, media_type


def remove_file(attachment: Attachment) -> None:
    """Takes the file away from every page; the bytes stay until the bin is emptied."""
    attachment.deleted_at = timezone.now()
    attachment.save(update_fields=["deleted_at"])


def display_name(name: str) -> str:
    """The last part of a name, in NFC, without control characters, of a length people can read."""
    last = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    clean = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).strip()
    if len(clean) <= NAME_MAX_CHARACTERS:
        return clean or _("名前のないファイル")
    path = PurePath(clean)
    return path.stem[: NAME_MAX_CHARACTERS - len(path.suffix)] + path.suffix[:NAME_MAX_CHARACTERS]


def _measure(file: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(1024 * 1024):
        size += len(block)
        if size > settings.ATTACHMENT_MAX_BYTES:
            megabytes = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
            raise FileRefused(
                _("ファイルが大きすぎます。%(size)s MB までのファイルを選んでください。")
                % {"size": megabytes}
            )
        digest.update(block)
    if size == 0:
        raise FileRefused(_("ファイルが空です。中身のあるファイルを選んでください。"))
    return size, digest.hexdigest()


def _check_content(file: IO[bytes], media_type: str, name: str) -> None:
    file.seek(0)
    if media_type.startswith("image/"):
        _check_image(file, name)
    elif media_type == "application/zip" or media_type.startswith("application/vnd.openxml"):
        with zipfile.ZipFile(_binary(file)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES_MAX:
                raise FileRefused(
                    _("「%(name)s」は、開くと大きくなりすぎるため載せられません。") % {"name": name}
                )
    file.seek(0)


def _check_image(file: IO[bytes], name: str) -> None:
    try:
        with Image.open(file) as image:
            width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FileRefused(
            _("「%(name)s」は画像として開けません。壊れていないか確かめてください。")
            % {"name": name}
        ) from error
    if width * height > PIXELS_MAX:
        raise FileRefused(
            _("「%(name)s」は画素が多すぎます。小さくしてから載せてください。") % {"name": name}
        )


def _binary(file: IO[bytes]) -> BinaryIO:
    """The stream itself: Django wraps uploads in an object that archives cannot be read from."""
    wrapped = getattr(file, "file", None) if isinstance(file, File) else None
    return cast("BinaryIO", wrapped or file)
