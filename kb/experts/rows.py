"""Writes who did what for the records of a batch: into the database, and packed for the index."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from kb.experts.evidence import departments_of, evidence_of, key_of
from kb.experts.given import thanks_for
from kb.experts.models import Evidence, RecordDepartment
from kb.experts.packing import EvidenceRow, pack
from kb.experts.volume import forget_volume


@transaction.atomic
def refresh(records: Sequence[Any], sizes: Mapping[str, int]) -> dict[str, bytes]:
    """Rewrite the rows of these records; they must be loaded as the search index loads them.

    ``sizes`` are the lengths of their texts by key, in characters. Gives what the index keeps beside each record.
    """
    forget(key_of(record) for record in records)
    given = thanks_for(records)
    evidence = {
        key_of(record): evidence_of(record, given=given, size=sizes.get(key_of(record), 0))
        for record in records
    }
    departments = {key_of(record): sorted(departments_of(record)) for record in records}
    Evidence.objects.bulk_create(
        [row for rows in evidence.values() for row in rows], batch_size=500
    )
    RecordDepartment.objects.bulk_create(
        [
            RecordDepartment(record=key, department_id=department_id)
            for key, ids in departments.items()
            for department_id in ids
        ],
        batch_size=500,
    )
    return {
        key: pack(map(_row, rows), departments[key], sizes.get(key, 0))
        for key, rows in evidence.items()
    }


def _row(row: Evidence) -> EvidenceRow:
    return EvidenceRow(row.person_id, row.role, row.share, row.last_on)


@transaction.atomic
def forget(keys: Iterable[str]) -> None:
    """Remove the rows of records that are gone."""
    gone = list(keys)
    for start in range(0, len(gone), 500):
        chunk = gone[start : start + 500]
        Evidence.objects.filter(record__in=chunk).delete()
        RecordDepartment.objects.filter(record__in=chunk).delete()
    forget_volume()
