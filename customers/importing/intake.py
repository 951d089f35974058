"""From an uploaded file to chosen columns: what is proposed, remembered and shown before anything is checked."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.importing.jobs import rows_of
from customers.importing.models import CustomerImport, ImportMapping
from customers.importing.planning import Plan, Planner, missing_columns
from customers.importing.reading import BrokenRow, Row, UnreadableFile
from customers.importing.shapes import (
    Header,
    column_name,
    digest_of,
    find_header,
    meanings_of,
    system_of,
)
from customers.importing.sheets import read_rows
from customers.importing.writing import settle
from customers.models import Deal, Touch
from customers.spreadsheets import safe
from people.models import Person

_FIRST_ROWS = 30
_LOOKED_AT_ROWS = 1000
PREVIEW_ROWS = 8
# How the pages call what is stored as a short word.
_CHOICES = {
    (name, value): label
    for name, choices in (
        ("channel", Touch.Channel.choices),
        ("mood", Touch.Mood.choices),
        ("phase", Deal.Phase.choices),
    )
    for value, label in choices
}
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Column:
    """A column of the file as the page shows it."""

    letters: str
    heading: str
    samples: list[str]


@dataclass(frozen=True)
class Foreseen:
    """What a row of the file will become, or why it cannot."""

    row: int
    action: str
    title: str
    details: list[tuple[str, str]]
    problems: list[str]


@dataclass(frozen=True)
class Beginning:
    """The first rows of a file, its headings and the system it seems to come from."""

    rows: list[Row | BrokenRow]
    columns: list[Column]
    system: str


@transaction.atomic
def take_file(kind: str, file: UploadedFile, *, by: Person) -> CustomerImport:
    """The new import with proposed columns. Raises UnreadableFile; then nothing is stored."""
    raw = file.read()
    # What is refused as a whole shows at the beginning; the check reads to the end, in the worker.
    rows = list(itertools.islice(read_rows(raw), _LOOKED_AT_ROWS))
    first = [row for row in rows[:_FIRST_ROWS] if isinstance(row, Row)]
    if not first:
        broken = next((row.message for row in rows if isinstance(row, BrokenRow)), "")
        raise UnreadableFile(broken or _("ファイルが空です。"))
    header = find_header(kind, [(row.number, row.cells) for row in first])
    width = max(len(row.cells) for row in first)
    batch = CustomerImport(kind=kind, name=(file.name or "")[-255:], started_by=by)
    batch.header_row = header.row
    batch.mapping = remembered(kind, header, width)
    file.seek(0)
    batch.file.save(batch.name, file, save=False)
    batch.save()
    return batch


def remembered(kind: str, header: Header, width: int) -> list[str]:
    """The mapping last chosen for these headings, else the one guessed from them."""
    digest = digest_of(header.headings, columns=width)
    known = ImportMapping.objects.filter(kind=kind, digest=digest).first()
    mapping = list(known.mapping) if known else list(header.mapping)
    names = meanings_of(kind)
    mapping = [name if name in names else "" for name in mapping]
    return (mapping + [""] * width)[: len(header.headings) or width]


@transaction.atomic
def choose_columns(batch: CustomerImport, data: dict[str, Any], *, by: Person) -> None:
    """Keeps what was chosen, for this file and for the next with the same headings."""
    first = beginning(batch)
    batch.header_row = data["header_row"]
    batch.policy = data["policy"]
    batch.makes_customers = data.get("makes_customers", True)
    batch.default_channel = data.get("default_channel") or batch.default_channel
    batch.mapping = data["mapping"]
    batch.save()
    headings = [column.heading for column in first.columns] if batch.header_row else []
    ImportMapping.objects.update_or_create(
        kind=batch.kind,
        digest=digest_of(headings, columns=len(first.columns)),
        defaults={"mapping": batch.mapping, "saved_by": by, "saved_at": timezone.now()},
    )


def beginning(batch: CustomerImport) -> Beginning:
    """What stands at the beginning of the import's file. Raises UnreadableFile."""
    whole = CustomerImport(kind=batch.kind, file=batch.file, header_row=None)
    rows = list(itertools.islice(rows_of(whole), _FIRST_ROWS + (batch.header_row or 0)))
    good = [row for row in rows if isinstance(row, Row)]
    header = next((row.cells for row in good if row.number == batch.header_row), [])
    below = [row for row in good if row.number > (batch.header_row or 0)]
    # What stands to the right of the headings belongs to no column: the check names it.
    width = len(header) or max([len(batch.mapping), *(len(row.cells) for row in below)])
    columns = [
        Column(
            letters=column_name(index),
            heading=_cut(header[index]) if index < len(header) else "",
            samples=_samples(below, index),
        )
        for index in range(width)
    ]
    return Beginning([r for r in rows if r.number > (batch.header_row or 0)], columns, system_of(header))  # fmt: skip


def _samples(rows: Sequence[Row], index: int) -> list[str]:
    cells = (_cut(row.cells[index]) for row in rows if index < len(row.cells))
    return list(itertools.islice(dict.fromkeys(filter(None, cells)), 3))


def _cut(cell: Any) -> str:
    text = " ".join(str(cell).split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"


def foresee(batch: CustomerImport, rows: Sequence[Row | BrokenRow]) -> list[Foreseen]:
    """What the first rows will become with the columns as chosen; nothing while one is missing."""
    if missing_columns(batch.kind, batch.mapping):
        return []
    planner, seen = Planner(batch), []
    for row in rows[:PREVIEW_ROWS]:
        before = len(planner.problems)
        plan = planner.plan(row)
        problems = [f"{p.column}: {p.message}".lstrip(": ") for p in planner.problems[before:]]
        if plan is not None:
            settle(batch.kind, [plan])
        seen.append(_foreseen(planner, row.number, plan, problems))
    return seen


def _foreseen(planner: Planner, row: int, plan: Plan | None, problems: list[str]) -> Foreseen:
    if plan is None:
        return Foreseen(row, "problem", "", [], problems)
    details = []
    if isinstance(plan.customer, str):
        name = planner.setting.directory.new_customers[plan.customer]
        details.append((_("新しいお客さま"), name))
    labels = meanings_of(planner.setting.batch.kind)
    for name, value in plan.values.items():
        known = labels.get(name.removesuffix("_id")) if name != "corporate_number" else labels[name]
        if known is not None and not name.endswith("_id"):
            details.append((str(known.label), _cut(_CHOICES.get((name, value), safe(value)))))
    if plan.next_text:
        details.append((str(labels["next_text"].label), _cut(plan.next_text)))
    return Foreseen(row, plan.action.value, plan.title, details, [plan.note] if plan.note else [])
