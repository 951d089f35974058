"""Who did what for the hits, and who has set their subject aside: read together, in one query."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, DateField, F, FloatField, Q, Value, When
from django.db.models.functions import Cast

from kb.experts.evidence import Role, weight_of
from kb.experts.models import Evidence
from kb.experts.stances import Stances, stances_from
from people.querysets import visible_people
from people.stances import TopicStance

_STANCE = "stance"
_COLUMNS = ("record", "person_id", "role", "share", "last_on", "size")


@dataclass(frozen=True)
class Row:
    """One part of one person in one hit; ``size`` is the length of the record's text, 0 if unknown.

    ``thanks`` is what 助かった adds to the weight of the part.
    """

    record: str
    person_id: int
    role: str
    weight: float
    last_on: date
    size: int = 0
    thanks: float = 0.0

    @property
    def amount(self) -> float:
        """What the part weighs with the thanks for it."""
        return self.weight + self.thanks


@dataclass(frozen=True)
class Read:
    """The parts of colleagues in the hits, and what was said of the topics."""

    rows: tuple[Row, ...]
    stances: Stances


def read_parts(records: Collection[str], topics: Iterable[int] = ()) -> Read:
    """The parts in these records (keys), leavers left out, with the stances on these topics."""
    found: list[tuple[Any, ...]] = list(_query(records, list(topics)))
    stances = stances_from(
        (person, int(to) if to is not None else None, day)
        for _key, person, role, to, day, _size in found
        if role == _STANCE
    )
    return Read(tuple(_rows(row for row in found if row[2] != _STANCE)), stances)


def _query(records: Collection[str], topics: list[int]) -> Any:
    evidence = Evidence.objects.filter(visible_people("person__"), record__in=list(records))
    parts = evidence.exclude(role=Role.BULK).order_by().values_list(*_COLUMNS)
    if not topics:
        return parts
    is_there = visible_people("to__") & Q(to__isnull=False)
    stances = (
        TopicStance.objects.filter(topic__in=topics)
        .order_by()
        .annotate(
            record=Value(""),
            role=Value(_STANCE),
            share=Case(
                When(is_there, then=Cast(F("to_id"), FloatField())),
                default=None,
                output_field=FloatField(null=True),
            ),
            last_on=Cast("created_at", DateField()),
            size=Value(0),
        )
    )
    return parts.union(stances.values_list(*_COLUMNS), all=True)


def _rows(found: Iterable[tuple[Any, ...]]) -> Iterable[Row]:
    """The parts, with the thanks added to the strongest part of the same person in the record."""
    parts: dict[tuple[str, int], list[Row]] = {}
    thanks: dict[tuple[str, int], float] = {}
    for record, person, role, share, last_on, size in found:
        weight = weight_of(role, share)
        if role == Role.THANKED:
            thanks[record, person] = weight
            continue
        row = Row(record, person, role, weight, last_on, size)
        parts.setdefault((record, person), []).append(row)
    for key, rows in parts.items():
        strongest = max(rows, key=lambda row: (row.weight, row.role))
        for row in rows:
            extra = thanks.get(key, 0.0) if row is strongest else 0.0
            yield row if not extra else _with_thanks(row, extra)


def _with_thanks(row: Row, extra: float) -> Row:
    return Row(
        row.record, row.person_id, row.role, row.weight, row.last_on, size=row.size, thanks=extra
    )
