"""The text of attachments, page by page, read in a child process with limits."""

import json
import logging
import unicodedata
from pathlib import Path

from kb.files.child import Unreadable, run_child
from kb.files.models import Attachment

logger = logging.getLogger(__name__)

PAGE_BREAK = "\f"
TIMEOUT_S = 60
TEXT_MAX_CHARACTERS = 400_000
READABLE = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/plain": "text",
}


def read_attachment(attachment: Attachment) -> None:
    """Stores the text of the file, pages parted by ``PAGE_BREAK``, or why there is none."""
    kind = READABLE.get(attachment.media_type)
    if kind is None:
        attachment.text_state = Attachment.TextState.NONE
        attachment.save(update_fields=["text_state"])
        return
    try:
        pages = extract_pages(Path(attachment.file.path), kind)
    except Unreadable as error:
        logger.warning("Attachment %s (%s) is unreadable: %s", attachment.pk, kind, error)
        attachment.text_state = Attachment.TextState.FAILED
        attachment.save(update_fields=["text_state"])
        return
    text = PAGE_BREAK.join(pages)[:TEXT_MAX_CHARACTERS]
    attachment.text = text
    attachment.text_state = Attachment.TextState.DONE if text.strip() else Attachment.TextState.NONE
    attachment.save(update_fields=["text", "text_state"])


def extract_pages(path: Path, kind: str) -> list[str]:
    """The text of every page, slide or sheet, in NFKC. Raises ``Unreadable``."""
    pages = json.loads(run_child("kb.files.reader", kind, str(path), timeout_s=TIMEOUT_S))
    # PDF fonts give compatibility forms of kanji, which NFKC turns into the usual ones.
    return [unicodedata.normalize("NFKC", page).replace("\0", "") for page in pages]
