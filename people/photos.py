"""Photos of people: cut to a square, made small, and rid of everything but the picture."""

import io
import secrets
from typing import IO

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from people.models import Person

SIDE_PIXELS = 320
BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 80_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 82


class Keep(models.TextChoices):
    """Which part of a picture that is no square is kept."""

    START = "start", gettext_lazy("上・左")
    MIDDLE = "middle", gettext_lazy("まんなか")
    END = "end", gettext_lazy("下・右")


_CENTRES = {Keep.START: (0.0, 0.0), Keep.MIDDLE: (0.5, 0.5), Keep.END: (1.0, 1.0)}


class PhotoRefused(Exception):
    """A file that cannot be a photo; the message says why."""


def square_of(file: IO[bytes], *, keep: Keep = Keep.MIDDLE) -> bytes:
    """The picture as a small square WebP, turned upright, without place, camera or date.

    Raises PhotoRefused.
    """
    try:
        # Told before a pixel is read: a small file may unfold to gigabytes.
        picture = Image.open(file, formats=_FORMATS)
        if picture.width * picture.height > PIXELS_MAX:
            raise PhotoRefused(_("写真が大きすぎます。小さくしてから選んでください。"))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    except UnidentifiedImageError as error:
        raise PhotoRefused(_("写真として読めません。JPEGかPNGを選んでください。")) from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PhotoRefused(_("写真が壊れています。別のファイルを選んでください。")) from error
    size = (SIDE_PIXELS, SIDE_PIXELS)
    square = ImageOps.fit(upright, size, Image.Resampling.LANCZOS, centering=_CENTRES[keep])
    made = io.BytesIO()
    square.save(made, "WEBP", quality=_QUALITY, exif=b"", icc_profile=None)
    return made.getvalue()


@transaction.atomic
def set_photo(person: Person, content: bytes) -> Person:
    """The person with this photo; the one before is deleted."""
    before = person.photo.name
    person.photo.save(f"{secrets.token_hex(8)}.webp", ContentFile(content), save=False)
    return _saved(person, before)


@transaction.atomic
def remove_photo(person: Person) -> Person:
    """The person with initials again."""
    before = person.photo.name
    person.photo = None
    return _saved(person, before)


def _saved(person: Person, before: str | None) -> Person:
    person.updated_at = timezone.now()
    person.save(update_fields=["photo", "updated_at"])
    if before:
        storage = Person._meta.get_field("photo").storage
        transaction.on_commit(lambda: storage.delete(before))
    return person
