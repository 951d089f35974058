"""Reads the text of attachments in the worker."""

from celery import shared_task

from kb.files.models import Attachment
from kb.foundation.queue import send_after_commit


def extract_later(attachment_id: int) -> None:
    """Has the worker read the file once the transaction is committed."""
    send_after_commit(extract_text, attachment_id)


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
def extract_waiting() -> None:
    """Reads what was left over, for example while the queue was away."""
    waiting = Attachment.objects.visible().filter(text_state=Attachment.TextState.WAITING)
    for attachment_id in waiting.values_list("pk", flat=True)[:50]:
        extract_text(attachment_id)
