"""Reads who did what for the hits of a search, and what was said of the topics it names."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from django.db.models import BooleanField, Case, Q, Value, When
from django.utils import timezone

from kb.experts.evidence import Role, weight_of
from kb.experts.models import Evidence, RecordDepartment
from kb.experts.stances import Stances, stances_from
from kb.foundation.kept import Kept
from kb.foundation.prepared import Prepared, PreparedUnion
from people.models import Department, Person
from people.querysets import visible_people
from people.stances import TopicStance

# Records whose parts a process remembers: a search looks at a hundred, and mostly at the same ones.
_REMEMBERED = 8_000
_DEPARTMENT_FIELDS = (
    "id",
    "name",
    "short_name",
    "colour",
    "slug",
    "mission",
    "parent_id",
    "head_id",
)


class Row(NamedTuple):
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


class RecordParts(NamedTuple):
    """Who did what for one record by role, leavers included, and the departments it belongs to (ids)."""

    rows: tuple[Row, ...] = ()
    departments: tuple[int, ...] = ()


Parts = Mapping[str, RecordParts]


@dataclass(frozen=True)
class Present:
    """Who works here now, and which departments exist today (ids)."""

    people: AbstractSet[int]
    departments: AbstractSet[int]


_kept: Kept[RecordParts] = Kept(_REMEMBERED)
_evidence = Prepared(
    lambda records: (
        Evidence.objects.exclude(role=Role.BULK)
        .filter(record__in=records)
        .order_by()
        .values_list("record", "person_id", "role", "share", "last_on", "size")
    ),
    by_text=True,
)
_departments_of = Prepared(
    lambda records: (
        RecordDepartment.objects.filter(record__in=records)
        .order_by("pk")
        .values_list("record", "department_id")
    ),
    by_text=True,
)
_present = PreparedUnion(
    {
        "people": lambda ids: (
            Person.objects.visible().filter(pk__in=ids).order_by().values_list("pk")
        ),
        "departments": lambda ids: (
            Department.objects.visible().filter(pk__in=ids).order_by().values_list("pk")
        ),
    }
)
_stances = Prepared(
    lambda ids: (
        TopicStance.objects.filter(topic__in=ids)
        .order_by()
        .annotate(
            is_taken=Case(
                When(visible_people("to__") & Q(to__isnull=False), then=Value(value=True)),
                default=Value(value=False),
                output_field=BooleanField(),
            )
        )
        .values_list("person_id", "to_id", "created_at", "is_taken")
    )
)
_departments = Prepared(
    lambda ids: (
        Department.objects.visible().filter(pk__in=ids).order_by().values_list(*_DEPARTMENT_FIELDS)
    )
)


def read_parts(records: Mapping[str, Hashable | None]) -> Parts:
    """Who did what for these records (keys with their stamps), leavers and closed departments included.

    A stamp is whatever changes when the record is indexed, which is when its parts are written anew: parts are
    remembered by it.
    """
    return _kept.get(records, _read)


def people_in(parts: Parts) -> set[int]:
    """Everybody who has a part."""
    return {row.person_id for part in parts.values() for row in part.rows}


def departments_in(parts: Parts) -> set[int]:
    """Every department that a record belongs to."""
    return {pk for part in parts.values() for pk in part.departments}


def read_present(parts: Parts) -> Present:
    """Who of the people and what of the departments of these parts is here now; one query."""
    found: dict[str, set[int]] = {"people": set(), "departments": set()}
    asked = {"people": people_in(parts), "departments": departments_in(parts)}
    for name, (pk,) in _present(asked):
        found[name].add(pk)
    return Present(**found)


def read_stances(topics: Iterable[int]) -> Stances:
    """What was said of these topics; one query, none without topics."""
    return stances_from(
        (person, to if is_taken else None, timezone.localtime(at).date())
        for person, to, at, is_taken in _stances(set(topics))
    )


def read_departments(ids: Collection[int]) -> dict[int, Department]:
    """Those of the departments that exist today; one query."""
    found = (
        Department(**dict(zip(_DEPARTMENT_FIELDS, values, strict=True)))
        for values in _departments(ids)
    )
    return {department.pk: department for department in found}


def _read(records: list[str]) -> dict[str, RecordParts]:
    """The parts of records as the database has them, in two queries; every record is in the answer."""
    rows: dict[str, list[Row]] = defaultdict(list)
    thanks: dict[str, dict[int, float]] = defaultdict(dict)
    for record, person, role, share, last_on, size in _evidence(records):
        if role == Role.THANKED:
            thanks[record][person] = weight_of(role, share)
        else:
            rows[record].append(Row(record, person, role, weight_of(role, share), last_on, size))
    for record, by_person in thanks.items():
        rows[record] = [*_with_thanks(rows[record], by_person)]
    departments: dict[str, list[int]] = defaultdict(list)
    for record, department in _departments_of(records):
        departments[record].append(department)
    return {
        key: RecordParts(
            tuple(sorted(rows.get(key, ()), key=_role)), tuple(departments.get(key, ()))
        )
        for key in records
    }


_role = attrgetter("role")


def _with_thanks(rows: Iterable[Row], thanks: Mapping[int, float]) -> Iterator[Row]:
    """The parts in one record, with the thanks added to the strongest part of each person."""
    parts: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        parts[row.person_id].append(row)
    for person, own in parts.items():
        strongest = max(own, key=lambda row: (row.weight, row.role))
        extra = thanks.get(person, 0.0)
        for row in own:
            yield row._replace(thanks=extra) if extra and row is strongest else row
