"""Every page is for colleagues: visitors are led to the sign-in, leavers stay outside."""

from collections.abc import Callable

import pytest
from django.test import Client

from kb.topics.models import Topic
from people.models import Department, Person

PAGES = [
    "/",
    "/people/",
    "/people/{alice}/",
    "/people/{alice}/edit/",
    "/departments/",
    "/departments/{department}/",
    "/topics/",
    "/topics/ヘルプ/",
    "/topics/ヘルプ/edit/",
    "/topics/ヘルプ/aside/",
    "/map/",
    "/notices/",
    "/wanted/",
    "/wanted/new/",
    "/account/password/",
]
ACTIONS = [
    "/todos/1/done/",
    "/todos/1/reopen/",
    "/reviews/1/confirm/",
    "/notices/1/open/",
    "/notices/read/",
    "/wanted/1/take/",
    "/wanted/1/give-back/",
    "/wanted/1/close/",
    "/wanted/1/written/",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_led_to_the_sign_in(
    client: Client, alice: Person, success_department: Department, help_topic: Topic, page: str
) -> None:
    answer = client.get(page.format(alice=alice.pk, department=success_department.pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("page", PAGES)
def test_a_leaver_is_a_visitor(
    alice: Person,
    charlie: Person,
    success_department: Department,
    client_for: Callable[[Person], Client],
    page: str,
) -> None:
    answer = client_for(charlie).get(page.format(alice=alice.pk, department=success_department.pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_get_changes_nothing(alice_client: Client, action: str) -> None:
    assert alice_client.get(action).status_code == 405


@pytest.mark.parametrize("action", [a for a in ACTIONS if a != "/notices/read/"])
def test_what_is_not_there_is_not_found(alice_client: Client, action: str) -> None:
    assert alice_client.post(action).status_code == 404


def test_browsers_find_the_icon_and_get_no_token_with_it(
    alice: Person, client_for: Callable[[Person], Client]
) -> None:
    for client in (Client(), client_for(alice)):
        answer = client.get("/favicon.ico")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/static/favicon")
        assert "csrftoken" not in answer.cookies
