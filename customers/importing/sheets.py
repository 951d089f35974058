"""Excel files and the choice between the two readers."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from customers.importing.reading import (
    MAX_BYTES,
    BrokenRow,
    Formula,
    Row,
    UnreadableFile,
    check_size,
    read_csv,
)

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# What an .xlsx may grow to when it is unpacked.
_UNPACKED_MAX_BYTES = 600 * 1024 * 1024


def read_rows(raw: bytes) -> Iterator[Row | BrokenRow]:
    """The rows of a CSV or .xlsx file, empty ones left out, lazily. Raises UnreadableFile."""
    if len(raw) > MAX_BYTES:
        raise UnreadableFile(_("ファイルが大きすぎます（50MBまで）。"))
    if raw.startswith(_OLD_EXCEL):
        raise UnreadableFile(
            _(
                "古いExcelの形（.xls）か、パスワード付きのファイルです。.xlsxかCSVで保存してください。"
            )
        )
    return _read_excel(raw) if raw.startswith(_ZIP) else read_csv(raw)


def _read_excel(raw: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(raw)).infolist())
        if unpacked > _UNPACKED_MAX_BYTES:
            raise UnreadableFile(_("開くと大きすぎるファイルです。いくつかに分けてください。"))
        book = load_workbook(io.BytesIO(raw), read_only=True)
        sheet = book.worksheets[0]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise UnreadableFile(
            _("Excelのファイルとして読めません。もう一度保存するか、CSVにしてください。")
        ) from error
    return _rows_of(sheet)


def _rows_of(sheet: Any) -> Iterator[Row]:
    count = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        values = [_value(cell) for cell in cells]
        while values and values[-1] in (None, ""):
            values.pop()
        if not values:
            continue
        count += 1
        check_size(len(values), count)
        yield Row(number, values)


def _value(cell: Any) -> Any:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(str(value))
    if cell.data_type == "e":
        return Formula(str(value))
    return value
