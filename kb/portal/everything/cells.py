"""Values of rows as cells of a sheet, and back."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from kb.articles.snapshots import ROWS
from kb.portal.everything.addresses import Addresses
from kb.portal.everything.keys import Keys
from kb.portal.everything.sheets import BY_LABEL, is_row_column

Cell = str | list[str]
_SNAPSHOT = "articles.Revision.fields"
_READINGS = "meetings.Meeting.readings"


class Cells:
    """Writes values for reading elsewhere: rows by their names, addresses without numbers."""

    def __init__(self, keys: Keys, addresses: Addresses) -> None:
        self._keys = keys
        self._addresses = addresses

    def of(self, row: Any, field: Any) -> Cell:
        """The value of a field of the row."""
        if field.many_to_many:
            sheet = BY_LABEL[field.related_model._meta.label_lower]
            keys = (self._keys.key_of(sheet, one.pk) for one in getattr(row, field.name).all())
            return sorted(key for key in keys if key)
        value = getattr(row, field.attname)
        if is_row_column(field):
            return self._keys.key_of(BY_LABEL[field.related_model._meta.label_lower], value)
        if value is None:
            return ""
        if isinstance(field, models.JSONField):
            return json.dumps(self._portable(field, value), ensure_ascii=False, sort_keys=True)
        if isinstance(field, models.TextField):
            return self._addresses.leave(value)
        return str(field.value_to_string(row))

    def _portable(self, field: Any, value: Any) -> Any:
        if str(field) == _SNAPSHOT:
            # What a revision keeps beside its text names rows by number and name.
            return {name: self._named(name, one) for name, one in value.items()}
        if str(field) == _READINGS:
            # Answers to what was read from unpublished minutes are given anew; they hold numbers.
            return {name: one for name, one in value.items() if name == "done"}
        return value

    def _named(self, name: str, value: Any) -> Any:
        if name not in ROWS or not isinstance(value, dict):
            return value
        sheet = BY_LABEL[ROWS[name]._meta.label_lower]
        return {"key": self._keys.key_of(sheet, value.get("id")), "name": value.get("name", "")}


class Values:
    """Reads cells back."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of(self, field: Any, cell: str) -> Any:
        """The value of a plain field. Raises ``ValidationError`` or ``ValueError``."""
        if isinstance(field, models.JSONField):
            value = json.loads(cell) if cell else field.get_default()
            return self._with_numbers(value) if str(field) == _SNAPSHOT else value
        if cell == "" and field.null:
            return None
        value = field.to_python(cell)
        if cell and field.choices and value not in dict(field.flatchoices):
            raise ValidationError(_("「%(value)s」は選べる値ではありません。") % {"value": cell})
        return value

    def _with_numbers(self, snapshot: dict[str, Any]) -> dict[str, Any]:
        return {name: self._numbered(name, value) for name, value in snapshot.items()}

    def _numbered(self, name: str, value: Any) -> Any:
        if name not in ROWS or not isinstance(value, dict):
            return value
        sheet = BY_LABEL[ROWS[name]._meta.label_lower]
        # A row that is gone keeps its name; no row has the number 0.
        return {"id": self._keys.pk_of(sheet, value["key"]) or 0, "name": value["name"]}
