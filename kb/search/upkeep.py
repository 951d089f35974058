"""Care of the whole index: build it anew beside the old one, compare it with the database, repair it."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from kb.experts.models import Evidence, RecordDepartment
from kb.foundation.statistics import note_sizes
from kb.search import outbox
from kb.search.indexing import backend, forget_rows, store_rows, store_texts
from kb.search.lock import HeldLock, index_lock
from kb.search.models import IndexedText, OutboxEntry
from kb.search.query import IndexBusy, SearchUnavailable
from kb.search.search_indexes import RecordIndex, all_indexes

logger = logging.getLogger(__name__)

SETTLING_S = 2.0

CHUNK = 200

Progress = Callable[[int, int], None]


class CountsDiffer(Exception):
    """The new index does not hold what was put into it; the old one stays in place."""


def _silent(_done: int, _total: int) -> None:
    return


def _chunks() -> Iterator[tuple[RecordIndex, list[Any]]]:
    """Every searchable record, loaded with its children, in chunks of one model."""
    for index in all_indexes():
        ids = list(index.index_queryset().values_list("pk", flat=True))
        for start in range(0, len(ids), CHUNK):
            records = index.load(ids[start : start + CHUNK])
            if records:
                yield index, records


def total_count() -> int:
    """How many records should be findable."""
    return sum(index.index_queryset().count() for index in all_indexes())


def rebuild(progress: Progress = _silent) -> int:
    """Build the index beside the old one and swap; gives the number of documents.

    Searches go on in the old index meanwhile, and changes made meanwhile are worked off after the
    swap. Raises IndexBusy when another process writes, CountsDiffer when something is missing.
    """
    with index_lock() as lock:
        if lock is None:
            raise IndexBusy
        keys = _fill_beside(lock, progress)
        _forget_all_but(keys)
        outbox.drain_holding(lock)
        note_sizes()
        return len(keys)


def _fill_beside(lock: HeldLock, progress: Progress) -> set[str]:
    total = total_count()
    keys: set[str] = set()
    progress(0, total)
    with backend().rebuild() as fresh:
        for index, records in _chunks():
            with transaction.atomic():
                store_rows(index, records)
            contents = list(fresh.analyse(index, records))
            store_texts(index, records, contents)
            fresh.add(contents)
            keys.update(index.document(record).key for record in records)
            lock.renew()
            progress(len(keys), max(total, len(keys)))
        held = fresh.count
        if held != len(keys):
            raise CountsDiffer(f"{held} of {len(keys)} documents")
    return keys


def _forget_all_but(keys: set[str]) -> None:
    """Remove rows of records that a change without signals took away."""
    for model in (IndexedText, Evidence, RecordDepartment):
        known = set(model.objects.values_list("record", flat=True).distinct())
        forget_rows(sorted(known - keys))


@dataclass
class Comparison:
    """How the index differs from the database; keys, sorted."""

    document_count: int = 0
    missing: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    waiting_count: int = 0

    @property
    def differing(self) -> Sequence[str]:
        """Every key that differs."""
        return [*self.missing, *self.outdated, *self.left_over]


def compare(progress: Progress = _silent) -> Comparison:
    """Compare ids and revisions of every record with the index; waiting changes are no difference.

    Raises SearchUnavailable when the index cannot be read, or a file of it is not what was written.
    """
    backend().check_files()
    indexed = dict(backend().keys_and_revisions())
    result = Comparison(document_count=len(indexed))
    done, total = 0, total_count()
    for index, records in _chunks():
        done += len(records)
        progress(done, max(done, total))
        for record in records:
            document = index.document(record)
            revision = indexed.pop(document.key, None)
            if revision is None:
                result.missing.append(document.key)
            elif revision != document.revision:
                result.outdated.append(document.key)
    result.left_over = sorted(indexed)
    waiting = {
        f"{label}.{pk}" for label, pk in OutboxEntry.objects.values_list("model", "object_id")
    }
    result.waiting_count = len(waiting)
    for keys in (result.missing, result.outdated, result.left_over):
        keys[:] = sorted(key for key in keys if key not in waiting)
    return result


def compare_at_rest(progress: Progress = _silent) -> Comparison:
    """Like ``compare``, without what only differed because it was being indexed at that moment."""
    first = compare(progress)
    if not first.differing:
        return first
    time.sleep(SETTLING_S)
    second = compare(progress)
    pairs = (
        (second.missing, first.missing),
        (second.outdated, first.outdated),
        (second.left_over, first.left_over),
    )
    for now, before in pairs:
        now[:] = [key for key in now if key in before]
    return second


def reconcile(progress: Progress = _silent) -> Comparison:
    """Compare and repair: what differs goes through the outbox again, stuck rows get another chance."""
    result = compare_at_rest(progress)
    OutboxEntry.objects.filter(attempts__gt=0).update(attempts=0)
    for start in range(0, len(result.differing), 1000):
        keys = result.differing[start : start + 1000]
        outbox.mark_targets(
            (label, int(pk)) for label, _, pk in (key.rpartition(".") for key in keys)
        )
    if result.differing:
        logger.warning("%d documents differed and are indexed again", len(result.differing))
    outbox.drain()
    note_sizes()
    return result


def is_usable() -> bool:
    """Whether the index can be read now."""
    try:
        backend().document_count()
    except SearchUnavailable:
        return False
    return True


def heal() -> bool:
    """Rebuild an index that cannot be read; True when one was rebuilt."""
    if is_usable():
        return False
    logger.warning("The index cannot be read and is built anew.")
    rebuild()
    return True
