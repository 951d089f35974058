"""Two customers made one, and parted again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import serializers
from django.test import Client
from django.urls import reverse

from customers.duplicates import duplicates
from customers.merging import CannotMerge, CannotUndo, keep_apart, merge_customers, undo_merge
from customers.models import (
    Contact,
    Customer,
    CustomerFormerName,
    CustomerMerge,
    Deal,
    Touch,
    Voice,
)
from kb.engagement.models import Follow
from kb.foundation.models import AuditEntry
from kb.search import outbox
from kb.search.engine import search
from kb.search.query import SearchQuery
from people.models import Person

MakeTouch = Callable[..., Touch]


@pytest.fixture
def twin(bob: Person, make_touch: MakeTouch) -> Customer:
    customer: Customer = Customer.objects.create(
        name="㈱アサギ製菓本社",
        yomi="あさぎせいか",
        corporate_number="7000012050002",
        sales_owner=bob,
    )
    customer.contacts.create(name="中村 春", email="haru@asagi-seika.co.jp")
    customer.deals.create(name="増設")
    make_touch("納品書の話", customer=customer)
    return customer


def all_rows() -> list[Any]:
    """Everything about customers as it stands, without the moments of change."""
    models = (Customer, Contact, CustomerFormerName, Deal, Touch, Voice, Follow)
    rows: list[Any] = serializers.serialize(
        "python", [row for m in models for row in m.objects.order_by("pk")]
    )
    for row in rows:
        row["fields"].pop("updated_at", None)
    return rows


def test_everything_moves_and_the_old_address_leads_on(
    hers: Client, asagi: Customer, twin: Customer, touch: Touch, bob: Person
) -> None:
    form = {"other": twin.pk, "sales_owner": "merged"}
    answer = hers.post(reverse("customer_merge", args=[asagi.pk]), form)

    asagi.refresh_from_db()
    assert answer.headers["Location"] == asagi.get_absolute_url()
    assert asagi.touches.count() == 2
    assert asagi.contacts.count() == 2
    assert asagi.deals.count() == 1
    assert (asagi.sales_owner, asagi.corporate_number) == (bob, "7000012050002")
    assert asagi.former_names.filter(name="㈱アサギ製菓本社").exists()
    old = hers.get(twin.get_absolute_url())
    assert (old.status_code, old.headers["Location"]) == (301, asagi.get_absolute_url())
    entry = AuditEntry.objects.get(action="customers.merge")
    assert entry.detail["merged"] == twin.pk


def test_undo_restores_exactly(
    asagi: Customer, twin: Customer, touch: Touch, alice: Person, bob: Person
) -> None:
    Follow.objects.create(person=alice, target=asagi)
    Follow.objects.create(person=alice, target=twin)
    before = all_rows()

    record = merge_customers(asagi, twin, from_merged=["name", "yomi"], by=alice)
    assert Follow.objects.count() == 1
    undo_merge(record, by=bob)

    assert all_rows() == before
    with pytest.raises(CannotUndo):
        undo_merge(record, by=bob)


def test_what_was_written_after_the_merge_stays_when_it_is_undone(
    asagi: Customer, twin: Customer, alice: Person, make_touch: MakeTouch
) -> None:
    record = merge_customers(asagi, twin, by=alice)
    later = make_touch("まとめたあとの話")
    Customer.objects.filter(pk=asagi.pk).update(industry="食品")

    undo_merge(record, by=alice)

    later.refresh_from_db()
    asagi.refresh_from_db()
    assert later.customer == asagi
    assert asagi.industry == "食品"


def test_the_index_follows_a_merge(
    asagi: Customer, twin: Customer, touch: Touch, alice: Person
) -> None:
    outbox.drain()
    merge_customers(asagi, twin, by=alice)
    outbox.drain()

    found = search(SearchQuery(text="アサギ製菓本社"))

    kinds = {(hit.kind, hit.url) for hit in found.page.hits}
    assert ("customer", asagi.get_absolute_url()) in kinds
    assert ("customer", twin.get_absolute_url()) not in kinds


def test_merged_or_missing_customers_cannot_be_merged_again(
    asagi: Customer, twin: Customer, alice: Person
) -> None:
    merge_customers(asagi, twin, by=alice)

    with pytest.raises(CannotMerge):
        merge_customers(asagi, twin, by=alice)
    with pytest.raises(CannotMerge):
        merge_customers(asagi, asagi, by=alice)


def test_a_touch_sent_to_a_customer_merged_meanwhile_lands_on_the_one_that_stays(
    hers: Client, asagi: Customer, twin: Customer, alice: Person
) -> None:
    address = reverse("touch_create") + f"?customer={twin.pk}"
    assert hers.get(address).status_code == 200
    merge_customers(asagi, twin, by=alice)

    answer = hers.post(address, {"channel": "phone", "text": "開いたままのページから送る"})

    assert answer.status_code == 302
    assert Touch.objects.latest("pk").customer == asagi
    chosen = {
        "customer_id": twin.pk,
        "customer_name": twin.name,
        "channel": "phone",
        "text": "選んだあと",
    }
    assert hers.post(reverse("touch_create"), chosen).status_code == 302
    assert Touch.objects.latest("pk").customer == asagi


def test_likely_duplicates_are_proposed_with_their_reasons(
    asagi: Customer, twin: Customer, alice: Person
) -> None:
    asagi.contacts.create(name="林", email="hayashi@asagi-seika.co.jp")
    Customer.objects.create(name="みどり")

    (pair,) = duplicates()

    assert {pair.first, pair.second} == {asagi, twin}
    assert set(pair.reasons) == {"よみが同じ", "メールアドレスのドメインが同じ"}
    keep_apart(asagi, twin, by=alice)
    assert duplicates() == []


def test_the_pages_of_merging_open(hers: Client, asagi: Customer, twin: Customer) -> None:
    compare = reverse("customer_merge", args=[asagi.pk])
    for address in (
        reverse("customer_duplicates"),
        compare,
        f"{compare}?q=アサギ",
        f"{compare}?other={twin.pk}",
    ):
        assert hers.get(address).status_code == 200
    hers.post(reverse("customer_apart", args=[asagi.pk]), {"other": twin.pk})
    assert "見くらべる" not in hers.get(reverse("customer_duplicates")).content.decode()
    assert not CustomerMerge.objects.exists()


def test_strangers_merge_nothing(
    asagi: Customer, twin: Customer, charlie: Person, client_for: Callable[[Person], Client]
) -> None:
    for client in (Client(), client_for(charlie)):
        client.post(reverse("customer_merge", args=[asagi.pk]), {"other": twin.pk})
    assert not CustomerMerge.objects.exists()
