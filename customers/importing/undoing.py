"""Takes a whole import back: what it made goes, unless somebody changed it since; the rest is put back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from customers.importing import directory as known
from customers.importing.models import CustomerImport, ExternalKey, ImportedRow
from customers.importing.writing import chunks, json_safe
from customers.models import Customer, CustomerMerge, DistinctPair, Touch
from kb.engagement.models import Comment, Confirmation, Follow, Thanks
from kb.files.models import Attachment
from kb.foundation.bulk import mark_changed
from kb.text.companies import company_key
from kb.todos.models import ActionItem
from kb.topics.models import TopicItem

# Children first: a customer can go only when nothing hangs on it any more.
_ORDER = (
    "todos.actionitem",
    "customers.touch",
    "customers.deal",
    "customers.contact",
    "customers.customerformername",
    "customers.customer",
)
# What colleagues hang on a record: with one of these it is theirs as well.
_HUNG: tuple[Any, ...] = (Comment, Thanks, Confirmation, Follow, Attachment, ActionItem)
Step = Callable[[int], None]


@dataclass
class Undone:
    """How many records went, were put back, or stay because somebody changed them since."""

    removed: int = 0
    restored: int = 0
    kept: int = 0

    def as_counts(self) -> dict[str, int]:
        """For the page of the import."""
        return {"removed": self.removed, "restored": self.restored, "kept": self.kept}


def undo(batch: CustomerImport, step: Step) -> Undone:
    """Takes the import back, in short transactions so that others can save in between.

    What is done is struck off the list: begun anew after a kill, it goes on where it stopped.
    """
    outcome, done = Undone(), 0
    for label in _ORDER:
        rows = list(batch.rows.filter(model=label))
        for part in chunks(rows, 500):
            with transaction.atomic():
                marked: dict[str, set[int]] = defaultdict(set)
                _take_back(label, part, outcome, marked)
                _delete_rows(batch.rows.filter(pk__in=[row.pk for row in part]))
                for marked_label, ids in marked.items():
                    mark_changed(marked_label, sorted(ids))
            done += len(part)
            step(done)
    ExternalKey.objects.filter(batch=batch).delete()
    return outcome


def _take_back(
    label: str, rows: Sequence[ImportedRow], outcome: Undone, marked: dict[str, set[int]]
) -> None:
    model: Any = apps.get_model(label)
    records = model._default_manager.select_for_update().in_bulk([row.object_id for row in rows])
    alive = [row for row in rows if row.object_id in records]
    new = [row for row in alive if row.is_new]
    used = _used(model, [row.object_id for row in new])
    going = [
        row.object_id
        for row in new
        if row.object_id not in used and _stands(records[row.object_id], row.after)
    ]
    _mark(marked, label, [records[row.object_id] for row in alive])
    outcome.kept += len(new) - len(going)
    outcome.removed += len(going)
    _remove(model, going)
    for row in alive:
        if not row.is_new:
            _put_back(records[row.object_id], row, outcome)


def _mark(marked: dict[str, set[int]], label: str, records: Iterable[Any]) -> None:
    if label in (known.CUSTOMER, known.TOUCH):
        marked[label].update(record.pk for record in records)
    elif label in (known.CONTACT, "customers.customerformername"):
        marked[known.CUSTOMER].update(record.customer_id for record in records)


def _stands(record: Any, after: dict[str, Any]) -> bool:
    """Whether the record is as the import left it."""
    if getattr(record, "deleted_at", None) is not None or getattr(record, "merged_into_id", None):
        return False
    return all(json_safe(getattr(record, name)) == value for name, value in after.items())


def _used(model: Any, ids: Sequence[int]) -> set[int]:
    """Those of the records that somebody hung something on."""
    used: set[int] = set()
    for relation in model._meta.related_objects:
        # Our own joins and notes of pairs are no reason to stay.
        if relation.related_model in (DistinctPair, CustomerMerge) or relation.many_to_many:
            continue
        name = relation.field.name
        rows = relation.related_model._default_manager.filter(**{f"{name}__in": ids})
        used.update(rows.values_list(name, flat=True))
    if model.__name__ == "Contact":
        joined = Touch.contacts.through.objects.filter(contact__in=ids)
        used.update(joined.values_list("contact_id", flat=True))
    content_type = ContentType.objects.get_for_model(model)
    for hung in _HUNG:
        rows = hung._default_manager.filter(content_type=content_type, object_id__in=ids)
        used.update(rows.values_list("object_id", flat=True))
    return used


def _remove(model: Any, ids: Sequence[int]) -> None:
    """Deletes rows nothing hangs on; without a signal for each, the caller marks them."""
    if model is Touch:
        for through in (Touch.contacts.through, Touch.colleagues.through):
            _delete_rows(through.objects.filter(touch__in=ids))
        content_type = ContentType.objects.get_for_model(model)
        _delete_rows(TopicItem.objects.filter(content_type=content_type, object_id__in=ids))
    if model is Customer:
        DistinctPair.objects.filter(first__in=ids).delete()
        DistinctPair.objects.filter(second__in=ids).delete()
    _delete_rows(model._default_manager.filter(pk__in=ids))


def _delete_rows(rows: "models.QuerySet[Any]") -> None:
    # Django's delete() would load every row to send it a signal.
    rows._raw_delete(rows.db)


def _put_back(record: Any, row: ImportedRow, outcome: Undone) -> None:
    names = [n for n, value in row.before.items() if json_safe(getattr(record, n)) == row.after[n]]
    for name in names:
        setattr(record, name, _typed(record, name, row.before[name]))
    if len(names) < len(row.before) or not names:
        outcome.kept += 1
    if not names:
        return
    outcome.restored += 1
    if isinstance(record, Customer):
        record.name_key = company_key(record.name)
        names.append("name_key")
    if isinstance(record, Touch):
        record.revision += 1
        names.append("revision")
    record.updated_at = timezone.now()
    type(record)._default_manager.filter(pk=record.pk).update(
        **{name: getattr(record, name) for name in (*names, "updated_at")}
    )


def _typed(record: Any, name: str, value: Any) -> dt.date | dt.datetime | Any:
    if value is None:
        return None
    field = record._meta.get_field(name)
    if isinstance(field, models.DateTimeField):
        return parse_datetime(value)
    return parse_date(value) if isinstance(field, models.DateField) else value
