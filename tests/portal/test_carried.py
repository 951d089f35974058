"""A form that is sent after the session has ended comes back after the sign-in, to its writer alone."""

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Answer, Article
from kb.articles.services import create_article
from kb.foundation.carried import CARRIED_MAX_BYTES
from people.models import Person
from tests.conftest import PASSWORD

TEXT = "経理の棚の、\r\n上から二段目です。"


@pytest.fixture
def question(bob: Person) -> Article:
    return create_article(by=bob, kind="question", title="領収書はどこ?", body="")


@pytest.fixture
def browser(client: Client, alice: Person, question: Article) -> Client:
    """alice's browser, in which her session has ended."""
    sign_in(client, alice)
    client.get(question.get_absolute_url())
    del client.cookies["sessionid"]
    return client


def sign_in(client: Client, person: Person, password: str = PASSWORD, **more: str) -> Any:
    values = {"username": person.login, "password": password, **more}
    return client.post(reverse("login"), values)


def send(client: Client, question: Article, **changes: Any) -> Any:
    values = {"body": TEXT, "form_key": str(uuid.UUID(int=7)), **changes}
    page = f"http://testserver{question.get_absolute_url()}"
    address = reverse("answer_create", args=[question.pk])
    return client.post(address, values, headers={"referer": page})


def carried_in(answer: Any) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found[1]


def test_what_was_typed_comes_back_after_the_sign_in(
    browser: Client, question: Article, alice: Person
) -> None:
    asked = send(browser, question)
    assert asked.status_code == 200
    assert "no-store" in asked["Cache-Control"]
    assert "書いたものは消えていません" in asked.content.decode()
    wrong = sign_in(browser, alice, "not the password", carried=carried_in(asked))
    page = sign_in(browser, alice, carried=carried_in(wrong))
    text = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert f'action="{reverse("answer_create", args=[question.pk])}"' in text
    assert TEXT.replace("\r\n", "\n") in text.replace("\r\n", "\n")
    assert f'href="{question.get_absolute_url()}"' in text
    assert not Answer.objects.exists()
    assert f'name="form_key" value="{uuid.UUID(int=7)}"' in text
    for _time in range(2):
        assert send(browser, question).status_code == 302
    assert Answer.objects.get().author == alice


def test_files_do_not_travel_and_the_page_says_so(
    browser: Client, question: Article, alice: Person
) -> None:
    asked = send(browser, question, attached=SimpleUploadedFile("控え.txt", b"1"))
    page = sign_in(browser, alice, carried=carried_in(asked)).content.decode()
    assert "選んだファイルは入っていません" in page
    assert "控え.txt" not in page


def test_what_nobody_writes_travels_unseen(
    browser: Client, question: Article, alice: Person
) -> None:
    asked = send(browser, question, due_on="2026-12-08", draft_key=str(uuid.UUID(int=3)))
    page = sign_in(browser, alice, carried=carried_in(asked)).content.decode()
    assert '<input type="hidden" name="due_on" value="2026-12-08">' in page
    assert page.count("<textarea") == 1
    assert "選んだファイル" not in page


def test_another_person_who_signs_in_there_sees_nothing_of_it(
    browser: Client, question: Article, bob: Person
) -> None:
    asked = send(browser, question)
    answer = sign_in(browser, bob, carried=carried_in(asked), next=question.get_absolute_url())
    assert answer.status_code == 302
    assert answer["Location"] == question.get_absolute_url()


def test_whoever_signed_in_elsewhere_meanwhile_gets_it_without_a_password(
    browser: Client, question: Article, alice: Person, bob: Person
) -> None:
    carried = carried_in(send(browser, question))
    browser.force_login(bob, backend="people.backends.LoginOrEmailBackend")
    assert browser.post(reverse("login"), {"carried": carried}).status_code == 302
    browser.force_login(alice, backend="people.backends.LoginOrEmailBackend")
    page = browser.post(reverse("login"), {"carried": carried}).content.decode()
    assert "上から二段目です。" in page


def test_it_is_given_back_within_the_hour(
    browser: Client, question: Article, alice: Person
) -> None:
    carried = carried_in(send(browser, question))
    assert sign_in(browser, alice, carried=carried + "x").status_code == 302
    browser.logout()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61)):
        assert sign_in(browser, alice, carried=carried).status_code == 302


def test_a_browser_that_belongs_to_nobody_carries_nothing(
    client: Client, question: Article, alice: Person
) -> None:
    assert send(Client(), question).status_code == 302
    sign_in(client, alice)
    client.get(question.get_absolute_url())
    client.post(reverse("logout"))
    assert send(client, question).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"kept_here": "1"},
        {"desk": "a"},
        {"new_password1": "x"},
        {"api_token": "x"},
        {"body": "  "},
        {"body": "あ" * (CARRIED_MAX_BYTES // 3 + 1)},
    ],
)
def test_what_must_not_or_need_not_travel_takes_the_old_way(
    browser: Client, question: Article, changes: dict[str, str]
) -> None:
    answer = send(browser, question, **changes)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=/articles/")


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}])
def test_what_a_script_sends_is_not_carried(
    browser: Client, question: Article, headers: dict[str, str]
) -> None:
    address = reverse("answer_create", args=[question.pk])
    assert browser.post(address, {"body": TEXT}, headers=headers).status_code == 302


def test_a_form_of_another_sign_in_is_not_taken(alice: Person, question: Article) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="people.backends.LoginOrEmailBackend")
    strict.get(question.get_absolute_url())
    del strict.cookies["sessionid"]
    assert send(strict, question, csrfmiddlewaretoken="a" * 64).status_code == 403


def test_the_cookie_is_set_once_and_taken_away_at_the_sign_out(
    client: Client, alice: Person, bob: Person
) -> None:
    sign_in(client, alice)
    first = client.cookies["kb_writer"]
    assert first["httponly"]
    assert first["samesite"] == "Lax"
    assert "kb_writer" not in client.get(reverse("home")).cookies
    client.force_login(bob, backend="people.backends.LoginOrEmailBackend")
    assert client.get(reverse("home")).cookies["kb_writer"].value != first.value
    assert client.post(reverse("logout")).cookies["kb_writer"].value == ""


def test_a_leaver_gets_nothing(browser: Client, question: Article, alice: Person) -> None:
    carried = carried_in(send(browser, question))
    alice.is_active = False
    alice.save()
    answer = sign_in(browser, alice, carried=carried)
    assert "上から二段目です。" not in answer.content.decode()
