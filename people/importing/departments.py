"""Departments from a table: a tree of rows that may name each other in any order."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kb.foundation.ledger import Ledger
from kb.text.kana import is_reading, reading
from people.importing.table import Columns, Outcome, Problem, Table, day_of
from people.models import Department, Person

COLUMNS = Columns(
    headings={
        "name": ("name", "名前", "部署名", "部署"),
        "short_name": ("short_name", "短い名前", "略称"),
        "yomi": ("yomi", "よみ", "ふりがな", "フリガナ"),
        "parent": ("parent", "上の部署", "親部署", "上位部署"),
        "head": ("head", "責任者", "部長", "責任者のログインID"),
        "mission": ("mission", "何をする部署か", "説明", "ひとこと"),
        "opened_on": ("opened_on", "開設日", "いつから"),
        "closed_on": ("closed_on", "廃止日", "いつまで"),
        "slug": ("slug", "識別子"),
    },
    required=("name",),
)
_LENGTHS = {"name": 100, "short_name": 30, "yomi": 100, "mission": 300, "slug": 60}


@dataclass(frozen=True)
class DepartmentRow:
    """One department as the file has it, checked; ``parent`` is a name of the file or the tree."""

    number: int
    name: str
    values: Mapping[str, str]
    parent: str
    head: Person | None


def check(table: Table) -> tuple[list[DepartmentRow], list[Problem]]:
    """The rows ready to be written, and everything that is wrong with the others."""
    checker = _Checker(table)
    return checker.rows, checker.problems


class _Checker:
    """Checks each row against the file as a whole and the departments that are there."""

    def __init__(self, table: Table) -> None:
        self.rows: list[DepartmentRow] = []
        self.problems: list[Problem] = []
        self.people = {person.login: person for person in Person.objects.visible()}
        self.known = _by_name()
        self.parents = {
            name: department.parent.name
            for name, department in self.known.items()
            if department.parent is not None
        }
        names = [cells["name"] for _number, cells in table.rows if cells.get("name")]
        self.names = set(names)
        self.double = {name for name in names if names.count(name) > 1}
        self.parents |= {
            cells["name"]: cells["parent"] for _n, cells in table.rows if cells.get("parent")
        }
        for number, cells in table.rows:
            self._check_row(number, cells, table.typed)

    def _check_row(self, number: int, cells: dict[str, str], typed: Mapping[str, str]) -> None:
        found = [
            Problem(number, typed.get(column, column), message)
            for column, message in (*self._problems_of(cells), *_problems_of_cells(cells))
        ]
        self.problems.extend(found)
        if not found:
            self.rows.append(
                DepartmentRow(
                    number=number,
                    name=cells["name"],
                    values=cells,
                    parent=cells.get("parent", ""),
                    head=self.people.get(cells.get("head", "")),
                )
            )

    def _problems_of(self, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
        name, parent, head = (cells.get(key, "") for key in ("name", "parent", "head"))
        if name in self.double:
            yield "name", _("「%(name)s」が2行以上あります。") % {"name": name}
        if parent and parent not in self.names and parent not in self.known:
            yield "parent", _("「%(name)s」という部署はありません。") % {"name": parent}
        elif parent and self._is_below_itself(name):
            yield "parent", _("上の部署をたどると、この部署に戻ってしまいます。")
        if head and head not in self.people:
            words = _("「%(login)s」というログインIDの社員はいません。")
            yield "head", words % {"login": head}
        slug = cells.get("slug", "")
        owner = Department.objects.filter(slug=slug).first() if slug else None
        if owner is not None and owner != self.known.get(name):
            yield "slug", _("「%(slug)s」は、ほかの部署が使っています。") % {"slug": slug}

    def _is_below_itself(self, name: str) -> bool:
        above, seen = self.parents.get(name, ""), set[str]()
        while above and above not in seen:
            if above == name:
                return True
            seen.add(above)
            above = self.parents.get(above, "")
        return False


def _problems_of_cells(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong in the cells of a row by themselves."""
    if not cells.get("name"):
        yield "name", _("入れてください。")
    for column, length in _LENGTHS.items():
        if len(cells.get(column, "")) > length:
            yield column, _("%(length)d文字までです。") % {"length": length}
    if not is_reading(cells.get("yomi", "")):
        yield "yomi", _("よみは、かなで書いてください。")
    slug = cells.get("slug", "")
    if slug and slugify(slug) != slug:
        yield "slug", _("半角の英小文字、数字、- だけで書いてください。")
    yield from _problems_of_days(cells)


def _problems_of_days(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    days = {name: cells.get(name, "") for name in ("opened_on", "closed_on")}
    for column, text in days.items():
        if text and day_of(text) is None:
            words = _("「%(day)s」は日付として読めません。例：2026-04-01")
            yield column, words % {"day": text}
    opened, closed = day_of(days["opened_on"]), day_of(days["closed_on"])
    if opened and closed and closed < opened:
        yield "closed_on", _("開設日より前の日です。")


def _by_name() -> dict[str, Department]:
    """Open departments by their names."""
    return {d.name: d for d in Department.objects.visible().select_related("parent")}


@transaction.atomic
def write(rows: Sequence[DepartmentRow], ledger: Ledger | None = None) -> Outcome:
    """Makes or changes the departments by name. Empty cells change nothing."""
    ledger = ledger or Ledger()
    known, outcome, touched = _by_name(), Outcome(), set[str]()
    for row in rows:
        if row.name not in known:
            known[row.name] = _create(row, ledger)
            outcome.created.append(row.name)
        elif ledger.change(known[row.name], **_fields(row)):
            touched.add(row.name)
    # The tree last, when every department of the file is there.
    for row in rows:
        if row.parent and ledger.change(known[row.name], parent=known[row.parent]):
            touched.add(row.name)
    old = [row.name for row in rows if row.name not in outcome.created]
    outcome.updated += [name for name in old if name in touched]
    outcome.unchanged += [name for name in old if name not in touched]
    changed = [known[name].pk for name in outcome.updated]
    Department.objects.filter(pk__in=changed).update(updated_at=timezone.now())
    return outcome


def preview(rows: Sequence[DepartmentRow]) -> Outcome:
    """What ``write`` would do; nothing stays written."""
    with transaction.atomic():
        outcome = write(rows)
        transaction.set_rollback(True)
    return outcome


def _fields(row: DepartmentRow) -> dict[str, Any]:
    plain = ("short_name", "mission", "slug")
    values: dict[str, Any] = {name: row.values[name] for name in plain if row.values.get(name)}
    if row.values.get("yomi"):
        values["yomi"] = reading(row.values["yomi"])
    days: dict[str, dt.date | None] = {
        name: day_of(row.values.get(name, "")) for name in ("opened_on", "closed_on")
    }
    values |= {name: day for name, day in days.items() if day is not None}
    if row.head is not None:
        values["head"] = row.head
    return values


def _create(row: DepartmentRow, ledger: Ledger) -> Department:
    values = _fields(row)
    values.setdefault("slug", _free_slug(row))
    department: Department = Department.objects.create(name=row.name, **values)
    ledger.made(department)
    return department


def _free_slug(row: DepartmentRow) -> str:
    wanted = slugify(row.values.get("short_name", "")) or slugify(row.name) or "department"
    slug, number = wanted[:50], 2
    while Department.objects.filter(slug=slug).exists():
        slug, number = f"{wanted[:50]}-{number}", number + 1
    return slug
