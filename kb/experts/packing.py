"""Who did what for a record, in bytes: the index keeps them beside the record, and a search reads a hundred at once."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from struct import Struct
from typing import NamedTuple

import numpy as np

from kb.experts.evidence import COUNTED_ROLES, MOST_COUNTED, WEIGHTS, Role, weight_of

# One part of one person in one record: id of the person, code of the role, amount (its weight with what 助かった
# adds), and its last day as an ordinal. A search looks at hundreds of them.
Part = tuple[int, int, float, int]

# The index holds places in this list: ``ANALYSIS_VERSION`` must rise where one of them gets another meaning.
_ROLES = tuple(Role.values)
_CODES = {role: code for code, role in enumerate(_ROLES)}
# The length of the text, and how many departments follow; then the parts.
_HEAD = Struct("<iH")
_DEPARTMENT = Struct("<q")
# Weights are not written down, so that a change of judgement needs no new index: person, what the weight of the
# role is multiplied by, day, role, and how many thanks come on top.
_ROW = Struct("<qdiBB")
_ROWS = np.dtype(
    [("person", "<i8"), ("factor", "<f8"), ("day", "<i4"), ("role", "u1"), ("thanks", "u1")]
)
_WEIGHTS = np.array([WEIGHTS[role].weight for role in _ROLES])
_THANKED = WEIGHTS[Role.THANKED].weight


class EvidenceRow(NamedTuple):
    """A row of the evidence of one record."""

    person: int
    role: str
    share: float
    last_on: date


class RecordParts(NamedTuple):
    """Who did what for one record by role, leavers included, and the departments it belongs to (ids).

    ``size`` is the length of its text in characters, 0 if unknown.
    """

    rows: Sequence[Part] = ()
    departments: tuple[int, ...] = ()
    size: int = 0


def codes_of(roles: Iterable[str]) -> frozenset[int]:
    """The codes of these roles."""
    return frozenset(_CODES[role] for role in roles)


def role_of(part: Part) -> str:
    """The role of a part."""
    return _ROLES[part[1]]


def last_on(part: Part) -> date:
    """The last day of a part."""
    return date.fromordinal(part[3])


def pack(evidence: Iterable[EvidenceRow], departments: Sequence[int], size: int) -> bytes:
    """What ``unpack`` takes, for one record; never empty."""
    thanks: dict[int, float] = {}
    rows = []
    for row in evidence:
        if row.role == Role.THANKED:
            thanks[row.person] = row.share
        elif row.role != Role.BULK:
            rows.append(row)
    found = _with_thanks(rows, thanks) if thanks else ((row, 0) for row in rows)
    return b"".join(
        (
            # Where nobody has a part, the database does not know the length either.
            _HEAD.pack(size if rows else 0, len(departments)),
            *map(_DEPARTMENT.pack, departments),
            *(_packed(*pair) for pair in sorted(found, key=lambda pair: pair[0].role)),
        )
    )


def _packed(row: EvidenceRow, thanks: int) -> bytes:
    factor = _factor(row.role, row.share)
    return _ROW.pack(row.person, factor, row.last_on.toordinal(), _CODES[row.role], thanks)


def _factor(role: str, share: float) -> float:
    """What ``weight_of`` multiplies the weight of the role by."""
    if role == Role.EDITOR:
        return math.sqrt(max(share, 0.0))
    return min(max(share, 0.0), MOST_COUNTED) if role in COUNTED_ROLES else 1.0


def _with_thanks(
    rows: Iterable[EvidenceRow], thanks: Mapping[int, float]
) -> Iterator[tuple[EvidenceRow, int]]:
    """The parts in one record, with the thanks that the strongest part of each person got."""
    parts: dict[int, list[EvidenceRow]] = defaultdict(list)
    for row in rows:
        parts[row.person].append(row)
    for person, own in parts.items():
        strongest = max(own, key=lambda row: (weight_of(row.role, row.share), row.role))
        for row in own:
            given = thanks.get(person, 0.0) if row is strongest else 0.0
            yield row, min(int(given), MOST_COUNTED)


def unpack(packed: Mapping[str, bytes]) -> dict[str, RecordParts]:
    """The parts of many records by their keys."""
    heads: list[tuple[tuple[int, ...], int]] = []
    bodies: list[bytes] = []
    for one in packed.values():
        size, count = _HEAD.unpack_from(one)
        start = _HEAD.size + count * _DEPARTMENT.size
        heads.append((_departments(one[_HEAD.size : start]), size))
        bodies.append(one[start:])
    rows = np.frombuffer(b"".join(bodies), _ROWS)
    amounts = _WEIGHTS[rows["role"]] * rows["factor"] + _THANKED * rows["thanks"].astype(np.float64)
    columns = (rows["person"], rows["role"], amounts, rows["day"])
    parts = list(zip(*(column.tolist() for column in columns), strict=True))
    ends = accumulate((len(body) // _ROW.size for body in bodies), initial=0)
    return {
        key: RecordParts(parts[start:end], *head)
        for key, head, (start, end) in zip(packed, heads, pairwise(ends), strict=True)
    }


@lru_cache(maxsize=1000)
def _departments(packed: bytes) -> tuple[int, ...]:
    """Most records belong to one of a few dozen departments."""
    return tuple(pk for (pk,) in _DEPARTMENT.iter_unpack(packed))
