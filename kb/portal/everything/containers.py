"""The two forms in which rows lie in files: a line of a CSV sheet, or a Markdown document."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from kb.portal.everything.cells import Cell
from kb.portal.everything.sheets import Sheet

KEY = "key"
# What a spreadsheet would take for a formula; the sign itself is guarded too, to come back equal.
_FORMULA = ("=", "+", "-", "@", "\t", "'")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_FENCE = "---\n"

Row = dict[str, Cell]


class FileProblem(Exception):
    """Why a file cannot be read, in a sentence."""


def write_rows(folder: Path, sheet: Sheet, columns: list[str], rows: Iterable[Row]) -> int:
    """Writes the rows of a sheet below the folder; how many there are."""
    if sheet.body:
        return _write_documents(folder / sheet.name, sheet, rows)
    path = folder / "sheets" / f"{sheet.name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    # With a mark of the encoding, so that spreadsheets show Japanese.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for count, row in enumerate(rows, start=1):  # noqa: B007 (counts what was written)
            writer.writerow([_guarded(row[name]) for name in columns])
    return count


def read_rows(folder: Path, sheet: Sheet) -> Iterator[tuple[str, Row]]:
    """Every row with the place where it stands, in the order in which it was written.

    Nothing when the sheet is missing. Raises ``FileProblem``.
    """
    if sheet.body:
        yield from _read_documents(folder / sheet.name, sheet)
        return
    path = folder / "sheets" / f"{sheet.name}.csv"
    if not path.is_file():
        return
    csv.field_size_limit(16 * 1024 * 1024)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        try:
            for number, cells in enumerate(rows, start=2):
                place = _("%(file)s の%(line)d行目") % {"file": path.name, "line": number}
                yield place, {n: _freed(c or "") for n, c in cells.items() if n}
        except (csv.Error, UnicodeDecodeError) as error:
            raise FileProblem(
                _("%(file)s が読めません：%(why)s") % {"file": path.name, "why": error}
            ) from error


def as_list(cell: Cell) -> list[str]:
    """The names in a cell that holds several."""
    names = cell if isinstance(cell, list) else json.loads(cell) if cell else []
    return [str(name) for name in names]


def _write_documents(folder: Path, sheet: Sheet, rows: Iterable[Row]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 (counts what was written)
        head = {name: cell for name, cell in row.items() if cell and name not in (KEY, sheet.body)}
        front = yaml.dump(head, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=10_000)
        with (folder / f"{row[KEY]}.md").open("w", encoding="utf-8", newline="") as file:
            file.write(f"{_FENCE}{front}{_FENCE}{row[sheet.body]}")
    return count


def _read_documents(folder: Path, sheet: Sheet) -> Iterator[tuple[str, Row]]:
    for path in sorted(folder.glob("*.md"), key=_order_of):
        place = f"{folder.name}/{path.name}"
        try:
            with path.open(encoding="utf-8", newline="") as file:
                start, _fence, rest = file.read().partition(_FENCE)
            front, fence, body = rest.partition(f"\n{_FENCE}")
            head = yaml.load(f"{front}\n", Loader=_LOADER)  # noqa: S506 (a safe loader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise FileProblem(
                _("%(file)s が読めません：%(why)s") % {"file": place, "why": error}
            ) from error
        if start or not fence or not isinstance(head, dict):
            raise FileProblem(
                _("%(file)s の先頭の項目(front matter)が読めません。") % {"file": place}
            )
        cells = {str(name): _plain(cell) for name, cell in head.items()}
        yield place, cells | {KEY: path.stem, sheet.body: body}


def _order_of(path: Path) -> tuple[str, int]:
    """Rows of one name in the order of the numbers behind it."""
    name, _tilde, number = path.stem.partition("~")
    return name, int(number) if number.isdigit() else 1


def _plain(cell: Any) -> Cell:
    return [str(one) for one in cell] if isinstance(cell, list) else str(cell)


def _guarded(cell: Cell) -> str:
    if isinstance(cell, list):
        return json.dumps(cell, ensure_ascii=False) if cell else ""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _freed(cell: str) -> str:
    return cell.removeprefix("'")
