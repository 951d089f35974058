"""CSV files as people have them: any encoding, commas or tabs, and the one broken line named."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 400_000
# A file in which more than this share of the characters cannot be read is in another encoding.
_MOST_UNREADABLE = 0.01
_BROKEN_QUOTES_MAX = 20
_SNIFFED_CHARACTERS = 20_000
UNREADABLE = "\ufffd"
# Signals to machines, of which texts hold none and other files many.
_SIGNALS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SIGNALS_MAX = 5

# The module's own limit (131,072) is below a long minute pasted into a cell.
csv.field_size_limit(MAX_CELL_CHARACTERS * 4)


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; ``row`` counts as a spreadsheet does, from 1. Column "" = the row."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = _("%(row)d行目") % {"row": self.row}
        return (
            f"{place} {self.column}: {self.message}" if self.column else f"{place}: {self.message}"
        )


@dataclass(frozen=True)
class Row:
    """One row: its number in the spreadsheet and its cells, text or numbers, dates and such."""

    number: int
    cells: list[Any]


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be parted into cells, and why."""

    number: int
    message: str


@dataclass(frozen=True)
class Formula:
    """A cell that holds a formula instead of a value."""

    text: str

    def __str__(self) -> str:
        return self.text


def read_csv(raw: bytes) -> Iterator[Row | BrokenRow]:
    """The rows of a CSV or tab-separated file, empty ones left out. Raises UnreadableFile."""
    text = decoded(raw)
    if not text.strip():
        raise UnreadableFile(_("ファイルが空です。"))
    if len(_SIGNALS.findall(text[:_SNIFFED_CHARACTERS])) > _SIGNALS_MAX:
        raise UnreadableFile(_no_text())
    delimiter = delimiter_of(text)
    return _checked(_parsed(io.StringIO(text, newline="").readlines(), delimiter))


def decoded(raw: bytes) -> str:
    """The text in UTF-8, UTF-16 or cp932; single unreadable bytes become U+FFFD, to be named later.

    Raises UnreadableFile for what is no text.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    if b"\0" in raw[:2000]:
        return _wide(raw)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    texts = [raw.decode(encoding, "replace") for encoding in ("utf-8-sig", "cp932")]
    best = min(texts, key=lambda text: text.count(UNREADABLE))
    if best.count(UNREADABLE) > max(len(best) * _MOST_UNREADABLE, 3):
        raise UnreadableFile(
            _("文字コードがわかりません。UTF-8かShift_JIS(Excelの「CSV」)で保存してください。")
        )
    return best


def _wide(raw: bytes) -> str:
    """UTF-16 without its mark: text in any language has many zero bytes on one side alone."""
    even, odd = raw[:2000:2].count(0), raw[1:2000:2].count(0)
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    text = raw.decode(encoding, "replace")
    if "\0" in text[:2000] or abs(even - odd) < 3:
        raise UnreadableFile(_no_text())
    return text


def _no_text() -> str:
    return _("文字のファイルではありません。CSVかExcel（.xlsx）にしてください。")


def delimiter_of(text: str) -> str:
    """The sign that parts the cells: the one most frequent outside quotes at the beginning."""
    bare = re.sub(r'"(?:[^"]|"")*"', "", text[:_SNIFFED_CHARACTERS])
    line = next((one for one in bare.splitlines() if one.strip()), "")
    return max(",\t;", key=line.count)


def _parsed(lines: list[str], delimiter: str) -> Iterator[Row | BrokenRow]:
    number, start, broken = 0, 0, 0
    while start < len(lines):
        reader = csv.reader(iter(lines[start:]), delimiter=delimiter, strict=True)
        before = 0
        while True:
            number += 1
            before = reader.line_num
            try:
                yield Row(number, next(reader))
            except StopIteration:
                return
            except csv.Error as error:
                broken += 1
                yield BrokenRow(number, _why(error, start + before + 1))
                break
        if broken > _BROKEN_QUOTES_MAX:
            yield BrokenRow(number + 1, _("引用符のまちがいが多いので、ここで読むのをやめました。"))
            return
        # The cells after a stray quote are lost up to the end of that line, not to the end of the file.
        start += before + 1


def _why(error: csv.Error, line: int) -> str:
    place = {"line": line}
    if "unexpected end" in str(error):
        return _('ファイルの%(line)d行目で始まる引用符（"）が閉じていません。') % place
    if "field larger" in str(error):
        return _("ファイルの%(line)d行目に、長すぎる欄があります（40万字まで）。") % place
    return _('ファイルの%(line)d行目の引用符（"）の使い方が正しくありません。') % place


def _checked(rows: Iterator[Row | BrokenRow]) -> Iterator[Row | BrokenRow]:
    count = 0
    for row in rows:
        if isinstance(row, BrokenRow):
            yield row
            continue
        if not any(cell.strip() for cell in row.cells):
            continue
        count += 1
        check_size(len(row.cells), count)
        yield row


def check_size(columns: int, rows: int) -> None:
    """Raises UnreadableFile for more rows or columns than we take."""
    if columns > MAX_COLUMNS:
        raise UnreadableFile(
            _("列が%(count)dあります。%(max)d列までにしてください。")
            % {"count": columns, "max": MAX_COLUMNS}
        )
    if rows > MAX_ROWS + 1:
        raise UnreadableFile(
            _("行が多すぎます。%(max)d行までのファイルに分けてください。") % {"max": MAX_ROWS}
        )
