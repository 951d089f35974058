"""Reads who did what for the hits of a search, and what was said of the topics it names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from django.db.models import BooleanField, Case, CharField, Q, Value, When
from django.utils import timezone

from kb.experts.evidence import Role, weight_of
from kb.experts.models import Evidence, RecordDepartment
from kb.experts.stances import Stances, stances_from
from kb.foundation.kept import Kept, Place
from kb.foundation.prepared import Prepared, PreparedUnion
from people.models import AskMe, Department
from people.querysets import visible_people
from people.stances import TopicStance

# Records whose parts a process remembers, at about 200 bytes: a search looks at a hundred of them.
_REMEMBERED = 20_000
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
_ROLES = tuple(Role.values)
_CODES = {role: code for code, role in enumerate(_ROLES)}
_PACKED = Struct("<qBdi")

# One part of one person in one record: id of the person, code of the role, amount (its weight with what 助かった
# adds), and its last day as an ordinal. A search looks at hundreds of them.
Part = tuple[int, int, float, int]


def codes_of(roles: Iterable[str]) -> frozenset[int]:
    """The codes of these roles."""
    return frozenset(_CODES[role] for role in roles)


def role_of(part: Part) -> str:
    """The role of a part."""
    return _ROLES[part[1]]


def last_on(part: Part) -> date:
    """The last day of a part."""
    return date.fromordinal(part[3])


class RecordParts(NamedTuple):
    """Who did what for one record, leavers included, and the departments it belongs to (ids).

    ``size`` is the length of its text in characters, 0 if unknown. The rows are packed: a process remembers
    those of all records of a company.
    """

    packed: bytes = b""
    departments: tuple[int, ...] = ()
    size: int = 0

    @property
    def rows(self) -> Iterator[Part]:
        """The parts by role."""
        return _PACKED.iter_unpack(self.packed)


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


def read_parts(records: Mapping[str, Place]) -> Parts:
    """Who did what for these records (keys with their places), leavers and closed departments included.

    A record has another place once it is indexed again, which is when its parts are written anew.
    """
    return _kept.get(records, _read)


def people_in(parts: Parts) -> set[int]:
    """Everybody who has a part."""
    packed = b"".join([part.packed for part in parts.values()])
    return {part[0] for part in _PACKED.iter_unpack(packed)}


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
            found[values[0]] = Department(**dict(zip(_DEPARTMENT_FIELDS, values, strict=True)))
        else:
            sayings.append((values[-1], Saying(*values[:3])))
    return Beside(found, [saying for _number, saying in sorted(sayings)])


class _Stored(NamedTuple):
    """One part as the database has it."""

    person: int
    role: str
    weight: float
    last_on: date


def _read(records: list[str]) -> dict[str, RecordParts]:
    """The parts of records as the database has them, in two queries; every record is in the answer."""
    rows: dict[str, list[_Stored]] = defaultdict(list)
    thanks: dict[str, dict[int, float]] = defaultdict(dict)
    sizes: dict[str, int] = {}
    for record, person, role, share, last_on, size in _evidence(records):
        if role == Role.THANKED:
            thanks[record][person] = weight_of(role, share)
        else:
            rows[record].append(_Stored(person, role, weight_of(role, share), last_on))
            sizes[record] = size
    departments: dict[str, list[int]] = defaultdict(list)
    for record, department in _departments_of(records):
        departments[record].append(department)
    return {
        key: RecordParts(
            _packed(rows.get(key, ()), thanks.get(key, {})),
            _shared(tuple(departments.get(key, ()))),
            sizes.get(key, 0),
        )
        for key in records
    }


@lru_cache(maxsize=1000)
def _shared(departments: tuple[int, ...]) -> tuple[int, ...]:
    """The same numbers as one object: most records belong to one of a few dozen departments."""
    return departments


def _packed(rows: Iterable[_Stored], thanks: Mapping[int, float]) -> bytes:
    found = _with_thanks(rows, thanks) if thanks else ((row, 0.0) for row in rows)
    return b"".join(
        _PACKED.pack(row.person, _CODES[row.role], row.weight + extra, row.last_on.toordinal())
        for row, extra in sorted(found, key=lambda pair: pair[0].role)
    )


def _with_thanks(
    rows: Iterable[_Stored], thanks: Mapping[int, float]
) -> Iterator[tuple[_Stored, float]]:
    """The parts in one record, with the thanks that the strongest part of each person got."""
    parts: dict[int, list[_Stored]] = defaultdict(list)
    for row in rows:
        parts[row.person].append(row)
    for person, own in parts.items():
        strongest = max(own, key=lambda row: (row.weight, row.role))
        for row in own:
            yield row, thanks.get(person, 0.0) if row is strongest else 0.0
