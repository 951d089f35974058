"""What each row will become: matched, checked, nothing written yet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from customers.importing import directory as known
from customers.importing.cells import PARSERS
from customers.importing.directory import CustomerRef, Directory
from customers.importing.models import CustomerImport, ImportKind
from customers.importing.reading import BrokenRow, Problem, Row
from customers.importing.shapes import column_name, meanings_of
from customers.importing.values import BadValue

# So many mistakes are kept and shown; their number is always counted in full.
PROBLEMS_MAX = 2000

# Columns of which one is enough.
ALTERNATIVES: dict[str, tuple[tuple[str, ...], ...]] = {
    ImportKind.CUSTOMERS: (("name",),),
    ImportKind.CONTACTS: (("name", "last_name"), ("customer", "corporate_number", "customer_id")),
    ImportKind.TOUCHES: (
        ("customer", "corporate_number", "customer_id"),
        ("happened_at",),
        ("text", "subject"),
    ),
    ImportKind.DEALS: (("name",), ("customer", "corporate_number", "customer_id")),
}


class Action(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    SKIP = "skip"


@dataclass
class Plan:
    """One row on its way to a record. ``values`` are fields of the record as they shall be."""

    row: int
    title: str
    values: dict[str, Any] = field(default_factory=dict)
    action: Action = Action.CREATE
    target: int | None = None
    customer: CustomerRef | None = None
    external_id: str = ""
    former_names: list[str] = field(default_factory=list)
    contact: str = ""
    topics: list[str] = field(default_factory=list)
    next_text: str = ""
    next_on: Any = None
    note: str = ""


class Refused(Exception):
    """A row cannot be taken because of one of its columns."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


@dataclass
class Setting:
    """What every row of an import is planned with."""

    batch: CustomerImport
    directory: Directory
    rows: dict[tuple[Any, str], int] = field(default_factory=dict)
    external: dict[str, int] = field(default_factory=dict)
    touches: dict[str, tuple[int, bool]] = field(default_factory=dict)
    anonymised: set[int] = field(default_factory=set)
    seen: dict[Any, int] = field(default_factory=dict)

    def customer_of(self, cells: dict[str, Any]) -> CustomerRef:
        """The customer a row belongs to, made when that is wanted. Raises Refused."""
        name = cells.get("customer") or ""
        try:
            ref = self.directory.customer(
                name, cells.get("corporate_number") or "", cells.get("customer_id") or ""
            )
        except BadValue as error:
            raise Refused("customer", str(error)) from error
        if ref is not None:
            return ref
        if not name:
            raise Refused("customer", _("どのお客さまか、わかりません。"))
        if not self.batch.makes_customers:
            raise Refused(
                "customer", _("「%(name)s」というお客さまはいません。") % {"name": name[:60]}
            )
        return self.directory.add_customer(name)

    def person(self, cells: dict[str, Any], column: str) -> int | None:
        """The colleague named in the column, None for an empty one. Raises Refused for unknown."""
        words = cells.get(column) or ""
        if not words:
            return None
        try:
            found = self.directory.colleague(words)
        except BadValue as error:
            raise Refused(column, str(error)) from error
        if found is None:
            raise Refused(column, _("「%(name)s」という社員はいません。") % {"name": words[:40]})
        return found

    def first_time(self, plan: Plan, identity: Any) -> Plan:
        """The plan; a row that repeats an earlier one of the file is skipped."""
        earlier = self.seen.setdefault(identity, plan.row)
        if earlier != plan.row:
            plan.action = Action.SKIP
            plan.note = _("%(row)d行目と同じです。") % {"row": earlier}
        elif plan.target in self.anonymised:
            plan.action, plan.note = Action.SKIP, _("匿名にした人です。")
        elif plan.target is not None:
            policy = CustomerImport.Policy
            plan.action = Action.UPDATE if self.batch.policy == policy.UPDATE else Action.SKIP
            plan.note = "" if plan.action == Action.UPDATE else _("すでにあります。")
        return plan


class Planner:
    """Plans rows one by one and keeps what is wrong with them."""

    def __init__(self, batch: CustomerImport) -> None:
        from customers.importing.rows import PLANNERS

        self.problems: list[Problem] = []
        self.problem_count = 0
        self.setting = load_setting(batch)
        self._parsers = PARSERS[batch.kind]
        self._mapping: list[str] = batch.mapping
        self._labels = meanings_of(batch.kind)
        self._plan: Callable[[Setting, int, dict[str, Any]], Plan] = PLANNERS[batch.kind]

    def plan(self, row: Row | BrokenRow) -> Plan | None:
        """The plan of a row; None, and a problem more, when it cannot be taken."""
        if isinstance(row, BrokenRow):
            self._note(Problem(row.number, "", row.message))
            return None
        before = self.problem_count
        cells = self._cells(row)
        if self.problem_count > before:
            return None
        try:
            return self._plan(self.setting, row.number, cells)
        except Refused as refusal:
            self._note(Problem(row.number, self._column(refusal.column), refusal.message))
            return None

    def _cells(self, row: Row) -> dict[str, Any]:
        cells: dict[str, Any] = {}
        for index, cell in enumerate(row.cells):
            name = self._mapping[index] if index < len(self._mapping) else None
            if name is None and str(cell).strip():
                words = _("見出しより右に値があります。区切りか引用符を確かめてください。")
                self._note(Problem(row.number, column_name(index), words))
            if not name:
                continue
            try:
                cells[name] = self._parsers[name](cell)
            except BadValue as error:
                self._note(Problem(row.number, self._column(name), str(error)))
        return cells

    def _column(self, name: str) -> str:
        label = str(self._labels[name].label) if name in self._labels else name
        if name in self._mapping:
            return f"{column_name(self._mapping.index(name))}({label})"
        return label

    def _note(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(problem)


def load_setting(batch: CustomerImport) -> Setting:
    """The directory and the known rows of the import's kind."""
    setting = Setting(batch, known.load_directory())
    if batch.kind == ImportKind.CONTACTS:
        setting.rows = known.known_contacts()
        setting.external = known.external_keys(known.CONTACT)
        setting.anonymised = known.anonymised_contacts()
    elif batch.kind == ImportKind.DEALS:
        setting.rows = known.known_deals()
        setting.external = known.external_keys(known.DEAL)
    elif batch.kind == ImportKind.TOUCHES:
        setting.rows = known.known_contacts()
        setting.touches = known.known_touches()
    return setting


def missing_columns(kind: str, mapping: Iterable[str]) -> list[str]:
    """The names of required meanings that no column has."""
    chosen = set(mapping)
    labels = meanings_of(kind)
    return [
        _("か").join(str(labels[name].label) for name in alternatives)
        for alternatives in ALTERNATIVES[kind]
        if not chosen.intersection(alternatives)
    ]


def data_rows(rows: Iterable[Row | BrokenRow], header_row: int | None) -> Iterator[Row | BrokenRow]:
    """The rows below the headings."""
    return (row for row in rows if header_row is None or row.number > header_row)
