"""Writes planned rows in bulk, inside one transaction of the caller, and keeps the way back."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from customers.importing import directory as known
from customers.importing.models import CustomerImport, ExternalKey, ImportedRow, ImportKind
from customers.importing.planning import Action, Plan, Setting
from customers.models import Contact, Customer, CustomerFormerName, Deal, Touch
from kb.foundation.bulk import mark_changed
from kb.text.companies import company_key
from kb.text.kana import name_key
from kb.todos.models import ActionItem
from kb.topics.models import TopicItem
from kb.topics.services import resolve

BATCH_SIZE = 1000
MODELS: dict[str, Any] = {
    ImportKind.CUSTOMERS: Customer,
    ImportKind.CONTACTS: Contact,
    ImportKind.TOUCHES: Touch,
    ImportKind.DEALS: Deal,
}
# The record whose document changes with the row; a deal is in no document.
_INDEXED = {known.CUSTOMER: known.CUSTOMER, known.TOUCH: known.TOUCH}

Item = TypeVar("Item")
Step = Callable[[int], None]


def chunks(items: Sequence[Item], size: int = BATCH_SIZE) -> Iterable[Sequence[Item]]:
    """The items in pieces of at most ``size``."""
    return (items[start : start + size] for start in range(0, len(items), size))


def json_safe(value: Any) -> Any:
    """A field's value as it is kept for the way back."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def settle(kind: str, plans: Sequence[Plan]) -> None:
    """Updates that would change nothing become SAME; costs one query for the plans together."""
    targets = [plan.target for plan in plans if plan.action == Action.UPDATE]
    rows = MODELS[kind].objects.in_bulk([pk for pk in targets if pk is not None])
    for plan in plans:
        if plan.action != Action.UPDATE:
            continue
        record = rows.get(plan.target)
        if record is None:
            plan.action, plan.target = Action.CREATE, None
        elif not _changes(record, plan) and not plan.former_names:
            plan.action = Action.SAME


def _changes(record: Any, plan: Plan) -> dict[str, Any]:
    return {name: v for name, v in plan.values.items() if getattr(record, name) != v}


class Writer:
    """Writes the plans of one import, part by part; every part belongs into a transaction."""

    def __init__(self, setting: Setting, step: Step) -> None:
        self._batch, self._setting, self._step = setting.batch, setting, step
        self._now = timezone.now()
        self._rows: list[ImportedRow] = []
        self._made_customers: dict[str, int] = {}
        self._topics: dict[str, int] = {}
        self._contacts: dict[tuple[Any, str], int] = dict(setting.rows)
        self._marked: dict[str, set[int]] = {known.CUSTOMER: set(), known.TOUCH: set()}
        self._done = 0

    def write(self, plans: Sequence[Plan]) -> None:
        """Everything: customers on the way, the rows, what hangs on them, the marks for the index."""
        self._make_customers(plans)
        for part in chunks(plans):
            self._create([plan for plan in part if plan.action == Action.CREATE])
            self._update([plan for plan in part if plan.action == Action.UPDATE])
            self._flush()
            self._done += len(part)
            self._step(self._done)
        for label, ids in self._marked.items():
            mark_changed(label, sorted(ids))
            ids.clear()

    def _make_customers(self, plans: Sequence[Plan]) -> None:
        wanted = {
            plan.customer
            for plan in plans
            if isinstance(plan.customer, str) and plan.action == Action.CREATE
        }.difference(self._made_customers)
        customers = [
            Customer(name=name, name_key=key)
            for key, name in self._setting.directory.new_customers.items()
            if key in wanted
        ]
        for part in chunks(customers):
            for customer in Customer.objects.bulk_create(part):
                self._made_customers[customer.name_key] = customer.pk
                self._keep(customer, {"name": customer.name}, is_new=True)
        self._flush()

    def _create(self, plans: Sequence[Plan]) -> None:
        if not plans:
            return
        model = MODELS[self._batch.kind]
        records = model.objects.bulk_create([self._record(model, plan) for plan in plans])
        for plan, record in zip(plans, records, strict=True):
            self._keep(record, plan.values, is_new=True)
        self._hang_on(plans, records)

    def _record(self, model: Any, plan: Plan) -> Any:
        record = model(**plan.values, created_at=self._now, updated_at=self._now)
        if model is Customer:
            record.name_key = company_key(record.name)
        else:
            record.customer_id = self._customer_id(plan)
        if model is Touch:
            record.source_path = plan.external_id
            record.imported_by_id = self._batch.started_by_id
        return record

    def _customer_id(self, plan: Plan) -> int:
        ref = plan.customer
        return self._made_customers[ref] if isinstance(ref, str) else int(ref or 0)

    def _update(self, plans: Sequence[Plan]) -> None:
        if not plans:
            return
        model = MODELS[self._batch.kind]
        rows = model.objects.select_for_update().in_bulk([plan.target for plan in plans])
        changed, fields = [], {"updated_at"}
        for plan in plans:
            record = rows[plan.target]
            values = _changes(record, plan)
            before = {name: json_safe(getattr(record, name)) for name in values}
            for name, value in values.items():
                setattr(record, name, value)
            record.updated_at = self._now
            if "name" in values and model is Customer:
                record.name_key = company_key(record.name)
                values["name_key"] = record.name_key
            if model is Touch:
                record.revision += 1
                fields.add("revision")
            fields.update(values)
            changed.append(record)
            self._keep(record, values, is_new=False, before=before)
        model.objects.bulk_update(changed, sorted(fields), batch_size=100)
        self._hang_on(plans, changed)

    def _keep(
        self, record: Any, values: dict[str, Any], *, is_new: bool, before: Any = None
    ) -> None:
        label = record._meta.label_lower
        after = {name: json_safe(value) for name, value in values.items()}
        self._rows.append(
            ImportedRow(
                batch=self._batch,
                model=label,
                object_id=record.pk,
                is_new=is_new,
                before=before or {},
                after=after,
            )
        )
        if label in _INDEXED:
            self._marked[label].add(record.pk)
        elif label == known.CONTACT:
            self._marked[known.CUSTOMER].add(record.customer_id)

    def _flush(self) -> None:
        ImportedRow.objects.bulk_create(self._rows, batch_size=BATCH_SIZE)
        self._rows = []

    def _hang_on(self, plans: Sequence[Plan], records: Sequence[Any]) -> None:
        pairs = list(zip(plans, records, strict=True))
        if self._batch.kind == ImportKind.TOUCHES:
            self._hang_on_touches([(p, r) for p, r in pairs if p.action == Action.CREATE])
            return
        label = MODELS[self._batch.kind]._meta.label_lower
        keys = [
            ExternalKey(model=label, key=plan.external_id, object_id=record.pk, batch=self._batch)
            for plan, record in pairs
            if plan.external_id
        ]
        # A row that was undone or removed may have left its number behind.
        ExternalKey.objects.bulk_create(
            keys,
            update_conflicts=True,
            unique_fields=["model", "key"],
            update_fields=["object_id", "batch"],
        )
        if self._batch.kind == ImportKind.CUSTOMERS:
            self._add_former_names(pairs)

    def _add_former_names(self, pairs: Sequence[tuple[Plan, Any]]) -> None:
        owners = [record.pk for plan, record in pairs if plan.former_names]
        known_names = set(
            CustomerFormerName.objects.filter(customer__in=owners).values_list("customer", "name")
        )
        rows = CustomerFormerName.objects.bulk_create(
            CustomerFormerName(customer=record, name=name[:200])
            for plan, record in pairs
            for name in dict.fromkeys(plan.former_names)
            if (record.pk, name[:200]) not in known_names
        )
        for row in rows:
            self._keep(row, {"name": row.name}, is_new=True)

    def _hang_on_touches(self, pairs: Sequence[tuple[Plan, Any]]) -> None:
        self._join_contacts(pairs)
        self._add_topics(pairs)
        todos = ActionItem.objects.bulk_create(
            ActionItem(
                text=plan.next_text,
                due_on=plan.next_on,
                person_id=touch.author_id,
                origin=touch,
                created_by_id=self._batch.started_by_id,
            )
            for plan, touch in pairs
            if plan.next_text
        )
        for todo in todos:
            self._keep(todo, {"text": todo.text, "state": todo.state}, is_new=True)

    def _join_contacts(self, pairs: Sequence[tuple[Plan, Any]]) -> None:
        wanted = {
            (touch.customer_id, name_key(plan.contact)): plan.contact
            for plan, touch in pairs
            if plan.contact
        }
        new = [
            Contact(customer_id=customer, name=name)
            for (customer, key), name in wanted.items()
            if (customer, key) not in self._contacts
        ]
        for contact in Contact.objects.bulk_create(new):
            self._contacts[contact.customer_id, name_key(contact.name)] = contact.pk
            self._keep(contact, {"name": contact.name}, is_new=True)
        joined = Touch.contacts.through
        joined.objects.bulk_create(
            joined(
                touch_id=touch.pk,
                contact_id=self._contacts[touch.customer_id, name_key(plan.contact)],
            )
            for plan, touch in pairs
            if plan.contact
        )

    def _add_topics(self, pairs: Sequence[tuple[Plan, Any]]) -> None:
        for name in {name for plan, _touch in pairs for name in plan.topics} - set(self._topics):
            self._topics[name] = resolve(name).pk
        content_type = _content_type(Touch)
        TopicItem.objects.bulk_create(
            TopicItem(tag_id=topic, content_type=content_type, object_id=touch.pk)
            for plan, touch in pairs
            for topic in dict.fromkeys(self._topics[name] for name in plan.topics)
        )


def _content_type(model: type[models.Model]) -> Any:
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(model)


def remember_counts(batch: CustomerImport, plans: Iterable[Plan]) -> None:
    """Keeps how many rows became what."""
    counts = {action.value: 0 for action in Action}
    for plan in plans:
        counts[plan.action.value] += 1
    batch.counts = counts
