"""Addresses of ours in texts: numbers become names when a text leaves, and numbers again here."""

import re
from urllib.parse import unquote

from kb.articles.importing.links import rewrite_addresses
from kb.portal.everything.keys import Keys
from kb.portal.everything.sheets import BY_NAME

_SHEETS = {
    "articles": "articles",
    "books": "books",
    "people": "people",
    "departments": "departments",
    "customers": "customers",
    "touches": "touches",
    "voices/themes": "voice_themes",
    "meetings": "meetings",
    "decisions": "decisions",
    "communities": "communities",
    "todos": "todos",
}
_FOLDERS = {sheet: folder for folder, sheet in _SHEETS.items()}
_OURS = re.compile(rf"^/({'|'.join(_SHEETS)})/(\d+)/(#\S*)?$")
_DOCUMENT = re.compile(r"^\.\./(articles|meetings)/(.+)\.md(#\S*)?$")
_FILE = re.compile(r"^/files/([0-9a-f-]{36})/(#\S*)?$")
_FILE_PATH = re.compile(r"^\.\./(files/[^#]+)(#\S*)?$")
_ROW = re.compile(r"^kb:(\w+)/([^#]+)(#\S*)?$")


class Addresses:
    """Rewrites the links of texts. ``files`` are the paths of attachments by their keys."""

    def __init__(self, keys: Keys, files: dict[str, str]) -> None:
        self._keys = keys
        self._files = files
        self._file_keys = {path: key for key, path in files.items()}

    def leave(self, text: str) -> str:
        """The text with names instead of numbers. What is gone is said to be nowhere."""
        return rewrite_addresses(text, self._portable) if "](/" in text or "]: /" in text else text

    def arrive(self, text: str) -> str:
        """The text with the numbers that the names have here."""
        return rewrite_addresses(text, self._local) if may_hold_names(text) else text

    def _portable(self, address: str) -> str | None:
        plain = address.removeprefix("<").removesuffix(">")
        if (file := _FILE.match(plain)) and file[1] in self._files:
            return f"../{self._files[file[1]]}{file[2] or ''}"
        match = _OURS.match(plain)
        if match is None:
            return None
        folder, number, anchor = match.groups()
        sheet = BY_NAME[_SHEETS[folder]]
        key = self._keys.key_of(sheet, int(number))
        if not key:
            # Another record may have this number where the text arrives.
            return f"kb:none/{folder}/{number}"
        place = f"../{sheet.name}/{key}.md" if sheet.body else f"kb:{sheet.name}/{key}"
        return f"{place}{anchor or ''}"

    def _local(self, address: str) -> str | None:
        plain = unquote(address.removeprefix("<").removesuffix(">"))
        if (file := _FILE_PATH.match(plain)) and file[1] in self._file_keys:
            return f"/files/{self._file_keys[file[1]]}/{file[2] or ''}"
        match = _DOCUMENT.match(plain) or _ROW.match(plain)
        if match is None or match[1] not in _FOLDERS:
            return None
        pk = self._keys.pk_of(BY_NAME[match[1]], match[2])
        return f"/{_FOLDERS[match[1]]}/{pk}/{match[3] or ''}" if pk is not None else None


def may_hold_names(text: str) -> bool:
    """Whether the text may lead to rows that are read after it."""
    return "kb:" in text or "../" in text
