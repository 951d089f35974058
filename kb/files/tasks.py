"""Reads attachments in the worker: their text, and their first page as a picture."""

from celery import shared_task

from kb.files.models import Attachment
from kb.foundation.queue import send_after_commit

# On one machine the same process keeps the index: it shall not be away for long.
AT_ONCE_MAX = 10


def read_later(attachment_id: int) -> None:
    """Has the worker read and draw the file once the transaction is committed."""
    send_after_commit(extract_text, attachment_id)
    send_after_commit(draw_first_page, attachment_id)


@shared_task
def extract_text(attachment_id: int) -> None:
    """Reads one file. Safe to repeat: a file that was read is left alone."""
    from kb.files.extraction import read_attachment

    attachment = Attachment.objects.filter(
        pk=attachment_id, text_state=Attachment.TextState.WAITING
    ).first()
    if attachment is not None:
        read_attachment(attachment)


@shared_task
def draw_first_page(attachment_id: int) -> None:
    """Draws one file. Safe to repeat: what was drawn is left alone."""
    from kb.files.previews import draw_preview

    attachment = (
        Attachment.objects.defer("text")
        .filter(pk=attachment_id, preview_state=Attachment.PreviewState.WAITING)
        .first()
    )
    if attachment is not None:
        draw_preview(attachment)


@shared_task
def read_waiting() -> None:
    """Reads and draws what was left over: the queue was away, or the files came with a backup."""
    files = Attachment.objects.visible()
    unread = files.filter(text_state=Attachment.TextState.WAITING)
    for attachment_id in list(unread.values_list("pk", flat=True)[:AT_ONCE_MAX]):
        extract_text(attachment_id)
    undrawn = files.filter(preview_state=Attachment.PreviewState.WAITING)
    for attachment_id in list(undrawn.values_list("pk", flat=True)[:AT_ONCE_MAX]):
        draw_first_page(attachment_id)
