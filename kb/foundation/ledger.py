"""A ledger: rows changed, made and removed by one act, with what stood there before, to take it back.

Its entries are plain JSON and are kept with the act (a reorganisation, an import, a merge). Taking
back touches only what still stands as the act left it: whatever somebody changed since stays.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

Entry = dict[str, Any]


class Ledger:
    """Changes rows one by one, so that the search hears of each, and remembers how they were."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def change(self, row: models.Model, **values: Any) -> bool:
        """Saves these fields of the row; tells whether any of them was different."""
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return False
        before = {name: _told(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        after = {name: _told(row, name) for name in changed}
        self.entries.append({"row": _key(row), "before": before, "after": after})
        return True

    def made(self, row: models.Model) -> None:
        """Remembers a row that the act has just made."""
        self.entries.append({"row": _key(row)})

    def remove(self, row: models.Model, *, twin: models.Model) -> None:
        """Deletes a row that says the same as its twin; it comes back if the twin still stands.

        Nothing may hang on the row.
        """
        kept = {field.name: _told(row, field.name) for field in row._meta.concrete_fields}
        self.entries.append({"row": _key(row), "removed": kept, "twin": _key(twin)})
        row.delete()


def take_back(entries: Iterable[Entry]) -> list[str]:
    """Undoes the entries, the last one first; gives the rows that had to stay, by name.

    A row that the act made goes, unless others hold on to it by now. A row that it removed comes
    back, unless its twin or what it hung on is gone.
    """
    stayed: list[str] = []
    for entry in reversed(list(entries)):
        if "removed" in entry:
            _bring_back(entry)
            continue
        row = _find(entry["row"])
        if row is None:
            continue
        fits = _restore(row, entry) if "before" in entry else _remove(row)
        if not fits:
            stayed.append(str(row))
    return list(dict.fromkeys(stayed))


def _key(row: models.Model) -> str:
    return f"{row._meta.label_lower}.{row.pk}"


def _find(key: str) -> models.Model | None:
    label, _dot, pk = key.rpartition(".")
    found: models.Model | None = apps.get_model(label)._base_manager.filter(pk=pk).first()
    return found


def _field(row: models.Model, name: str) -> Any:
    try:
        return row._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise ValueError(f"{row._meta.label} has no field {name}") from error


def _told(row: models.Model, name: str) -> Any:
    """The field's value as JSON keeps it."""
    field = _field(row, name)
    value = field.value_from_object(row)
    return value if value is None or isinstance(value, bool | int) else field.value_to_string(row)


def _put(row: models.Model, name: str, told: Any) -> None:
    field = _field(row, name)
    setattr(row, field.attname, field.to_python(told))


def _restore(row: models.Model, entry: Entry) -> bool:
    """Sets back what is as the act left it; False where something is not."""
    back = [name for name, after in entry["after"].items() if _told(row, name) == after]
    for name in back:
        _put(row, name, entry["before"][name])
    return _saves(row, back, update_fields=back) and len(back) == len(entry["after"])


def _bring_back(entry: Entry) -> None:
    if _find(entry["twin"]) is None or _find(entry["row"]) is not None:
        return
    label, _dot, _pk = entry["row"].rpartition(".")
    row: models.Model = apps.get_model(label)()
    for name, told in entry["removed"].items():
        _put(row, name, told)
    _saves(row, list(entry["removed"]), force_insert=True)


def _saves(row: models.Model, names: list[str], **how: Any) -> bool:
    """Saves the row unless what it leads to is gone, or another row has taken its place since."""
    if not _leads_somewhere(row, names):
        return False
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError:
        return False
    return True


def _leads_somewhere(row: models.Model, names: list[str]) -> bool:
    """Whether the rows to which these fields lead are still there.

    The database would find out only at the end of the transaction, and refuse all of it.
    """
    for name in names:
        field = _field(row, name)
        if isinstance(field, models.ForeignKey) and (pk := getattr(row, field.attname)) is not None:
            aim: Any = field.remote_field.model
            if not aim._base_manager.filter(**{field.target_field.name: pk}).exists():
                return False
    return all(
        getattr(row, field.name) is not None
        for field in row._meta.private_fields
        if isinstance(field, GenericForeignKey) and field.fk_field in names
    )


def _remove(row: models.Model) -> bool:
    if _is_held(row):
        return False
    try:
        row.delete()
    except ProtectedError:
        return False
    return True


def _is_held(row: models.Model) -> bool:
    """Whether any other row points at it: deleting may not take a colleague's words along."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.related_objects
        if not isinstance(relation.related_model, str)
    )
