"""Names of rows that outlive their numbers: made from what a row says, the same in every database."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType

from kb.portal.everything.sheets import BY_LABEL, BY_NAME, TARGET, Sheet, is_row_column

_ODD = re.compile(r"""(?:[\\/:*?"'<>|#%()\[\]{}~^`$&;!\x00-\x1f\x7f]|\s)+""")
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d).*$")
# A name with its folder and its ending stays below what file systems allow, in bytes.
_NAME_MAX_BYTES = 180
_BIN = "deleted_at"


def safe_name(text: str) -> str:
    """The text as a file may be called everywhere; never empty."""
    name = _ODD.sub("-", text).encode()[:_NAME_MAX_BYTES].decode("utf-8", "ignore")
    return name.strip("-. ") or "row"


class Names:
    """Gives every name once: a second row of one name gets a number behind it."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def free(self, name: str, suffix: str = "") -> str:
        """The name itself, else with the first free number; file systems do not tell A from a."""
        free, number = f"{name}{suffix}", 2
        while free.casefold() in self._taken:
            free, number = f"{name}~{number}{suffix}", number + 1
        self._taken.add(free.casefold())
        return free


class Keys:
    """The names of all rows by their numbers, and back."""

    def __init__(self) -> None:
        self.by_pk: dict[str, dict[int, str]] = {}
        self.by_key: dict[str, dict[str, int]] = {}

    def read(self, sheet: Sheet) -> list[int]:
        """Names the rows of a sheet that stand in the database; their numbers in order of names.

        A row that lies in the bin, or that cannot do without one that does, has no name.
        """
        rows = sorted(self._rows(sheet))
        names = Names()
        self.by_pk[sheet.name] = {pk: names.free(_name_from(cells)) for cells, pk in rows}
        self.by_key[sheet.name] = {key: pk for pk, key in self.by_pk[sheet.name].items()}
        return [pk for _cells, pk in rows]

    def add(self, sheet: Sheet, key: str, pk: int) -> None:
        """Notes the name of a row that was just made."""
        self.by_pk.setdefault(sheet.name, {})[pk] = key
        self.by_key.setdefault(sheet.name, {})[key] = pk

    def name_for(self, sheet: Sheet, record: Any, names: Names) -> str:
        """The name that a filled record gets, whether it is saved or not."""
        fields = {field.name: field for field in sheet.model._meta.concrete_fields}
        values = {field.attname: getattr(record, field.attname) for field in fields.values()}
        row = _Row(self, fields, values)
        return names.free(_name_from(tuple(row.cell(name) for name in sheet.known_by)))

    def key_of(self, sheet: Sheet, pk: int | None) -> str:
        """The name of the row, empty without one."""
        return self.by_pk.get(sheet.name, {}).get(pk, "") if pk is not None else ""

    def pk_of(self, sheet: Sheet, key: str) -> int | None:
        """The number of the row of that name."""
        return self.by_key.get(sheet.name, {}).get(key)

    def target_key(self, content_type_id: int | None, object_id: int | None) -> str:
        """``sheet/name`` of the record that a row hangs on, empty without one."""
        if content_type_id is None or object_id is None:
            return ""
        kind = ContentType.objects.get_for_id(content_type_id)
        sheet = BY_LABEL.get(f"{kind.app_label}.{kind.model}")
        key = self.key_of(sheet, object_id) if sheet is not None else ""
        return f"{sheet.name}/{key}" if sheet is not None and key else ""

    def target_of(self, cell: str) -> tuple[int, int] | None:
        """Content type and number of the record that ``sheet/name`` stands for."""
        name, _slash, key = cell.partition("/")
        sheet = BY_NAME.get(name)
        pk = self.pk_of(sheet, key) if sheet is not None else None
        if sheet is None or pk is None:
            return None
        return ContentType.objects.get_for_model(sheet.model).pk, pk

    def _rows(self, sheet: Sheet) -> Iterator[tuple[tuple[str, ...], int]]:
        """What tells each row apart, and its number."""
        fields = {field.name: field for field in sheet.model._meta.concrete_fields}
        needed = [f for f in fields.values() if is_row_column(f) and not f.null]
        wanted = {
            fields[name].attname for name in sheet.known_by if name != TARGET or name in fields
        }
        wanted |= {field.attname for field in needed if field.related_model is not ContentType}
        wanted |= {"content_type_id", "object_id"} if sheet.hangs_on_any else set()
        rows = sheet.model._default_manager.order_by()
        if _BIN in fields:
            rows = rows.filter(deleted_at__isnull=True)
        for values in rows.values("pk", *wanted).iterator():
            row = _Row(self, fields, values)
            if all(row.cell(field.name) for field in needed if field.name != "content_type"):
                if sheet.hangs_on_any and values["object_id"] and not row.target():
                    continue
                yield tuple(row.cell(name) for name in sheet.known_by), values["pk"]


class _Row:
    """The values of one row as what tells it apart."""

    def __init__(self, keys: Keys, fields: dict[str, Any], values: dict[str, Any]) -> None:
        self._keys, self._fields, self._values = keys, fields, values

    def target(self) -> str:
        return self._keys.target_key(self._values["content_type_id"], self._values["object_id"])

    def cell(self, name: str) -> str:
        if name == TARGET and TARGET not in self._fields:
            return self.target()
        field = self._fields[name]
        value = self._values[field.attname]
        if is_row_column(field):
            sheet = BY_LABEL[field.related_model._meta.label_lower]
            return self._keys.key_of(sheet, value)
        if hasattr(value, "isoformat"):
            return str(value.isoformat())
        # Numbers in the order in which people count.
        return f"{value:06d}" if type(value) is int else "" if value is None else str(value)


def _name_from(cells: tuple[str, ...]) -> str:
    return safe_name("-".join(map(_short, cells)))


def _short(cell: str) -> str:
    """A moment without its seconds, a part of another name without its folder."""
    return _MOMENT.sub(r"\1-\2\3", cell).rsplit("/", 1)[-1][:60]
