"""The outbox: which records may have changed and wait to be indexed.

A row is written in the transaction of the change itself, so an acknowledged save is never
forgotten, whatever happens to the queue or to the indexer.
"""

from collections.abc import Iterable

from django.db import models, transaction

from kb.search.models import OutboxEntry


def mark(record: models.Model) -> None:
    """Notes that one record may have changed, and wakes the indexer after the commit."""
    mark_ids(record._meta.label_lower, [record.pk])


def mark_changed(records: models.QuerySet) -> None:  # type: ignore[type-arg]
    """The same for bulk work, which sends no signals. Call it inside the transaction."""
    mark_ids(records.model._meta.label_lower, records.values_list("pk", flat=True))


def mark_ids(model: str, ids: Iterable[int]) -> None:
    """The same by model label ("app.model") and ids."""
    OutboxEntry.objects.bulk_create(
        [OutboxEntry(model=model, object_id=object_id) for object_id in ids], batch_size=1000
    )
    transaction.on_commit(_wake)


def _wake() -> None:
    from kb.search.tasks import wake_indexer

    wake_indexer()
