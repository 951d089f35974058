"""How long the data of customers' people is kept, and who looked at much of it at once."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from customers.models import Contact, PersonalDataRules
from kb.foundation.models import AuditEntry
from people.models import Person

_DAYS_PER_MONTH = 30.44
# Whoever sees more than so many records of customers within an hour leaves a line in the log.
BULK_RECORDS = 100
_WINDOW_S = 3600
_RULES_KEY = "customers.rules"
_RULES_KEPT_S = 300


@dataclass(frozen=True)
class RulesWords:
    """The sentences that pages show."""

    purpose: str
    hint: str


def rules_words() -> RulesWords:
    """The sentences as they stand, without a query for every page."""
    words = cache.get(_RULES_KEY)
    if not isinstance(words, list):
        rules = PersonalDataRules.now()
        words = [rules.purpose, rules.hint]
        cache.set(_RULES_KEY, words, _RULES_KEPT_S)
    return RulesWords(*words)


def rules_changed() -> None:
    """Forgets the sentences, so that the next page shows the new ones."""
    cache.delete(_RULES_KEY)


def contacts_to_forget(rules: PersonalDataRules) -> "QuerySet[Contact]":
    """Contacts without a touch for the whole retention period, the longest silent first."""
    contacts = Contact.objects.filter(anonymised_at=None).select_related("customer")
    if not rules.retention_months:
        return contacts.none()
    limit = timezone.now() - dt.timedelta(days=rules.retention_months * _DAYS_PER_MONTH)
    last = Greatest(Coalesce(Max("touches__happened_at"), F("created_at")), F("created_at"))
    return contacts.annotate(last_at=last).filter(last_at__lt=limit).order_by("last_at", "pk")


def note_bulk_view(person: Any, what: str, count: int) -> None:
    """Counts what a person sees of customers, and writes down every hundred within an hour.

    The line is written after the page: a page that only reads holds no lock for writing.
    """
    if not isinstance(person, Person) or count <= 0:
        return
    key = f"customers.seen.{person.pk}.{what}"
    cache.add(key, 0, _WINDOW_S)
    try:
        total = cache.incr(key, count)
    except ValueError:  # The hour ended between the two calls.
        cache.set(key, count, _WINDOW_S)
        total = count
    if total // BULK_RECORDS > (total - count) // BULK_RECORDS:
        transaction.on_commit(lambda: _write_down(person, what, total), robust=True)


def _write_down(person: Person, what: str, total: int) -> None:
    AuditEntry.objects.create(
        person=person, action="customers.bulk_view", target=what, detail={"records": total}
    )
