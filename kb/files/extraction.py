"""The text of attachments, page by page, read in a child process with limits.

A broken or hostile file may crash, hang or swallow memory; only the child suffers.
"""

import json
import logging
import subprocess
import sys
import unicodedata
from pathlib import Path

from django.conf import settings

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


class Unreadable(Exception):
    """The child could not read the file; the text says why."""


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
    command = [sys.executable, "-m", "kb.files.reader", kind, str(path)]
    try:
        result = subprocess.run(
            command,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"took more than {TIMEOUT_S} s") from error
    if result.returncode != 0:
        last_line = result.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Unreadable(last_line[0] if last_line else f"exit code {result.returncode}")
    pages = json.loads(result.stdout)
    # PDF fonts give compatibility forms of kanji, which NFKC turns into the usual ones.
    return [unicodedata.normalize("NFKC", page).replace("\0", "") for page in pages]
