"""はじめの30日: what a new colleague reads and whom they talk to."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kb.articles.models import Article
from kb.engagement.models import Confirmation
from kb.meetings.models import Meeting, Series
from kb.portal.first_days.gathering import day_of, first_days_of
from kb.portal.first_days.models import FirstDaysTick
from kb.topics.models import Topic
from people.models import Department, Person, Responsibility
from tests.conftest import make_person


@pytest.fixture(autouse=True)
def with_index(search_index: object) -> None:
    """The page asks who knows, so the index is there, empty."""


def joined(person: Person, days_ago: int) -> Person:
    person.joined_on = timezone.localdate() - dt.timedelta(days=days_ago)
    person.save()
    return person


def page(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_first_thirty_days_and_no_others(alice: Person) -> None:
    assert day_of(alice) == 0
    assert day_of(joined(alice, 0)) == 1
    assert day_of(joined(alice, 29)) == 30
    assert day_of(joined(alice, 30)) == 0
    assert day_of(joined(alice, -3)) == 0


def test_the_home_page_leads_there_in_the_first_days(alice: Person, alice_client: Client) -> None:
    assert "/first-days/" not in page(alice_client.get("/"))
    joined(alice, 2)
    home = page(alice_client.get("/"))
    # First of all: on a phone what stands lower is not seen in the first week.
    assert home.index('href="/first-days/"') < home.index('id="today"')


def test_everything_comes_from_what_is_there(
    alice: Person, bob: Person, success_department: Department, alice_client: Client
) -> None:
    joined(alice, 2)
    manual = Article.objects.create(
        kind="manual", title="電話の受け方", author=bob, department=success_department
    )
    Article.objects.create(kind="manual", title="他の部署の話", author=bob)
    series = Series.objects.create(slug="all-hands", name="ALL HANDS", kind="all_hands")
    for number in range(1, 4):
        Meeting.objects.create(
            series=series,
            number=number,
            state="published",
            held_at=timezone.now() - dt.timedelta(days=200 * (4 - number)),
        )
    Topic.objects.create(name="導入支援", slug="donyu", description="使い始めを手伝うこと。")
    Confirmation.objects.create(person=alice, asked_by=bob, target=manual)
    gathered = first_days_of(alice)
    assert [step.title for step in gathered.manuals] == ["電話の受け方"]
    assert [step.title for step in gathered.all_hands] == ["ALL HANDS 第3回", "ALL HANDS 第2回"]
    assert [step.title for step in gathered.words] == ["導入支援"]
    assert [step.title for step in gathered.confirmations] == ["電話の受け方"]
    assert gathered.left == 5
    text = page(alice_client.get("/first-days/"))
    assert "入社3日めです" in text


def test_head_and_team_stand_first_each_with_a_reason(
    alice: Person, bob: Person, charlie: Person, success_department: Department
) -> None:
    success_department.head = bob
    success_department.save()
    Responsibility.objects.create(
        name="電話の一次受け", department=success_department, main=charlie
    )
    people = first_days_of(alice).people
    assert [(someone.person, someone.why) for someone in people] == [
        (bob, "カスタマーサクセス部の責任者です。")
    ]


def test_six_are_found_where_nobody_has_written_anything(
    alice: Person, success_department: Department
) -> None:
    for number in range(6):
        elsewhere = Department.objects.create(slug=f"d{number}", name=f"ほかの部{number}")
        keeper = make_person(f"k{number}", f"担当 {number}", "たんとう", elsewhere)
        Responsibility.objects.create(name=f"業務{number}", department=elsewhere, main=keeper)
    mate = make_person("mate", "同僚 一", "どうりょう はじめ", success_department)
    people = first_days_of(alice).people
    assert len(people) == 6
    assert (people[0].person, people[0].why) == (mate, "同じ部署で働いています。")
    assert people[1].why == "ほかの部0で「業務0」を受け持っています。"
    assert len({someone.person for someone in people}) == 6


def test_a_tick_stays_and_can_be_taken_away(
    alice: Person, bob: Person, alice_client: Client
) -> None:
    key = f"people.person:{bob.pk}"
    alice_client.post("/first-days/tick/", {"key": key})
    assert FirstDaysTick.objects.get().person == alice
    alice_client.post("/first-days/tick/", {"key": key})
    assert not FirstDaysTick.objects.exists()
    assert alice_client.post("/first-days/tick/", {"key": "<x>"}).status_code == 404
    assert alice_client.get("/first-days/tick/").status_code == 405
