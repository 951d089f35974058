"""How much everybody has done in all, for the correction of volume; counted again every few minutes."""

import time
from collections import defaultdict
from dataclasses import dataclass
from threading import Lock

from django.db.models import Count, FloatField, Sum
from django.db.models.functions import Cast, Sqrt

from kb.experts.evidence import COUNTED_ROLES, WEIGHTS, Role
from kb.experts.models import Evidence, RecordDepartment
from kb.experts.scoring import Volume

KEEP_S = 300.0


@dataclass(frozen=True)
class CompanyVolume:
    """Everybody's volume, and how many documents each department has."""

    people: Volume
    department_counts: dict[int, int]


_lock = Lock()
_kept: list[tuple[float, CompanyVolume]] = []


def company_volume() -> CompanyVolume:
    """The volumes, at most ``KEEP_S`` old in a process that indexes nothing itself."""
    with _lock:
        if _kept and time.monotonic() - _kept[0][0] < KEEP_S:
            return _kept[0][1]
    counted = _count()
    with _lock:
        _kept[:] = [(time.monotonic(), counted)]
    return counted


def forget_volume() -> None:
    """Count again at the next search: this process has rewritten evidence."""
    with _lock:
        _kept.clear()


def _measure(role: str) -> str:
    """What of a role is counted: parts, roots of shares, or colleagues who said so."""
    if role == Role.EDITOR:
        return "roots"
    return "colleagues" if role in COUNTED_ROLES else "row_count"


def _count() -> CompanyVolume:
    weights: dict[int, float] = defaultdict(float)
    rows = Evidence.objects.values("person_id", "role").annotate(
        row_count=Count("pk"), roots=Sum(Sqrt(Cast("share", FloatField()))), colleagues=Sum("share")
    )
    for row in rows:
        amount = row[_measure(row["role"])]
        weights[row["person_id"]] += WEIGHTS[row["role"]].weight * (amount or 0.0)
    documents = Evidence.objects.aggregate(count=Count("record", distinct=True))["count"]
    counts = RecordDepartment.objects.values_list("department").annotate(Count("pk"))
    return CompanyVolume(Volume(dict(weights), documents), dict(counts))
