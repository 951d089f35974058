"""Customers a person looks after who need a word: long without contact, or in a bad mood."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from customers.models import Customer, Touch
from kb.foundation.prepared import Given, PreparedFor
from people.models import Person

SILENT_DAYS = 30
# A mood that nobody has looked at for longer says nothing of today.
MOOD_DAYS = 90
SHOWN_MAX = 3


@dataclass(frozen=True)
class Care:
    """One's own customers: silent ones, longest silence first; worried ones, latest first."""

    # Customers with what the query annotates them with.
    silent: Sequence[Any]
    worried: Sequence[Any]


_WORRYING = (Touch.Mood.WORRIED, Touch.Mood.DANGER)


def _in_care(given: Given) -> Any:
    touches = Touch.objects.filter(customer=OuterRef("pk"), deleted_at__isnull=True).order_by(
        "-happened_at", "-pk"
    )
    recent = touches.filter(happened_at__gte=given.one("mood_since")).exclude(mood="")
    person, quiet_since = given.one("person"), given.one("quiet_since")
    return (
        Customer.objects.visible()
        .filter(Q(sales_owner=person) | Q(success_owner=person))
        .annotate(
            last_touch_at=Subquery(touches.values("happened_at")[:1]),
            last_mood=Subquery(recent.values("mood")[:1]),
        )
        .filter(
            Q(last_touch_at__lt=quiet_since)
            | Q(last_touch_at__isnull=True, created_at__lt=quiet_since)
            | Q(last_mood__in=_WORRYING)
        )
    )


_cared_for = PreparedFor(_in_care)


def customers_to_care_for(person: Person) -> Care:
    """The customers, each with ``last_touch_at`` and ``last_mood``, in one query."""
    now = timezone.now()
    quiet_since = now - dt.timedelta(days=SILENT_DAYS)
    customers = _cared_for(
        person=person.pk,
        mood_since=now - dt.timedelta(days=MOOD_DAYS),
        quiet_since=quiet_since,
    )
    never = now - dt.timedelta(days=36500)
    by_last: list[tuple[dt.datetime, Any]] = sorted(
        ((customer.last_touch_at or never, customer) for customer in customers),
        key=lambda pair: (pair[0], pair[1].pk),
    )
    return Care(
        silent=[one for at, one in by_last if at < quiet_since][:SHOWN_MAX],
        worried=[one for _at, one in reversed(by_last) if one.last_mood in _WORRYING][:SHOWN_MAX],
    )
