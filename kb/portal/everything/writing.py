"""Writes everything into a folder."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from django.db import models

from kb.files.models import Attachment
from kb.portal.everything.addresses import Addresses
from kb.portal.everything.cells import Cells
from kb.portal.everything.containers import KEY, Row, write_rows
from kb.portal.everything.keys import Keys, Names, safe_name
from kb.portal.everything.sheets import LEFT_OUT, SHEETS, TARGET, Sheet

FORMAT = "chinowa-everything-2"
MANIFEST = "manifest.json"
_CHUNK = 200
_BLOCK = 1024 * 1024


class Everything:
    """One run over the whole company."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys = Keys()
        # Files whose bytes are lost, by the words people know them by.
        self.missing: list[str] = []

    def write(self) -> dict[str, int]:
        """How many rows each sheet has."""
        self._folder.mkdir(parents=True, exist_ok=True)
        order = {sheet.name: self._keys.read(sheet) for sheet in SHEETS}
        self._files = file_paths(self._keys, order["attachments"])
        self._cells = Cells(self._keys, Addresses(self._keys, self._files))
        counts = {sheet.name: self._write(sheet, order[sheet.name]) for sheet in SHEETS}
        manifest = {
            "format": FORMAT,
            "counts": counts,
            "left_out": [words for words, _models in LEFT_OUT],
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2)
        (self._folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
        return counts

    def _write(self, sheet: Sheet, pks: list[int]) -> int:
        columns = [field.name for field in sheet.columns()]
        head = [KEY] if sheet.is_named and KEY not in columns else []
        on = [TARGET] if sheet.hangs_on_any else []
        return write_rows(self._folder, sheet, [*head, *on, *columns], self._rows(sheet, pks))

    def _rows(self, sheet: Sheet, pks: list[int]) -> Iterator[Row]:
        fields = sheet.columns()
        lists = [field.name for field in fields if field.many_to_many]
        for start in range(0, len(pks), _CHUNK):
            some = pks[start : start + _CHUNK]
            rows = sheet.model._default_manager.prefetch_related(*lists).in_bulk(some)
            for row in (rows[pk] for pk in some if pk in rows):
                yield self._row(sheet, fields, row)

    def _row(self, sheet: Sheet, fields: list[Any], row: Any) -> Row:
        cells: Row = {KEY: self._keys.key_of(sheet, row.pk)}
        if sheet.hangs_on_any:
            cells[TARGET] = self._keys.target_key(row.content_type_id, row.object_id)
        for field in fields:
            is_file = isinstance(field, models.FileField)
            cells[field.name] = self._file(row, field) if is_file else self._cells.of(row, field)
        return cells

    def _file(self, row: Any, field: Any) -> str:
        """The path that the bytes of a file got; empty when there are none."""
        stored = getattr(row, field.name)
        if not stored:
            return ""
        path = self._files.get(str(getattr(row, "key", "")))
        if path is None:
            suffix = PurePath(stored.name).suffix
            path = f"photos/{self._keys.by_pk['people'][row.pk]}{suffix}"
        place = self._folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with stored.open("rb") as source, place.open("wb") as out:
                out.writelines(iter(lambda: source.read(_BLOCK), b""))
        except FileNotFoundError:
            self.missing.append(str(row))
            return ""
        return path


def file_paths(keys: Keys, pks: list[int]) -> dict[str, str]:
    """Where each attachment lies, by its key: in a folder named after what it hangs on."""
    rows = Attachment.objects.defer("text").in_bulk(pks)
    paths: dict[str, str] = {}
    names = Names()
    for attachment in (rows[pk] for pk in pks if pk in rows):
        home = keys.target_key(attachment.content_type_id, attachment.object_id) or "loose"
        name = PurePath(attachment.name)
        suffix = f".{safe_name(name.suffix[1:])}" if name.suffix[1:] else ""
        place = f"files/{home}/{safe_name(name.stem)}"
        paths[str(attachment.key)] = names.free(place, suffix)
    return paths
