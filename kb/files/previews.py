"""The first page of a PDF, or a picture made small, for lists of files."""

import logging

from django.core.files.base import ContentFile

from kb.files.child import Unreadable, run_child
from kb.files.models import Attachment

logger = logging.getLogger(__name__)

TIMEOUT_S = 30


def draw_preview(attachment: Attachment) -> None:
    """Stores a small picture of the file; one that cannot be drawn keeps none."""
    attachment.preview_state = Attachment.PreviewState.NONE
    kind = _kind_of(attachment)
    if kind:
        try:
            content = run_child("kb.files.draw", kind, attachment.file.path, timeout_s=TIMEOUT_S)
        except Unreadable as error:
            logger.warning("Attachment %s (%s) cannot be drawn: %s", attachment.pk, kind, error)
        else:
            attachment.preview.save("preview.webp", ContentFile(content), save=False)
            attachment.preview_state = Attachment.PreviewState.DONE
    attachment.save(update_fields=["preview", "preview_state"])


def _kind_of(attachment: Attachment) -> str:
    if attachment.media_type.startswith("image/"):
        return "image"
    return "pdf" if attachment.media_type == "application/pdf" else ""
