"""Finds customers by what people type: name, reading, former name, contact."""

from django.db.models import Q, QuerySet

from customers.models import Customer
from kb.text.companies import company_key
from kb.text.kana import reading
from people.models import Person

RECENT_MAX = 8


def customers_named(typed: str) -> QuerySet[Customer]:
    """Customers whose name, reading, former name or contact holds the words.

    A name that is exactly the one typed (㈱ = 株式会社) is the only answer.
    """
    everyone = Customer.objects.visible()
    words = typed.replace("\0", "").strip()
    key = company_key(words)
    if not key:
        return everyone.none()
    exact = everyone.filter(name_key=key)
    if exact.exists():
        return exact
    kana = reading(words)
    return everyone.filter(
        Q(name_key__contains=key)
        | Q(name__icontains=words)
        | Q(yomi__startswith=kana)
        | Q(former_names__name__icontains=words)
        | Q(contacts__name__icontains=words)
        | Q(contacts__yomi__startswith=kana)
    ).distinct()


def recent_customers(person: Person) -> list[Customer]:
    """The customers the person dealt with last, latest first; own customers after them."""
    touched = Customer.objects.visible().filter(
        touches__author=person, touches__deleted_at__isnull=True
    )
    recent = list(
        touched.with_last_touch().order_by("-last_touch_at", "pk").distinct()[:RECENT_MAX]
    )
    own = Customer.objects.visible().filter(Q(sales_owner=person) | Q(success_owner=person))
    known = {customer.pk for customer in recent}
    return recent + [c for c in own[: RECENT_MAX * 2] if c.pk not in known][:RECENT_MAX]
