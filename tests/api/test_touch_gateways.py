"""Touches posted by mail gateways, telephone systems and chat bots."""

import json
from typing import Any, Protocol

import pytest
from django.core.cache import cache
from django.test import Client

from customers.merging import merge_customers
from customers.models import Customer, Touch
from kb.api import limits
from kb.api.services import create_token
from people.models import Person


class Call(Protocol):
    """One request with alice's token."""

    def __call__(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any: ...


@pytest.fixture
def call(client: Client, alice: Person) -> Call:
    cache.clear()
    headers = {"authorization": f"Bearer {create_token(alice)}"}

    def send(method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        more = headers | ({"idempotency-key": key} if key else {})
        data = json.dumps(body) if body is not None else ""
        return client.generic(
            method, f"/api/v1{path}", data, content_type="application/json", headers=more
        )

    return send


@pytest.fixture
def asagi(db: None) -> Customer:
    customer: Customer = Customer.objects.create(
        name="あさぎ製菓株式会社", corporate_number="7000012050002"
    )
    customer.contacts.create(name="田所 文香", email="tadokoro@asagi.example.jp")
    return customer


BODY = {"channel": "email", "text": "見積もりの件"}


def test_the_same_key_twice_records_once_and_answers_the_same(call: Call, asagi: Customer) -> None:
    body = BODY | {"customer": asagi.pk}
    first = call("POST", "/touches", body, key="<m1@mail>")
    again = call("POST", "/touches", body, key="<m1@mail>")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Touch.objects.count() == 1


def test_the_same_key_with_another_text_is_refused(call: Call, asagi: Customer) -> None:
    body = BODY | {"customer": asagi.pk}
    call("POST", "/touches", body, key="k")

    other = call("POST", "/touches", body | {"text": "別の話"}, key="k")

    assert other.status_code == 422
    assert "Idempotency-Key" in other.json()["fields"]
    assert Touch.objects.count() == 1


def test_a_refused_request_may_be_corrected_under_its_key(call: Call, asagi: Customer) -> None:
    assert call("POST", "/touches", BODY | {"customer": 999}, key="k").status_code == 422
    assert call("POST", "/touches", BODY | {"customer": asagi.pk}, key="k").status_code == 201


@pytest.mark.parametrize(
    "whom",
    [
        {"corporate_number": "7000012050002"},
        {"customer_name": "㈱あさぎ製菓"},
        {"contact_email": "tadokoro@asagi.example.jp"},
        {"contact_email": "unknown@asagi.example.jp"},
    ],
)
def test_the_customer_is_found_by_number_name_or_mail(
    call: Call, asagi: Customer, whom: dict[str, str]
) -> None:
    answer = call("POST", "/touches", BODY | whom)

    assert answer.status_code == 201, answer.json()
    assert answer.json()["customer"] == asagi.pk


def test_the_contact_and_the_colleague_are_joined(
    call: Call, asagi: Customer, alice: Person, bob: Person
) -> None:
    for author in ("bob", "BOB@example.com"):
        call(
            "POST",
            "/touches",
            BODY | {"contact_email": "tadokoro@asagi.example.jp", "author": author},
        )

    for touch in Touch.objects.all():
        assert (touch.author, touch.imported_by) == (bob, alice)
        assert [contact.name for contact in touch.contacts.all()] == ["田所 文香"]


def test_a_new_customer_is_made_when_that_is_asked_for(call: Call, db: None) -> None:
    body = BODY | {"customer_name": "みどり", "contact_name": "緑川"}
    refused = call("POST", "/touches", body)
    made = call("POST", "/touches", body | {"create_customer": True})

    assert "create_customer" in refused.json()["detail"]
    assert made.status_code == 201
    assert Customer.objects.get().contacts.get().name == "緑川"


def test_a_merged_customer_leads_to_the_one_that_stays(
    call: Call, asagi: Customer, alice: Person
) -> None:
    twin = Customer.objects.create(name="アサギ")
    merge_customers(asagi, twin, by=alice)

    assert call("POST", "/touches", BODY | {"customer": twin.pk}).json()["customer"] == asagi.pk


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "customer"),
        ({"customer_name": "だれも知らない"}, "customer_name"),
        ({"contact_email": "x@nowhere.example"}, "contact_email"),
        ({"corporate_number": "1"}, "corporate_number"),
        ({"customer_name": "あさぎ", "author": "charlie"}, "author"),
        ({"customer_name": "あさぎ", "author": "nobody"}, "author"),
    ],
)
def test_what_does_not_fit_is_a_problem_in_words(
    call: Call, asagi: Customer, charlie: Person, change: dict[str, str], field: str
) -> None:
    answer = call("POST", "/touches", BODY | change)

    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert field in answer.json()["fields"]
    assert answer.json()["status"] == 422
    assert not Touch.objects.exists()


def test_too_much_is_refused_with_the_seconds_to_wait(
    call: Call, asagi: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRITES_PER_MINUTE", 2)
    answers = [call("POST", "/touches", BODY | {"customer": asagi.pk}) for _ in range(5)]

    assert 429 in {answer.status_code for answer in answers}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_a_body_that_is_too_large_is_refused(call: Call, asagi: Customer) -> None:
    body = BODY | {"customer": asagi.pk, "text": "あ" * (5 * 1024 * 1024)}

    assert call("POST", "/touches", body).status_code == 413


def test_touches_are_filtered_and_paged(call: Call, asagi: Customer, bob: Person) -> None:
    for day in (1, 2, 3):
        moment = f"2026-10-0{day}T10:00:00+09:00"
        call("POST", "/touches", BODY | {"customer": asagi.pk, "happened_at": moment})
    call("POST", "/touches", BODY | {"customer": asagi.pk, "author": "bob", "channel": "phone"})

    assert call("GET", "/touches?since=2026-10-02&until=2026-10-03").json()["total"] == 2
    assert call("GET", "/touches?author=bob").json()["total"] == 1
    assert call("GET", "/touches?channel=phone").json()["total"] == 1
    page = call("GET", "/touches?channel=email&limit=2").json()
    rest = call("GET", page["next"].removeprefix("/api/v1")).json()
    assert (len(page["touches"]), len(rest["touches"]), rest["next"]) == (2, 1, "")
    one = page["touches"][0]
    assert call("GET", f"/touches/{one['id']}").json() == one


def test_the_guide_is_for_colleagues(client: Client, alice: Person, client_for: Any) -> None:
    assert client.get("/api/").status_code == 302
    page = client_for(alice).get("/api/").content.decode()
    assert "Idempotency-Key" in page
    assert "http://testserver/api/v1/touches" in page
