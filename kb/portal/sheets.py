"""The company's records as CSV sheets that are read back, equal: rows are known by natural keys.

Numbers of rows never leave the house; rights, passwords and what lies in the bin do not either.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from kb.articles.importing.authors import IMPORTER_LOGIN
from kb.text.markdown import render_markdown

# Rights are given by people, not by files; stored HTML is made anew.
_NEVER = frozenset(
    {
        "id", "password", "last_login", "is_staff", "is_superuser", "photo", "deleted_at",
        "deleted_by", "source_path", "imported_by", "deal", "groups", "user_permissions", "articles",
    }
)  # fmt: skip


class SheetProblem(Exception):
    """Why a sheet cannot be read, in a sentence."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: the model of its rows, and the columns that tell them apart."""

    name: str
    label: str
    key: tuple[str, ...]

    @property
    def model(self) -> Any:
        """The model of the rows."""
        return apps.get_model(self.label)


# In the order in which they are read: a row stands after those it leads to, as far as that goes.
SHEETS: tuple[Sheet, ...] = (
    Sheet("topics", "topics.topic", ("slug",)),
    Sheet("synonyms", "topics.topicsynonym", ("word",)),
    Sheet("people", "people.person", ("login",)),
    Sheet("departments", "people.department", ("slug",)),
    Sheet("memberships", "people.membership", ("person", "department", "is_primary", "started_on")),
    Sheet("responsibilities", "people.responsibility", ("department", "name")),
    Sheet("customers", "customers.customer", ("name", "created_at")),
    Sheet("contacts", "customers.contact", ("customer", "name", "created_at")),
    Sheet("touches", "customers.touch", ("customer", "author", "happened_at", "created_at")),
    Sheet("voice_themes", "customers.voicetheme", ("title", "created_at")),
    Sheet("voices", "customers.voice", ("touch", "quote")),
    Sheet("series", "meetings.series", ("slug",)),
    Sheet("meetings", "meetings.meeting", ("series", "number", "title", "held_at")),
    Sheet("agenda", "meetings.agendaitem", ("meeting", "position")),
    Sheet("decisions", "meetings.decision", ("title", "decided_on", "created_at")),
)
_BY_LABEL = {sheet.label: sheet for sheet in SHEETS}


def write_sheets(folder: Path) -> dict[str, int]:
    """Writes every sheet into the folder; how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    return {sheet.name: _write(sheet, folder / f"{sheet.name}.csv") for sheet in SHEETS}


@transaction.atomic
def read_sheets(folder: Path) -> dict[str, int]:
    """Reads every sheet that is there, all or none; how many rows each has.

    Rows that are known are brought up to date. Raises ``SheetProblem``.
    """
    later: list[tuple[models.Model, str, Any]] = []
    counts = {}
    for sheet in SHEETS:
        path = folder / f"{sheet.name}.csv"
        if path.is_file():
            counts[sheet.name] = _read(sheet, path, later)
    # Circles, and rows that lead to later ones: heads of departments, parents, successors.
    for row, name, key in later:
        field: Any = row._meta.get_field(name)
        setattr(row, name, _find(_BY_LABEL[field.related_model._meta.label_lower], key))
        row.save(update_fields=[name])
    return counts


def _write(sheet: Sheet, path: Path) -> int:
    columns = _columns(sheet.model)
    rows = sorted(
        ([_cell(row, field) for field in columns] for row in _rows(sheet)), key=lambda row: row
    )
    # With a mark of the encoding, so that spreadsheets show Japanese.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in columns])
        writer.writerows(rows)
    return len(rows)


def _rows(sheet: Sheet) -> Iterator[Any]:
    names = {field.name for field in sheet.model._meta.concrete_fields}
    rows = sheet.model._default_manager.all()
    if "deleted_at" in names:
        rows = rows.filter(deleted_at__isnull=True)
    if sheet.label == "people.person":
        # Stands for nobody; every import makes it where it is missing.
        rows = rows.exclude(login=IMPORTER_LOGIN)
    yield from (row for row in rows if not _hangs_on_the_bin(row))


def _hangs_on_the_bin(row: Any) -> bool:
    """Whether a row that this one cannot do without lies in the bin."""
    return any(
        isinstance(field, models.ForeignKey)
        and not field.null
        and getattr(getattr(row, field.name), "deleted_at", None) is not None
        for field in row._meta.concrete_fields
    )


def _columns(model: Any) -> list[Any]:
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return [
        field for field in fields if field.name not in _NEVER and not field.name.endswith("_html")
    ]


def _cell(row: Any, field: Any) -> str:
    if field.many_to_many:
        keys = [_key_of(one) for one in getattr(row, field.name).all()]
        return json.dumps(sorted(keys, key=str), ensure_ascii=False) if keys else ""
    value = getattr(row, field.name)
    if value is None:
        return ""
    if field.is_relation:
        gone = getattr(value, "deleted_at", None) is not None
        return "" if gone else json.dumps(_key_of(value), ensure_ascii=False)
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    return str(field.value_to_string(row))


def _key_of(row: Any) -> list[Any]:
    """What tells the row apart, as plain values; rows it is told apart by are keys themselves."""
    sheet = _BY_LABEL[row._meta.label_lower]
    values = []
    for name in sheet.key:
        field = row._meta.get_field(name)
        value = getattr(row, name)
        if field.is_relation:
            values.append(_key_of(value) if value is not None else None)
        else:
            values.append(None if value is None else field.value_to_string(row))
    return values


def _find(sheet: Sheet, key: Any) -> Any:
    """The row of that key; None when there is none."""
    if not isinstance(key, list) or len(key) != len(sheet.key):
        return None
    wanted: dict[str, Any] = {}
    for name, value in zip(sheet.key, key, strict=True):
        field = sheet.model._meta.get_field(name)
        if value is None:
            wanted[name] = None
        elif field.is_relation:
            wanted[name] = _find(_BY_LABEL[field.related_model._meta.label_lower], value)
            if wanted[name] is None:
                return None
        else:
            wanted[name] = field.to_python(value)
    given = {name: value for name, value in wanted.items() if value is not None}
    empty = {f"{name}__isnull": True for name, value in wanted.items() if value is None}
    return sheet.model._default_manager.filter(**given, **empty).first()


def _read(sheet: Sheet, path: Path, later: list[tuple[models.Model, str, Any]]) -> int:
    columns = {field.name: field for field in _columns(sheet.model)}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        for number, cells in enumerate(rows, start=2):
            try:
                _take(sheet, columns, cells, later)
            except (ValueError, TypeError, ValidationError, KeyError, IntegrityError) as error:
                raise SheetProblem(
                    _("%(file)s の%(line)d行目が読めません：%(why)s")
                    % {"file": path.name, "line": number, "why": error}
                ) from error
    return sheet.model._default_manager.count()  # type: ignore[no-any-return]


def _take(
    sheet: Sheet,
    columns: dict[str, Any],
    cells: dict[str, str],
    later: list[tuple[models.Model, str, Any]],
) -> None:
    row = _find(sheet, _key_in(sheet, columns, cells)) or sheet.model()
    lists: list[tuple[str, list[Any]]] = []
    for name, cell in cells.items():
        field = columns.get(name)
        if field is None:
            continue
        if field.many_to_many:
            lists.append((name, _targets(field, cell)))
        elif not field.is_relation:
            setattr(row, name, _value(field, cell))
        elif cell and not _lead(row, field, json.loads(cell)):
            later.append((row, name, json.loads(cell)))
    _render(row)
    if row._state.adding and hasattr(row, "set_unusable_password"):
        # Nobody signs in with an empty password; operators hand out new ones.
        row.set_unusable_password()
    row.save()
    for name, targets in lists:
        getattr(row, name).set(targets)


def _lead(row: Any, field: Any, key: Any) -> bool:
    """Lets the row lead to the one of that key; False when it is not there yet and may follow."""
    target = _find(_BY_LABEL[field.related_model._meta.label_lower], key)
    if target is None and field.null:
        return False
    setattr(row, field.name, target)
    return True


def _key_in(sheet: Sheet, columns: dict[str, Any], cells: dict[str, str]) -> list[Any]:
    return [
        (json.loads(cells[name]) if cells[name] else None)
        if columns[name].is_relation
        else (None if cells[name] == "" and columns[name].null else cells[name])
        for name in sheet.key
    ]


def _targets(field: Any, cell: str) -> list[Any]:
    sheet = _BY_LABEL[field.related_model._meta.label_lower]
    found = [_find(sheet, key) for key in json.loads(cell)] if cell else []
    return [row for row in found if row is not None]


def _value(field: Any, cell: str) -> Any:
    if isinstance(field, models.JSONField):
        return json.loads(cell) if cell else field.get_default()
    if cell == "" and field.null:
        return None
    return field.to_python(cell)


def _render(row: Any) -> None:
    """Stored HTML is made from the words beside it, never read from a file."""
    for field in _html_fields(row):
        source = getattr(row, field.removesuffix("_html"))
        setattr(row, field, str(render_markdown(source).html))


def _html_fields(row: Any) -> Sequence[str]:
    return [field.name for field in row._meta.concrete_fields if field.name.endswith("_html")]
