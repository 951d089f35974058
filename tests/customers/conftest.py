"""A customer, touches and signed-in clients for the tests of customers."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Touch
from customers.services import TouchFields, record_touch
from people.models import Person

MakeTouch = Callable[..., Touch]


@pytest.fixture(autouse=True)
def with_index(search_index: object) -> None:
    """Pages ask who knows, so the index is there, empty."""


@pytest.fixture
def hers(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(alice)


@pytest.fixture
def his(bob: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def asagi(alice: Person) -> Customer:
    customer: Customer = Customer.objects.create(
        name="あさぎ製菓株式会社", yomi="あさぎせいか", success_owner=alice
    )
    customer.former_names.create(name="有限会社浅葱菓子店")
    customer.contacts.create(name="田所 文香", yomi="たどころ ふみか", department="販売促進課")
    return customer


@pytest.fixture
def make_touch(asagi: Customer, alice: Person) -> MakeTouch:
    def make(
        text: str = "納期の相談。来週また話す。", *, by: Person = alice, **fields: object
    ) -> Touch:
        about = fields.pop("customer", asagi)
        return record_touch(about, TouchFields(channel="phone", text=text, **fields), by=by)  # type: ignore[arg-type]

    return make


@pytest.fixture
def touch(make_touch: MakeTouch) -> Touch:
    return make_touch(
        "取り込みは半分まで。残りは「ヘルプが見つけられなかった」とのこと。",
        happened_at=timezone.now() - dt.timedelta(hours=1),
    )
