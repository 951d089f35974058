"""Materials of meetings: kept, hung on an item, drawn, taken away and brought back."""

import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from kb.files.services import remove_file, store_file
from kb.meetings.models import AgendaItem, Material, Meeting, Session
from kb.meetings.tasks import draw_later
from people.models import Person

logger = logging.getLogger(__name__)

TIMEOUT_S = 30
_DRAWN = {"application/pdf": "pdf"}


@transaction.atomic
def add_material(
    meeting: Meeting,
    file: tuple[IO[bytes], str],
    *,
    by: Person,
    item: AgendaItem | None = None,
    session: Session | None = None,
) -> Material:
    """The kept file, for the whole meeting or one item. Raises ``kb.files.services.FileRefused``."""
    stream, name = file
    attachment = store_file(stream, name, by=by, target=meeting)
    material = Material.objects.create(
        meeting=meeting, attachment=attachment, agenda_item=item, session=session
    )
    if _kind(material):
        draw_later(material.pk)
    return material


def remove_material(material: Material) -> None:
    """Takes the file away from the meeting; ``restore_material`` brings it back."""
    remove_file(material.attachment)


def restore_material(material: Material) -> None:
    """Brings the file back to the meeting."""
    material.attachment.deleted_at = None
    material.attachment.save(update_fields=["deleted_at"])


def draw_first_page(material: Material) -> None:
    """Stores a picture of the first page; a file that cannot be drawn keeps none."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page.png"
        command = [
            sys.executable, "-m", "kb.meetings.draw", _kind(material),
            material.attachment.file.path, str(target),
        ]  # fmt: skip
        try:
            result = subprocess.run(
                command,
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            logger.warning("The first page of material %s took too long to draw.", material.pk)
            return
        if result.returncode != 0 or not target.exists():
            logger.warning("The first page of material %s cannot be drawn.", material.pk)
            return
        material.preview.save("page.png", ContentFile(target.read_bytes()), save=False)
    material.save(update_fields=["preview"])


def _kind(material: Material) -> str:
    media_type = material.attachment.media_type
    return "image" if media_type.startswith("image/") else _DRAWN.get(media_type, "")


def materials_of(meeting: Meeting) -> list[Material]:
    """The materials of a meeting that were not taken away, oldest first."""
    rows = meeting.materials.filter(attachment__deleted_at__isnull=True)
    return list(rows.select_related("attachment", "attachment__uploaded_by"))


def on_item(materials: Iterable[Material], item: AgendaItem) -> list[Material]:
    """Those that belong to one item."""
    return [material for material in materials if material.agenda_item_id == item.pk]
