"""Reads who did what for the hits of a search, and what was said of the topics it names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, CharField, Q, Value, When
from django.utils import timezone

from kb.experts.evidence import Role
from kb.experts.models import Evidence, RecordDepartment
from kb.experts.packing import EvidenceRow, RecordParts, pack, unpack
from kb.experts.stances import Stances, stances_from
from kb.foundation.prepared import Prepared, PreparedUnion
from people.models import AskMe, Department
from people.querysets import visible_people
from people.stances import TopicStance

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
Parts = Mapping[str, RecordParts]


@dataclass(frozen=True)
class Present:
    """Who works here now, and which departments exist today (ids)."""

    people: AbstractSet[int]
    departments: AbstractSet[int]


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
# Asked as one, so their columns are of the same types; those that 聞いてください lacks are empty or its number.
_beside = PreparedUnion(
    {
        "departments": lambda ids: (
            Department.objects.visible()
            .filter(pk__in=ids)
            .order_by()
            .values_list(*_DEPARTMENT_FIELDS)
        ),
        "sayings": lambda ids: (
            AskMe.objects.filter(person__in=ids)
            .exclude(note="")
            .order_by()
            .annotate(empty=Value("", output_field=CharField()))
            .values_list("person_id", "topic__name", "note", "empty", "empty", "empty", "pk", "pk")
        ),
    }
)


class Saying(NamedTuple):
    """What somebody says in 聞いてください about a topic."""

    person_id: int
    topic: str
    note: str


@dataclass(frozen=True)
class Beside:
    """What is shown beside the ranking: departments by id, and what people say, in the order they said it."""

    departments: Mapping[int, Department]
    sayings: Sequence[Saying]


def read_parts(records: Mapping[str, bytes]) -> Parts:
    """Who did what for records, from what the index keeps beside them; leavers and closed departments included.

    Rows are written where a record is indexed and nowhere else, so both say the same. Records of which the index
    keeps nothing (empty) are looked up in the database.
    """
    unknown = [key for key, packed in records.items() if not packed]
    return unpack({**records, **_read(unknown)} if unknown else records)


def people_in(parts: Parts) -> set[int]:
    """Everybody who has a part."""
    return {row[0] for part in parts.values() for row in part.rows}


def departments_in(parts: Parts) -> set[int]:
    """Every department that a record belongs to."""
    return {pk for part in parts.values() for pk in part.departments}


def read_stances(topics: Iterable[int]) -> Stances:
    """What was said of these topics; one query, none without topics."""
    return stances_from(
        (person, to if is_taken else None, timezone.localtime(at).date())
        for person, to, at, is_taken in _stances(set(topics))
    )


def read_beside(departments: Collection[int], people: Collection[int]) -> Beside:
    """Those of the departments that exist today, and what these people say; one query."""
    found: dict[int, Department] = {}
    sayings = []
    for name, values in _beside({"departments": departments, "sayings": people}):
        if name == "departments":
            found[values[0]] = _department(*values)
        else:
            sayings.append((values[-1], Saying(*values[:3])))
    return Beside(found, [saying for _number, saying in sorted(sayings)])


@lru_cache(maxsize=1000)
def _department(*values: Any) -> Department:
    """The same few departments stand beside most searches."""
    return Department(**dict(zip(_DEPARTMENT_FIELDS, values, strict=True)))


def _read(records: list[str]) -> dict[str, bytes]:
    """The packed parts of records as the database has them, in two queries; every record is in the answer."""
    rows: dict[str, list[EvidenceRow]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for record, person, role, share, last_on, size in _evidence(records):
        rows[record].append(EvidenceRow(person, role, share, last_on))
        sizes[record] = size
    departments: dict[str, list[int]] = defaultdict(list)
    for record, department in _departments_of(records):
        departments[record].append(department)
    return {
        key: pack(rows.get(key, ()), departments.get(key, ()), sizes.get(key, 0)) for key in records
    }
