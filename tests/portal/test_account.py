"""The way in: by login or address, never for leavers, and the password one sets oneself."""

import pytest
from django.test import Client

from people.models import Person
from tests.conftest import PASSWORD


@pytest.mark.parametrize("name", ["alice", "alice@example.com", "ALICE@EXAMPLE.COM", "ａｌｉｃｅ"])
def test_the_login_or_the_address_lets_one_in(client: Client, alice: Person, name: str) -> None:
    answer = client.post("/login/", {"username": name, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)


@pytest.mark.parametrize(
    ("name", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("charlie", PASSWORD)]
)
def test_the_refusal_does_not_tell_what_was_wrong(
    client: Client, alice: Person, charlie: Person, name: str, password: str
) -> None:
    answer = client.post("/login/", {"username": name, "password": password})
    assert "パスワードを確かめてください。" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_in_never_leads_to_another_site(client: Client, alice: Person) -> None:
    data = {"username": "alice", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/login/", data)["Location"] == "/"


def test_signing_out_is_a_post(alice_client: Client) -> None:
    assert alice_client.get("/logout/").status_code == 405
    alice_client.post("/logout/")
    assert "_auth_user_id" not in alice_client.session


def test_a_new_password_keeps_this_browser_in(alice_client: Client, alice: Person) -> None:
    data = {
        "old_password": PASSWORD,
        "new_password1": "a longer secret phrase",
        "new_password2": "a longer secret phrase",
    }
    assert alice_client.post("/account/password/", data).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password("a longer secret phrase")
    assert alice_client.get("/account/password/").status_code == 200


def test_a_weak_password_is_refused_beside_its_field(alice_client: Client) -> None:
    data = {"old_password": PASSWORD, "new_password1": "12345", "new_password2": "12345"}
    page = alice_client.post("/account/password/", data).content.decode()
    assert 'id="id_new_password2_error"' in page


def test_the_language_is_chosen_by_post(alice_client: Client) -> None:
    alice_client.post("/language/", {"language": "en", "next": "/wanted/"})
    assert alice_client.cookies["django_language"].value == "en"
