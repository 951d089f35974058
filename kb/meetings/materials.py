"""Materials of meetings: kept, hung on an item, taken away and brought back."""

from collections.abc import Iterable
from typing import IO

from django.db import transaction

from kb.files.services import remove_file, store_file
from kb.meetings.models import AgendaItem, Material, Meeting, Session
from people.models import Person


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
    return Material.objects.create(
        meeting=meeting, attachment=attachment, agenda_item=item, session=session
    )


def remove_material(material: Material) -> None:
    """Takes the file away from the meeting; ``restore_material`` brings it back."""
    remove_file(material.attachment)


def restore_material(material: Material) -> None:
    """Brings the file back to the meeting."""
    material.attachment.deleted_at = None
    material.attachment.save(update_fields=["deleted_at"])


def materials_of(meeting: Meeting) -> list[Material]:
    """The materials of a meeting that were not taken away, oldest first."""
    rows = meeting.materials.filter(attachment__deleted_at__isnull=True)
    return list(rows.select_related("attachment", "attachment__uploaded_by"))


def on_item(materials: Iterable[Material], item: AgendaItem) -> list[Material]:
    """Those that belong to one item."""
    return [material for material in materials if material.agenda_item_id == item.pk]
