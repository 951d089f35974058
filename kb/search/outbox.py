"""The outbox: which records may have changed and wait to be indexed, and the one way to work it off.

A row is written in the transaction of the change itself, so an acknowledged save is never
forgotten, whatever happens to the queue or to the indexer. Rows are deleted only after the engine
has committed: every change is indexed at least once, in any order, and twice does no harm.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from kb.foundation.prepared import PreparedAll
from kb.foundation.statistics import note_sizes
from kb.search.indexing import read_batch, write_batch
from kb.search.lock import HeldLock, index_lock
from kb.search.models import OutboxEntry
from kb.search.parents import Target

BATCH_SIZE = 200
# An import or a move of a department: the tables are others than before.
MANY_ROWS = 400
# For so long a call to the indexer counts for rows that are written after it.
_CALL_HOLDS_S = 1.0
# A record that fails this often waits for the nightly comparison or for somebody to look at it.
MOST_ATTEMPTS = 5


def mark(record: models.Model) -> None:
    """Notes that one record may have changed, and wakes the indexer after the commit."""
    mark_ids(record._meta.label_lower, [record.pk])


def mark_changed(records: models.QuerySet) -> None:  # type: ignore[type-arg]
    """The same for bulk work, which sends no signals. Call it inside the transaction."""
    mark_ids(records.model._meta.label_lower, records.values_list("pk", flat=True))


def mark_ids(model: str, ids: Iterable[int]) -> None:
    """The same by model label ("app.model") and ids."""
    mark_targets((model, object_id) for object_id in ids)


def mark_targets(targets: Iterable[Target]) -> None:
    """The same for (model label, id) pairs; nothing happens for none."""
    rows = [OutboxEntry(model=label, object_id=pk) for label, pk in dict.fromkeys(targets)]
    if not rows:
        return
    first = OutboxEntry.objects.bulk_create(rows, batch_size=1000)[0]
    _marks.written = getattr(_marks, "written", 0) + 1
    transaction.on_commit(partial(_wake, first.pk), robust=True)


# Marks written by this thread, and how many of them a wake-up has told of: a transaction that
# wrote many wakes the indexer once, which matters when the queue is away and every try takes time.
_marks = threading.local()


def _wake(first: int) -> None:
    """Wake the indexer for rows from this one on, unless it is about to come anyway."""
    from kb.search.tasks import wake_indexer

    written = getattr(_marks, "written", 0)
    if getattr(_marks, "told", 0) != written:
        _marks.told = written
        if not _is_coming(first):
            wake_indexer()


def _is_coming(first: int) -> bool:
    """Whether a row before this one has just called for the indexer, which looks again after each batch.

    An import of thousands of articles would else leave a call for each, and the worker at them for minutes. Where a
    call was lost the sweeper comes, and so does the next save a second later. Without a worker there is no sweeper.
    """
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return False
    just_now = timezone.now() - timedelta(seconds=_CALL_HOLDS_S)
    return waiting().filter(pk__lt=first, created_at__gt=just_now).exists()


def waiting() -> models.QuerySet[OutboxEntry]:
    """The rows that wait to be indexed, oldest first; those that failed too often are left out."""
    return OutboxEntry.objects.filter(attempts__lt=MOST_ATTEMPTS).order_by("pk")


# Every search asks it.
_oldest = PreparedAll(lambda _all: waiting().values_list("created_at")[:1])


def oldest_waiting() -> datetime | None:
    """When the oldest waiting row was written; None when nothing waits."""
    rows = _oldest()
    return rows[0][0] if rows else None


def drain() -> int:
    """Work off the outbox; the number of rows worked off, 0 while another process does it.

    Raises SearchUnavailable or IndexBusy when the engine cannot write; the rows then stay.
    """
    with index_lock() as lock:
        return drain_holding(lock) if lock is not None else 0


def drain_holding(lock: HeldLock, *, on_batch: Callable[[int], None] | None = None) -> int:
    """Work off the outbox for somebody who holds the lock."""
    count = 0
    while rows := list(waiting()[:BATCH_SIZE]):
        _work_off(rows)
        count += len(rows)
        if on_batch is not None:
            on_batch(count)
        lock.renew()
    if count >= MANY_ROWS:
        note_sizes()
    return count


def _work_off(rows: Sequence[OutboxEntry]) -> None:
    batch = read_batch(dict.fromkeys((row.model, row.object_id) for row in rows))
    write_batch(batch)
    failed = [row for row in rows if (row.model, row.object_id) in batch.failures]
    done = [row.pk for row in rows if (row.model, row.object_id) not in batch.failures]
    OutboxEntry.objects.filter(pk__in=done).delete()
    for row in failed:
        OutboxEntry.objects.filter(pk=row.pk).update(
            attempts=F("attempts") + 1, error=batch.failures[row.model, row.object_id]
        )
