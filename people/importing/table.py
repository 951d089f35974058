"""A table as spreadsheets save it: its encoding, its separator, its headings, its rows."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from kb.text.dates import parse_day

MAX_BYTES = 5 * 1024 * 1024
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; ``row`` counts as a spreadsheet does, the heading being row 1."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = _("%(row)d行目") % {"row": self.row}
        return (
            f"{place} {self.column}: {self.message}" if self.column else f"{place}: {self.message}"
        )


@dataclass(frozen=True)
class Columns:
    """The columns an import knows: every heading under which each is recognised, and the musts."""

    headings: Mapping[str, Sequence[str]]
    required: Sequence[str]

    def label(self, name: str) -> str:
        """The Japanese heading of a column, as the template file has it."""
        return self.headings[name][1]


@dataclass(frozen=True)
class Table:
    """The rows by column name with their numbers; ``typed`` has the headings as they stand."""

    rows: Sequence[tuple[int, dict[str, str]]]
    typed: Mapping[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()


@dataclass
class Outcome:
    """What an import did, or would do: the rows' names in the order of the file."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def read_text(path: Path) -> str:
    """The text of a file. Raises UnreadableFile."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(_("ファイルが大きすぎます（5MBまで）。"))
        return decoded(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(
            _("ファイルを開けません（%(reason)s）。") % {"reason": error.strerror}
        ) from error


def decoded(raw: bytes) -> str:
    """The text in whichever encoding spreadsheets write. Raises UnreadableFile."""
    if len(raw) > MAX_BYTES:
        raise UnreadableFile(_("ファイルが大きすぎます（5MBまで）。"))
    encodings = ("utf-16",) if raw.startswith(_UTF_16) else ("utf-8-sig", "cp932")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(
        _("文字コードがわかりません。UTF-8かShift_JIS(Excelの「CSV」)で保存してください。")
    )


def read_table(text: str, columns: Columns) -> Table:
    """The rows of a text separated by commas or tabs. Raises UnreadableFile."""
    first = text.partition("\n")[0]
    separator = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        headings = [heading.strip() for heading in next(reader, [])]
        if not any(headings):
            raise UnreadableFile(_("ファイルが空です。1行目に見出しを書いてください。"))
        names = _names(headings, columns)
        rows = [
            (reader.line_num, dict(zip(names, (cell.strip() for cell in cells), strict=False)))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise UnreadableFile(
            _("%(line)d行目をCSVとして読めません（%(error)s）。")
            % {"line": reader.line_num, "error": error}
        ) from error
    if not rows:
        raise UnreadableFile(_("見出しの下に、行がありません。"))
    pairs = list(zip(names, headings, strict=True))
    return Table(
        rows=rows,
        typed={name: heading for name, heading in pairs if name},
        ignored=[heading for name, heading in pairs if not name and heading],
    )


def _names(headings: Iterable[str], columns: Columns) -> list[str]:
    known = {word.lower(): name for name, words in columns.headings.items() for word in words}
    names = [known.get(heading.lower(), "") for heading in headings]
    missing = [name for name in columns.required if name not in names]
    if missing:
        both = "、".join(f"{columns.label(name)}({name})" for name in missing)
        raise UnreadableFile(_("1行目の見出しに %(missing)s がありません。") % {"missing": both})
    double = {name for name in names if name and names.count(name) > 1}
    if double:
        raise UnreadableFile(
            _("見出しが重なっています：%(double)s") % {"double": "、".join(sorted(double))}
        )
    return names


def day_of(text: str) -> dt.date | None:
    """The day in the cell; None for an empty cell and for what is no day."""
    return parse_day(text, today=timezone.localdate()) if text else None
