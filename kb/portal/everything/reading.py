"""Reads everything back: rows that are known are brought up to date, the others are made."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from kb.portal.everything.addresses import Addresses, may_hold_names
from kb.portal.everything.cells import Values
from kb.portal.everything.containers import KEY, FileProblem, Row, as_list, read_rows
from kb.portal.everything.keys import Keys, Names
from kb.portal.everything.rendering import render_all
from kb.portal.everything.sheets import BY_LABEL, SHEETS, TARGET, Sheet, is_row_column
from kb.portal.everything.writing import FORMAT, MANIFEST

Tell = Callable[[str, int], None]


class ImportProblem(Exception):
    """Why nothing was read, in a sentence that says where."""


@dataclass(frozen=True, slots=True)
class _Later:
    """A column that leads to a row which may stand further down."""

    sheet: Sheet
    pk: int
    field: Any
    cell: Any


class Arrival:
    """One run over an exported folder; all of it is read, or nothing."""

    def __init__(self, folder: Path, *, tell: Tell | None = None) -> None:
        self._folder = folder
        self._tell = tell or (lambda _name, _count: None)
        self._keys = Keys()
        self._values = Values(self._keys)
        self._later: list[_Later] = []
        self._texts: list[_Later] = []
        self._files: dict[str, str] = {}

    @transaction.atomic
    def read(self) -> dict[str, int]:
        """How many rows each sheet had. Raises ``ImportProblem``."""
        self._check_format()
        try:
            counts = {sheet.name: self._read(sheet) for sheet in SHEETS}
        except FileProblem as problem:
            raise ImportProblem(str(problem)) from problem
        self._lead()
        self._settle_texts()
        render_all(self._tell)
        return counts

    def _check_format(self) -> None:
        try:
            manifest = json.loads((self._folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ImportProblem(
                _("%(file)s が読めません。export_all が書き出したフォルダーを選んでください。")
                % {"file": MANIFEST}
            ) from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise ImportProblem(_("この形式の書き出しは取り込めません。"))

    def _read(self, sheet: Sheet) -> int:
        self._keys.read(sheet)
        columns = {field.name: field for field in sheet.columns()}
        names, count = Names(), 0
        for place, row in read_rows(self._folder, sheet):
            try:
                self._take(sheet, columns, row, names)
            except (ValidationError, ValueError, TypeError, KeyError, DatabaseError) as error:
                why = error.messages[0] if isinstance(error, ValidationError) else str(error)
                raise ImportProblem(
                    _("%(place)sが読めません：%(why)s") % {"place": place, "why": why}
                ) from error
            count += 1
        self._tell(sheet.name, count)
        return count

    def _take(self, sheet: Sheet, columns: dict[str, Any], row: Row, names: Names) -> None:
        record = self._known(sheet, row) if sheet.is_named else sheet.model()
        is_new = record._state.adding
        late: list[tuple[Any, Any]] = []
        for name, field in columns.items():
            if name in row or sheet.body:
                self._fill(record, field, row.get(name, ""), late)
        if sheet.hangs_on_any:
            self._hang(record, str(row.get(TARGET, "")))
        key = str(row[KEY]) if sheet.is_named else self._keys.name_for(sheet, record, names)
        if not sheet.is_named and (pk := self._keys.pk_of(sheet, key)) is not None:
            record.pk, is_new = pk, False
        if is_new and hasattr(record, "set_unusable_password"):
            # Nobody signs in with an empty password; operators hand out new ones.
            record.set_unusable_password()
        # As it stands in the file: no hook changes a moment, and the index hears of all at the end.
        models.Model.save_base(record, raw=True, force_insert=is_new)
        self._keys.add(sheet, key, record.pk)
        for field, cell in late:
            waiting = self._texts if isinstance(field, models.TextField) else self._later
            waiting.append(_Later(sheet, record.pk, field, cell))

    def _known(self, sheet: Sheet, row: Row) -> Any:
        """The record of that name, or a new one."""
        if not row.get(KEY):
            raise ValidationError(_("key の欄がありません。"))
        pk = self._keys.pk_of(sheet, str(row[KEY]))
        return sheet.model() if pk is None else sheet.model._default_manager.get(pk=pk)

    def _fill(self, record: Any, field: Any, cell: Any, late: list[tuple[Any, Any]]) -> None:
        if field.many_to_many:
            late.append((field, as_list(cell)))
        elif isinstance(field, models.FileField):
            self._keep_file(record, field, str(cell))
        elif is_row_column(field):
            if not self._point(record, field, str(cell)):
                late.append((field, str(cell)))
        else:
            setattr(record, field.attname, self._values.of(field, str(cell)))
            if isinstance(field, models.TextField) and may_hold_names(str(cell)):
                late.append((field, str(cell)))

    def _point(self, record: Any, field: Any, cell: str) -> bool:
        """Lets the row lead to the one of that name; False when that one may still follow."""
        pk = self._keys.pk_of(BY_LABEL[field.related_model._meta.label_lower], cell)
        if pk is None and cell and not field.null:
            raise ValidationError(_("「%(key)s」が見つかりません。") % {"key": cell})
        setattr(record, field.attname, pk)
        return pk is not None or not cell

    def _hang(self, record: Any, cell: str) -> None:
        target = self._keys.target_of(cell) if cell else None
        if cell and target is None:
            raise ValidationError(_("「%(key)s」が見つかりません。") % {"key": cell})
        record.content_type_id, record.object_id = target or (None, None)

    def _keep_file(self, record: Any, field: Any, cell: str) -> None:
        """Stores the bytes beside the row, unless the same ones are there."""
        if not cell:
            setattr(record, field.name, None if field.null else "")
            return
        path = (self._folder / cell).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            raise ValidationError(_("ファイル「%(path)s」がありません。") % {"path": cell})
        self._files[str(getattr(record, KEY, ""))] = cell
        stored = getattr(record, field.name)
        if stored and stored.storage.exists(stored.name):
            with stored.open("rb") as old, path.open("rb") as new:
                if _digest(old) == _digest(new):
                    return
        with path.open("rb") as source:
            # Addresses of photos are made of the name: it must differ where the picture does.
            name = f"{_digest(source)[:16]}{path.suffix}"
            source.seek(0)
            stored.save(name, File(source), save=False)

    def _lead(self) -> None:
        """Circles, and rows that lead to later ones: heads of departments, parents, successors."""
        for one in self._later:
            target = BY_LABEL[one.field.related_model._meta.label_lower]
            if one.field.many_to_many:
                record = one.sheet.model._default_manager.get(pk=one.pk)
                found = [self._keys.pk_of(target, key) for key in one.cell]
                rows = target.model._default_manager.filter(pk__in=[pk for pk in found if pk])
                getattr(record, one.field.name).set(rows)
            elif (pk := self._keys.pk_of(target, one.cell)) is not None:
                self._set(one, pk)

    def _settle_texts(self) -> None:
        """Links of texts lead to the numbers that rows have here."""
        addresses = Addresses(self._keys, self._files)
        for one in self._texts:
            text = addresses.arrive(one.cell)
            if text != one.cell:
                self._set(one, text)

    @staticmethod
    def _set(one: _Later, value: Any) -> None:
        rows = one.sheet.model._default_manager.filter(pk=one.pk)
        rows.update(**{one.field.attname: value})


def _digest(file: Any) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
