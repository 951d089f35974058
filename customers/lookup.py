"""Finds customers by what people type: name, reading, former name, contact."""

from django.db.models import Max, Q

from customers.models import Customer
from customers.querysets import CustomerQuerySet
from kb.text.companies import company_key
from kb.text.kana import reading
from people.models import Person

RECENT_MAX = 8


def customers_named(typed: str) -> CustomerQuerySet:
    """Customers whose name, reading, former name, contact or 法人番号 is meant by the words.

    A name that is exactly the one typed (㈱ = 株式会社) is the only answer. The names of customers
    that were merged into another find that one.
    """
    everyone: CustomerQuerySet = Customer.objects.visible()
    words = typed.replace("\0", "").strip()
    key = company_key(words)
    if not key:
        return everyone.none()
    exact = everyone.filter(Q(name_key=key) | Q(corporate_number=key))
    if exact.exists():
        return exact
    meant = (
        Q(name_key__contains=key)
        | Q(name__icontains=words)
        | Q(merged_customers__name_key__contains=key)
        | Q(former_names__name__icontains=key)
        | Q(contacts__name__icontains=words)
    )
    kana = reading(words)
    if kana:
        meant |= Q(yomi__startswith=kana) | Q(contacts__yomi__startswith=kana)
    return everyone.filter(meant).distinct()


def why_found(customer: Customer, typed: str) -> str:
    """The reading, or the former name or contact through which the words found the customer.

    Costs no query when ``former_names`` and ``contacts`` are prefetched.
    """
    words, key = typed.strip(), company_key(typed)
    if not words or key in customer.name_key:
        return customer.yomi
    for former in customer.former_names.all():
        if key in company_key(former.name):
            return former.name
    for contact in customer.contacts.all():
        if words in contact.name or contact.yomi.startswith(reading(words) or words):
            return f"{contact.name}（{contact.yomi}）" if contact.yomi else contact.name
    return customer.yomi


def recent_customers(person: Person) -> list[Customer]:
    """The customers the person dealt with last, latest first; own customers after them."""
    touched = Customer.objects.visible().filter(
        touches__author=person, touches__deleted_at__isnull=True
    )
    recent = list(
        touched.annotate(my_last_at=Max("touches__happened_at")).order_by("-my_last_at", "pk")[
            :RECENT_MAX
        ]
    )
    own = Customer.objects.visible().filter(Q(sales_owner=person) | Q(success_owner=person))
    known = {customer.pk for customer in recent}
    return recent + [c for c in own[: RECENT_MAX * 2] if c.pk not in known][:RECENT_MAX]


def end_of_merges(customer: Customer) -> Customer:
    """The customer in use at the end of the merges that start here."""
    seen: set[int] = set()
    while customer.merged_into is not None and customer.pk not in seen:
        seen.add(customer.pk)
        customer = customer.merged_into
    return customer
