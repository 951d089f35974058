"""The text of a file of notes that somebody loads into the form of minutes."""

import tempfile
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from kb.files.child import Unreadable
from kb.files.extraction import extract_pages
from kb.files.sniffing import media_type_of
from kb.text.encodings import UnknownEncoding, decode_text

BYTES_MAX = 5 * 1024 * 1024
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KNOWN_AS_OTHER = (
    "application/pdf",
    "image/",
    "application/zip",
    "application/vnd.",
    "application/x-ole",
)


class NotesRefused(Exception):
    """A file that gives no text. Its text is a sentence for the person who chose it."""


def notes_in(file: UploadedFile) -> str:
    """The text of a .txt, .md or .docx file, in any usual encoding. Raises ``NotesRefused``."""
    if (file.size or 0) > BYTES_MAX:
        raise NotesRefused(_("ファイルが大きすぎます。5 MB までのファイルを選んでください。"))
    content = file.read()
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(content)
        copy.flush()
        with Path(copy.name).open("rb") as stream:
            media_type = media_type_of(stream)
        if media_type == _DOCX:
            return _docx_text(Path(copy.name))
    if media_type.startswith(_KNOWN_AS_OTHER):
        raise NotesRefused(
            _(
                "読み込めるのは、テキスト（.txt、.md）と Word（.docx）です。ほかは資料として載せてください。"
            )
        )
    try:
        return decode_text(content)
    except UnknownEncoding as error:
        raise NotesRefused(
            _("このファイルの文字は読み取れませんでした。開いて、文章を貼り付けてください。")
        ) from error


def _docx_text(path: Path) -> str:
    try:
        return "\n".join(extract_pages(path, "docx"))
    except Unreadable as error:
        raise NotesRefused(
            _("この Word ファイルは開けませんでした。壊れていないか確かめてください。")
        ) from error
