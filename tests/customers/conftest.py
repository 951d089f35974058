"""A customer, touches and signed-in clients for the tests of customers."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, CustomerImport, Touch
from customers.services import TouchFields, record_touch
from people.models import Person

MakeTouch = Callable[..., Touch]
Commit = Callable[..., Any]
Take = Callable[..., CustomerImport]


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


@pytest.fixture
def upload(hers: Client) -> Take:
    """Uploads a file and gives its import."""

    def send(kind: str, content: str | bytes, name: str = "list.csv") -> CustomerImport:
        raw = content.encode() if isinstance(content, str) else content
        form = {"kind": kind, "file": SimpleUploadedFile(name, raw)}
        answer = hers.post(reverse("customer_import_create"), form)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        return CustomerImport.objects.latest("created_at")

    return send


@pytest.fixture
def check(hers: Client, django_capture_on_commit_callbacks: Commit) -> Take:
    """Chooses the proposed columns and has all rows checked."""

    def run(batch: CustomerImport, **changes: Any) -> CustomerImport:
        form = {f"column_{n}": name for n, name in enumerate(batch.mapping)}
        form |= {"policy": "update", "makes_customers": "on", "default_channel": "phone"}
        form |= {"header_row": str(batch.header_row or ""), "then": "check"} | changes
        with django_capture_on_commit_callbacks(execute=True):
            answer = hers.post(batch.get_absolute_url(), form)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        batch.refresh_from_db()
        return batch

    return run


@pytest.fixture
def press(hers: Client, django_capture_on_commit_callbacks: Commit) -> Take:
    """Presses a button of the import's page."""

    def run(batch: CustomerImport, button: str) -> CustomerImport:
        with django_capture_on_commit_callbacks(execute=True):
            hers.post(reverse(f"customer_import_{button}", args=[batch.key]))
        batch.refresh_from_db()
        return batch

    return run
