"""Spreadsheet files: safe to open, one row at a time."""

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any
from urllib.parse import quote

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

# A spreadsheet runs what begins with one of these, in either width.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"

Row = list[Any]


def safe(value: Any) -> Any:
    """A cell that a spreadsheet shows and never runs; times in the company's zone."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("はい") if value else ""
    if isinstance(value, int | float):
        return value
    text = _CONTROL.sub("", str(value))
    return f"'{text}" if text.startswith(_RUNS) else text


class _Echo:
    """Gives back what is written to it."""

    def write(self, value: str) -> str:
        """The value."""
        return value


def csv_response(title: str, rows: Iterable[Row]) -> StreamingHttpResponse:
    """A CSV file with BOM, sent row by row."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield BOM
        for row in rows:
            yield writer.writerow([safe(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = _attachment(title, "csv")
    return response


def excel_response(title: str, rows: Iterable[Row]) -> FileResponse:
    """An Excel file, written row by row to disk and sent from there."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        sheet.append([safe(cell) for cell in row])
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    book.save(file)
    file.seek(0)
    response = FileResponse(file, content_type=_EXCEL)
    response["Content-Disposition"] = _attachment(title, "xlsx")
    return response


def _attachment(title: str, ending: str) -> str:
    name = f"{title}-{timezone.localdate():%Y%m%d}.{ending}"
    return f"attachment; filename=\"export.{ending}\"; filename*=UTF-8''{quote(name)}"
