"""Two customers made one, and parted again exactly as they were."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from customers.models import (
    Customer,
    CustomerFormerName,
    CustomerMerge,
    DistinctPair,
    Touch,
    VoiceTheme,
)
from kb.engagement.models import Comment, Confirmation, Follow, Thanks
from kb.files.models import Attachment
from kb.foundation.bulk import mark_changed
from kb.foundation.models import AuditEntry
from kb.text.companies import company_key
from kb.todos.models import ActionItem
from people.models import Person

# What of a customer is compared and chosen.
FIELDS = (
    "name",
    "yomi",
    "corporate_number",
    "industry",
    "products",
    "contract_until",
    "sales_owner",
    "success_owner",
    "note",
)
_HUNG: tuple[Any, ...] = (Comment, Thanks, Confirmation, Follow, Attachment, ActionItem)


class CannotMerge(Exception):
    """A customer cannot be merged into itself, nor one that is gone."""


class CannotUndo(Exception):
    """The merge was undone already, or the kept customer has itself been merged since."""


def survivor(customer: Customer) -> Customer:
    """The customer that goes on at the end of the merges that start here."""
    seen = {customer.pk}
    while customer.merged_into is not None and customer.merged_into_id not in seen:
        customer = customer.merged_into
        seen.add(customer.pk)
    return customer


@transaction.atomic
def merge_customers(
    kept: Customer, merged: Customer, *, from_merged: Iterable[str] = (), by: Person
) -> CustomerMerge:
    """Moves everything of ``merged`` to ``kept``; its name stays as a former one, its address leads on.

    The fields in ``from_merged`` take the merged customer's values; empty ones take them anyhow.
    Raises CannotMerge.
    """
    rows = Customer.objects.select_for_update().in_bulk([kept.pk, merged.pk])
    if len(rows) < 2 or any(row.is_deleted or row.merged_into_id for row in rows.values()):
        raise CannotMerge
    kept, merged = rows[kept.pk], rows[merged.pk]
    before: dict[str, Any] = {"kept": _values(kept), "merged": _values(merged)}
    _take_values(kept, merged, set(from_merged))
    before["after"] = _values(kept)
    before["removed"], before["moved"] = _move(merged, kept)
    before["former_names"] = _keep_names(kept, merged, before["kept"]["name"])
    merged.merged_into, merged.updated_at = kept, timezone.now()
    merged.save()
    record = CustomerMerge.objects.create(kept=kept, merged=merged, before=before, merged_by=by)
    _log(record, "customers.merge", by)
    _mark(record)
    return record


@transaction.atomic
def undo_merge(record: CustomerMerge, *, by: Person) -> CustomerMerge:
    """Parts the two again: what was moved goes back, fields too unless somebody changed them since.

    Raises CannotUndo.
    """
    record = CustomerMerge.objects.select_for_update().get(pk=record.pk)
    kept = Customer.objects.select_for_update().get(pk=record.kept_id)
    merged = Customer.objects.select_for_update().get(pk=record.merged_id)
    if record.undone_at is not None or merged.merged_into_id != kept.pk:
        raise CannotUndo
    before = record.before
    CustomerFormerName.objects.filter(pk__in=before["former_names"], customer=kept).delete()
    _restore_values(kept, before["kept"], unless_changed_from=before["after"])
    kept.updated_at = merged.updated_at = timezone.now()
    kept.save()
    merged.merged_into = None
    _restore_values(merged, before["merged"])
    merged.save()
    _move_back(record)
    record.undone_at = timezone.now()
    record.save(update_fields=["undone_at"])
    _log(record, "customers.merge_undo", by)
    _mark(record)
    return record


@transaction.atomic
def keep_apart(first: Customer, second: Customer, *, by: Person) -> DistinctPair:
    """Notes that the two are two companies; they are not proposed again."""
    low, high = sorted((first, second), key=lambda customer: customer.pk)
    pair, _created = DistinctPair.objects.get_or_create(
        first=low, second=high, defaults={"said_by": by}
    )
    return pair


def _values(customer: Customer) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in FIELDS:
        field = Customer._meta.get_field(name)
        value = getattr(customer, getattr(field, "attname", name))
        values[name] = value.isoformat() if isinstance(value, dt.date) else value
    return values


def _take_values(kept: Customer, merged: Customer, chosen: set[str]) -> None:
    taken = {
        name
        for name in FIELDS
        if name in chosen or (getattr(kept, name) in (None, "") and name != "note")
    }
    values = {name: getattr(merged, name) for name in taken}
    if "corporate_number" in taken and merged.corporate_number:
        # The number is unique: the customer that goes on bears it alone.
        merged.corporate_number = None
        merged.save(update_fields=["corporate_number"])
    if merged.note and "note" not in chosen and merged.note not in kept.note:
        values["note"] = f"{kept.note}\n{merged.note}".strip()
    for name, value in values.items():
        setattr(kept, name, value)
    kept.updated_at = timezone.now()
    kept.save()


def _restore_values(
    customer: Customer, values: dict[str, Any], *, unless_changed_from: Any = None
) -> None:
    now = _values(customer)
    for name, value in values.items():
        if unless_changed_from is not None and now[name] != unless_changed_from[name]:
            continue
        field: Any = Customer._meta.get_field(name)
        setattr(customer, field.attname, field.to_python(value))


def _relations() -> Iterator[tuple[Any, str]]:
    """Every table and field that points at a customer, except the notes of merges themselves."""
    for relation in Customer._meta.related_objects:
        model: Any = relation.related_model
        if model not in (CustomerMerge, DistinctPair) and not relation.many_to_many:
            yield model, relation.field.name


def _rows_of(customer: Customer) -> Iterator[tuple[Any, str, Any, str]]:
    """Model, the field that points at the customer, the rows, and a label for the note."""
    for model, name in _relations():
        rows = model._default_manager.filter(**{name: customer})
        yield model, name, rows, f"{model._meta.label_lower}.{name}"
    content_type = ContentType.objects.get_for_model(Customer)
    for model in _HUNG:
        rows = model._default_manager.filter(content_type=content_type, object_id=customer.pk)
        yield model, "object_id", rows, f"{model._meta.label_lower}.object_id"


def _move(merged: Customer, kept: Customer) -> tuple[list[Any], dict[str, list[int]]]:
    """Moves the rows; those that the kept customer has already are removed and given back as JSON."""
    moved: dict[str, list[int]] = {}
    removed: list[Any] = []
    for model, name, rows, label in _rows_of(merged):
        doubled = [row for row in rows if _is_doubled(row, name, kept)]
        removed += [_as_json(row) for row in doubled]
        gone = [row.pk for row in doubled]
        ids = list(rows.exclude(pk__in=gone).values_list("pk", flat=True))
        rows.filter(pk__in=gone).delete()
        model._default_manager.filter(pk__in=ids).update(**{name: kept.pk})
        if ids:
            moved[label] = ids
    return removed, moved


def _move_back(record: CustomerMerge) -> None:
    """What was moved and still stands with the kept customer goes back; what was removed is made anew."""
    for model, name, rows, label in _rows_of(record.kept):
        ids = record.before["moved"].get(label, [])
        here = list(rows.filter(pk__in=ids).values_list("pk", flat=True))
        model._default_manager.filter(pk__in=here).update(**{name: record.merged_id})
    for row in record.before["removed"]:
        _from_json(row).save(force_insert=True)


def _as_json(row: models.Model) -> dict[str, Any]:
    """The row with every column, moments to the microsecond (Django's own serialiser cuts them)."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {
        "model": row._meta.label_lower,
        "values": {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in values.items()
        },
    }


def _from_json(noted: dict[str, Any]) -> models.Model:
    model: Any = apps.get_model(noted["model"])
    fields = {field.attname: field for field in model._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in noted["values"].items()}
    row: models.Model = model(**values)
    return row


def _is_doubled(row: Any, name: str, kept: Customer) -> bool:
    """Whether the kept customer has a row that a constraint does not allow twice."""
    for constraint in row._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or name not in constraint.fields:
            continue
        attributes = {one: row._meta.get_field(one).attname for one in constraint.fields}
        same = {attname: getattr(row, attname) for attname in attributes.values()}
        same[attributes[name]] = kept.pk
        if type(row)._default_manager.filter(**same).exclude(pk=row.pk).exists():
            return True
    return False


def _keep_names(kept: Customer, merged: Customer, old_name: str) -> list[int]:
    """The former names that the kept customer gets, so that both names go on finding it."""
    known = {company_key(row.name) for row in kept.former_names.all()} | {kept.name_key}
    ids = []
    for name in (merged.name, old_name):
        if name != kept.name and (company_key(name) not in known):
            known.add(company_key(name))
            ids.append(CustomerFormerName.objects.create(customer=kept, name=name).pk)
    return ids


def _log(record: CustomerMerge, action: str, by: Person) -> None:
    AuditEntry.objects.create(
        person=by,
        action=action,
        target=f"customers.customer.{record.kept_id}",
        detail={"title": str(record)[:200], "merged": record.merged_id},
    )


def _mark(record: CustomerMerge) -> None:
    """Both customers, the moved touches and the themes that name the company are indexed again."""
    mark_changed("customers.customer", [record.kept_id, record.merged_id])
    touches = record.before["moved"].get("customers.touch.customer", [])
    mark_changed("customers.touch", touches)
    themes = VoiceTheme.objects.filter(voices__touch__in=Touch.objects.filter(pk__in=touches))
    mark_changed("customers.voicetheme", set(themes.values_list("pk", flat=True)))
