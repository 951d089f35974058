"""One batch into the index: read the records again, write what belongs to them, one engine commit."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from haystack import connections

from kb.experts import rows
from kb.search.contents import Contents, Kept
from kb.search.dependents import dependents_of
from kb.search.document import Document, shortened_title
from kb.search.facts import Facts
from kb.search.models import IndexedText, OutboxEntry
from kb.search.parents import Target
from kb.search.pieces import name_of
from kb.search.search_indexes import RecordIndex, index_for

logger = logging.getLogger(__name__)


@dataclass
class Batch:
    """What a batch does: records to add or replace by index, keys to remove, targets that failed."""

    additions: list[tuple[RecordIndex, list[Any]]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failures: dict[Target, str] = field(default_factory=dict)


def read_batch(targets: Iterable[Target]) -> Batch:
    """The batch for these targets as the database has them now.

    A record that cannot be made into a document is left out and named in ``failures``, so that one
    broken record never stops the others.
    """
    ids_by_label: dict[str, list[int]] = defaultdict(list)
    for label, pk in targets:
        ids_by_label[label].append(pk)
    batch = Batch()
    for label, ids in ids_by_label.items():
        index = index_for(label)
        if index is None:
            continue
        records = index.load(ids)
        kept = [record for record in records if _has_document(index, record, batch)]
        if kept:
            batch.additions.append((index, kept))
        found = {record.pk for record in records}
        batch.removed += [f"{label}.{pk}" for pk in ids if pk not in found]
    return batch


def _has_document(index: RecordIndex, record: Any, batch: Batch) -> bool:
    try:
        index.prepare(record)
    except DatabaseError:
        raise
    except Exception as error:  # any defect of one record must not stop the rest
        label = record._meta.label_lower
        logger.exception("%s.%s cannot be indexed", label, record.pk)
        batch.failures[label, record.pk] = f"{type(error).__name__}: {error}"[:300]
        return False
    return True


def write_batch(batch: Batch) -> None:
    """Write a batch: first the rows in the database, then one commit of the engine.

    Raises SearchUnavailable or IndexBusy from the engine; doing it again is harmless.
    """
    with transaction.atomic():
        for index, records in batch.additions:
            _note_dependents(index, records)
            store_rows(index, records)
        forget_rows(batch.removed)
    if batch.additions or batch.removed:
        # Outside of the transaction: it takes as long as everything else.
        contents: list[Contents] = backend().analyse(batch.additions)
        for index, records in batch.additions:
            store_texts(index, records, contents)
        backend().write(contents, batch.removed)


def store_rows(index: RecordIndex, records: Sequence[Any]) -> None:
    """Write the evidence and the departments of loaded records, and note what the index keeps of that."""
    documents = [index.document(record) for record in records]
    said = rows.refresh(records, {document.key: len(document.text) for document in documents})
    for record, document in zip(records, documents, strict=True):
        record.facts_for_index = Facts(said[document.key], name_of(document.key, record))


@transaction.atomic
def store_texts(index: RecordIndex, records: Sequence[Any], contents: Iterable[Contents]) -> None:
    """Write the texts of loaded records with what was worked out of them; ``contents`` are theirs and others'."""
    kept = {one.key: one.kept for one in contents}
    documents = [index.document(record) for record in records]
    IndexedText.objects.bulk_create(
        [
            IndexedText(
                record=document.key,
                title=shortened_title(document),
                names=document.names,
                text=document.text,
                files=document.files,
                **_kept_columns(document, kept[document.key]),
            )
            for document in documents
        ],
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=["title", "names", "text", "files", *Kept._fields],
        batch_size=100,
    )


def _kept_columns(document: Document, kept: Kept) -> dict[str, str]:
    if shortened_title(document) != document.title:
        kept = kept._replace(named_places="")
    return kept._asdict()


def forget_rows(keys: Sequence[str]) -> None:
    """Remove the texts and the evidence of records that may no longer be found."""
    for start in range(0, len(keys), 500):
        IndexedText.objects.filter(record__in=keys[start : start + 500]).delete()
    rows.forget(keys)


def _note_dependents(index: RecordIndex, records: Sequence[Any]) -> None:
    """Note the records that repeat the names of these, when a name changed."""
    documents = {index.document(record).key: index.document(record) for record in records}
    before = IndexedText.objects.filter(record__in=documents).only("record", "title", "names")
    changed = [
        old.record
        for old in before
        if (old.title, old.names)
        != (shortened_title(documents[old.record]), documents[old.record].names)
    ]
    if not changed:
        return
    targets = dependents_of(
        index.get_model()._meta.label_lower, [int(key.rsplit(".", 1)[1]) for key in changed]
    )
    OutboxEntry.objects.bulk_create(
        [OutboxEntry(model=label, object_id=pk) for label, pk in sorted(targets)], batch_size=1000
    )


def backend() -> Any:
    """The search engine behind Haystack."""
    return connections["default"].get_backend()
