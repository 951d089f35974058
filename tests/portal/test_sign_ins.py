"""Sign-ins stand in the log: who came in, who was refused, who went out."""

from collections.abc import Callable

import pytest
from django.test import Client

from kb.foundation.models import AuditEntry
from people.models import Person
from tests.conftest import PASSWORD


def lines() -> list[tuple[str, str | None, str | None]]:
    entries = AuditEntry.objects.order_by("pk").select_related("person")
    return [(e.action, e.person.login if e.person else None, e.address) for e in entries]


def test_coming_in_and_going_out_are_written_down(alice: Person) -> None:
    client = Client()
    client.post("/login/", {"username": "alice", "password": PASSWORD})
    client.post("/logout/")
    assert lines() == [
        ("person.sign_in", "alice", "127.0.0.1"),
        ("person.sign_out", "alice", "127.0.0.1"),
    ]


@pytest.mark.parametrize("name", ["alice", "alice@example.com"])
def test_a_wrong_password_is_written_under_the_person(alice: Person, name: str) -> None:
    Client().post("/login/", {"username": name, "password": "wrong"})
    assert lines() == [("person.sign_in.refused", "alice", "127.0.0.1")]


def test_a_name_that_nobody_has_is_not_kept(db: None) -> None:
    Client().post("/login/", {"username": "my secret password", "password": "x"})
    assert lines() == [("person.sign_in.refused", None, "127.0.0.1")]
    assert "secret" not in str(AuditEntry.objects.values())


def test_a_leaver_is_refused_and_written_down(charlie: Person) -> None:
    Client().post("/login/", {"username": "charlie", "password": PASSWORD})
    assert lines() == [("person.sign_in.refused", "charlie", "127.0.0.1")]


def test_the_way_in_of_the_administration_is_written_down_too(alice: Person) -> None:
    alice.is_staff = True
    alice.save()
    Client().post("/admin/login/", {"username": "alice", "password": PASSWORD})
    assert ("person.sign_in", "alice", "127.0.0.1") in lines()


def test_reading_pages_writes_nothing(
    alice: Person, client_for: Callable[[Person], Client]
) -> None:
    client_for(alice).get("/")
    assert lines() == []


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/articles/7/?stay=1#answers", "/articles/7/%3Fstay%3D1"),
        ("http://evil.example/articles/7/", "/articles/7/answers/"),
        ("", "/articles/7/answers/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    db: None, page: str, back: str
) -> None:
    answer = Client().post("/articles/7/answers/", {"body": "答え"}, headers={"referer": page})
    assert answer.headers["Location"] == f"/login/?next={back}"
