"""Imports that operators send through the pages: looked at first, written, and taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from kb.foundation.bin import write_down
from kb.foundation.ledger import Ledger, take_back
from people.importing import departments, people
from people.importing.table import Columns, Outcome, Problem, Table, decoded, read_table
from people.models import DataImport, Person

State = DataImport.State


class NotThatState(Exception):
    """The import was written or taken back meanwhile."""


class HasProblems(Exception):
    """Something in the table is wrong, so nothing of it is written."""


@dataclass(frozen=True)
class Reader:
    """How one kind of table is read, checked, tried and written."""

    columns: Columns
    check: Callable[[Table], tuple[Sequence[Any], list[Problem]]]
    preview: Callable[[Sequence[Any]], Outcome]
    write: Callable[[Sequence[Any], Ledger], Outcome]


READERS: dict[str, Reader] = {
    DataImport.Kind.PEOPLE: Reader(people.COLUMNS, people.check, people.preview, people.write),
    DataImport.Kind.DEPARTMENTS: Reader(
        departments.COLUMNS, departments.check, departments.preview, departments.write
    ),
}


@dataclass(frozen=True)
class Look:
    """What stands in a table and what it would do; ``outcome`` is None while problems remain."""

    table: Table
    problems: Sequence[Problem]
    outcome: Outcome | None


@transaction.atomic
def receive(kind: str, raw: bytes, *, filename: str, by: Person) -> DataImport:
    """The table, kept to be looked at; an earlier one that was never written goes.

    Raises UnreadableFile.
    """
    text = decoded(raw)
    read_table(text, READERS[kind].columns)
    DataImport.objects.filter(sent_by=by, state=State.CHECKED).delete()
    run: DataImport = DataImport.objects.create(
        kind=kind, content=text, filename=filename[:200], sent_by=by
    )
    return run


def look_at(run: DataImport) -> Look:
    """What the table would do today; nothing is written."""
    reader = READERS[run.kind]
    table = read_table(run.content, reader.columns)
    rows, problems = reader.check(table)
    return Look(table, problems, None if problems else reader.preview(rows))


@transaction.atomic
def apply(run: DataImport, *, by: Person) -> DataImport:
    """Writes the whole table and forgets it. Raises NotThatState, HasProblems."""
    run = _locked(run, State.CHECKED)
    reader, ledger = READERS[run.kind], Ledger()
    rows, problems = reader.check(read_table(run.content, reader.columns))
    if problems:
        raise HasProblems
    outcome = reader.write(rows, ledger)
    run.summary = {
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": len(outcome.unchanged),
    }
    run.state, run.done_at, run.content, run.ledger = (
        State.DONE, timezone.now(), "", ledger.entries,
    )  # fmt: skip
    run.save()
    write_down(run, "apply", by=by)
    return run


@transaction.atomic
def undo(run: DataImport, *, by: Person) -> list[str]:
    """Takes the import back; gives what had to stay as it is by now. Raises NotThatState."""
    run = _locked(run, State.DONE)
    stayed = take_back(run.ledger)
    run.state = State.UNDONE
    run.save(update_fields=["state"])
    write_down(run, "undo", by=by)
    return stayed


def _locked(run: DataImport, state: DataImport.State) -> DataImport:
    locked: DataImport = DataImport.objects.select_for_update().get(pk=run.pk)
    if locked.state != state:
        raise NotThatState
    return locked
