"""日報 writes itself from what was recorded anyway."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from customers.models import Customer, Touch
from kb.articles.models import Answer, Article
from kb.meetings.models import Meeting, Series
from kb.todos.models import ActionItem
from people.models import Person

PATH = "/reports/daily/"
NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def day_of_alice(alice: Person, bob: Person) -> None:
    """One thing of each kind at noon, one of somebody else, one a day later, one in the bin."""
    customer = Customer.objects.create(name="あさぎ製菓")
    touches: list[dict[str, Any]] = [
        {"text": "納期の相談。"},
        {"text": "坊城の話。", "author": bob},
        {"text": "翌日の話。", "happened_at": NOON + dt.timedelta(days=1)},
        {"text": "捨てた話。", "deleted_at": NOON},
    ]
    for fields in touches:
        Touch.objects.create(
            **{"customer": customer, "author": alice, "channel": "phone", "happened_at": NOON}
            | fields
        )
    ActionItem.objects.create(text="見積を送った", person=alice, state="done", done_at=NOON)
    ActionItem.objects.create(text="次の電話", person=alice, due_on=dt.date(2026, 11, 25))
    series = Series.objects.create(slug="coffee-talk", name="COFFEE TALK")
    Meeting.objects.create(series=series, number=42, held_at=NOON, scribe=alice)
    question = Article.objects.create(
        kind="question", title="宛名を変えるには", author=bob, status="published", created_at=NOON
    )
    Answer.objects.create(question=question, author=alice, body="経理へ。", created_at=NOON)


def page(client: Client, **query: str) -> str:
    answer = client.get(PATH, query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_day_is_built_from_what_was_done(
    client_for: Callable[[Person], Client], bob: Person, alice: Person, day_of_alice: None
) -> None:
    shown = page(client_for(bob), day="2026-11-20", person=str(alice.pk))
    for words in (
        "納期の相談",
        "あさぎ製菓",
        "見積を送った",
        "COFFEE TALK 第42回",
        "宛名を変えるには",
        "次の電話",
    ):
        assert words in shown
    for words in ("坊城の話", "翌日の話", "捨てた話"):
        assert words not in shown


def test_without_an_address_it_is_my_own_today(
    client_for: Callable[[Person], Client], alice: Person
) -> None:
    shown = page(client_for(alice))
    assert alice.name in shown
    assert "この日の記録はまだありません" in shown


@pytest.mark.parametrize(
    "day",
    ["", "昨日", "令和8年11月20日", "2026-02-30", "9999-12-31", "0001-01-01", "\0", "x" * 500],
)
def test_any_day_answers(client_for: Callable[[Person], Client], alice: Person, day: str) -> None:
    page(client_for(alice), day=day)


@pytest.mark.parametrize("person", ["9" * 30, "0", "-1", "\0", "٣"])
def test_nobodys_day_is_not_found(
    client_for: Callable[[Person], Client], alice: Person, person: str
) -> None:
    assert client_for(alice).get(PATH, {"person": person}).status_code == 404


def test_leavers_have_no_report_and_see_none(
    client: Client, client_for: Callable[[Person], Client], alice: Person, charlie: Person
) -> None:
    assert client_for(alice).get(PATH, {"person": charlie.pk}).status_code == 404
    assert client.get(PATH).status_code == 302
    client.force_login(charlie, backend="people.backends.LoginOrEmailBackend")
    assert client.get(PATH).status_code == 302


def test_it_costs_the_same_on_a_busy_day(
    client_for: Callable[[Person], Client],
    alice: Person,
    day_of_alice: None,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    customer = Customer.objects.get()
    for number in range(10):
        Touch.objects.create(
            customer=customer, author=alice, channel="phone", happened_at=NOON, text=f"話{number}"
        )
    hers = client_for(alice)
    page(hers)
    with django_assert_max_num_queries(22):
        page(hers, day="2026-11-20")


def test_one_line_is_added_and_changed(
    client_for: Callable[[Person], Client], alice: Person, bob: Person
) -> None:
    hers = client_for(alice)
    for words in ("よい一日。", "とてもよい一日。"):
        answer = hers.post(f"{PATH}note/?day=2026-11-20", {"text": words})
        assert answer.status_code == 302
    assert hers.post(f"{PATH}note/?day=2026-11-20", {"text": "長" * 301}).status_code == 422
    shown = page(client_for(bob), day="2026-11-20", person=str(alice.pk))
    assert "とてもよい一日。" in shown
    assert "所感を保存する" not in shown


def test_a_colleague_comments_on_a_day(
    client_for: Callable[[Person], Client], alice: Person, bob: Person
) -> None:
    address = f"{PATH}comment/?day=2026-11-20&person={alice.pk}"
    his = client_for(bob)
    assert his.post(address, {"body": ""}).status_code == 422
    assert his.post(address, {"body": "おつかれさまでした。"}).status_code == 302
    assert "おつかれさまでした。" in page(client_for(alice), day="2026-11-20")
    assert his.get(address).status_code == 405


def test_colleagues_of_the_department_stand_beside(
    client_for: Callable[[Person], Client], alice: Person, bob: Person, day_of_alice: None
) -> None:
    mate = Person.objects.create_user("dora", None, name="堂前 瑠璃", yomi="どうまえ るり")
    mate.memberships.create(department=alice.memberships.get().department)
    shown = page(client_for(mate), day="2026-11-20")
    assert alice.name in shown
    assert bob.name not in shown


def test_silent_and_worried_customers_wait_today(
    client_for: Callable[[Person], Client], alice: Person, bob: Person
) -> None:
    names = ("静かな会社", "心配な会社", "元気な会社", "よその会社")
    quiet, worried, fine, others = (
        Customer.objects.create(name=name, success_owner=alice) for name in names
    )
    Customer.objects.filter(pk=others.pk).update(success_owner=bob)
    now = timezone.now()
    for customer, days, mood in (
        (quiet, 45, ""), (worried, 2, "danger"), (fine, 2, "good"), (others, 45, "danger"),
    ):  # fmt: skip
        Touch.objects.create(
            customer=customer, author=alice, channel="phone", text="話。", mood=mood,
            happened_at=now - dt.timedelta(days=days),
        )  # fmt: skip
    shown = str(client_for(alice).get("/").content.decode())
    assert "45日、対応の記録がありません" in shown
    assert "ようすが「危険」です" in shown
    assert f"/write/touch/?customer={quiet.pk}" in shown
    for customer in (fine, others):
        assert f"/write/touch/?customer={customer.pk}" not in shown
