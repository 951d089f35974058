"""Operators find customers by every name, and change no customer's words."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from customers.models import Customer, Touch
from customers.services import mark_voice
from people.models import Person

MODELS = [
    "customer", "contact", "deal", "touch", "voice", "voicetheme", "voicethemechange",
    "customerimport", "importmapping", "customermerge", "distinctpair", "personaldatarules",
]  # fmt: skip


@pytest.fixture
def operator(bob: Person, client_for: Callable[[Person], Client]) -> Client:
    bob.is_staff = True
    bob.save()
    bob.user_permissions.set(Permission.objects.all())
    return client_for(bob)


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_and_searches(operator: Client, touch: Touch, model: str) -> None:
    assert operator.get(f"/admin/customers/{model}/").status_code == 200
    assert operator.get(f"/admin/customers/{model}/", {"q": "あさぎ"}).status_code == 200


@pytest.mark.parametrize("model", ["customer", "contact", "deal", "voicetheme"])
def test_every_form_for_a_new_row_opens(operator: Client, model: str) -> None:
    assert operator.get(f"/admin/customers/{model}/add/").status_code == 200


@pytest.mark.parametrize("words", ["浅葱", "たどころ", "あさぎせい"])
def test_a_customer_is_found_by_every_name(operator: Client, asagi: Customer, words: str) -> None:
    shown = operator.get("/admin/customers/customer/", {"q": words}).content.decode()
    assert "あさぎ製菓株式会社" in shown


def test_words_are_read_only(operator: Client, touch: Touch, alice: Person) -> None:
    voice = mark_voice(touch, "ヘルプが見つけられなかった", "request", by=alice)
    for path in (f"touch/{touch.pk}", f"voice/{voice.pk}", f"customer/{touch.customer_id}"):
        shown = operator.get(f"/admin/customers/{path}/change/")
        assert shown.status_code == 200
        assert 'name="text"' not in shown.content.decode()
        assert 'name="quote"' not in shown.content.decode()


def test_colleagues_are_no_operators(his: Client) -> None:
    assert his.get("/admin/customers/customer/").status_code in (302, 403, 404)
