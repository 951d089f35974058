"""Who leaves hands everything on first; the list is dry until it is confirmed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Deal, VoiceTheme
from kb.api.models import ApiToken
from kb.articles.models import Article
from kb.communities.models import Community, CommunityMember
from kb.engagement.models import Notification
from kb.foundation.models import AuditEntry
from kb.meetings.models import Meeting, Series
from kb.portal.models import WantedArticle
from kb.todos.models import ActionItem
from kb.topics.models import Topic
from people.models import Department, Person, Responsibility, TopicSteward
from tests.conftest import make_person


@pytest.fixture
def operator(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return client_for(alice)


@pytest.fixture
def dora(development_department: Department) -> Person:
    return make_person("dora", "堂本 楽", "どうもと らく", development_department)


@pytest.fixture
def belongings(bob: Person, development_department: Department) -> dict[str, Any]:
    """One thing of every kind that hangs on bob."""
    customer = Customer.objects.create(name="青空物産", sales_owner=bob, success_owner=bob)
    topic = Topic.objects.create(name="監視")
    series = Series.objects.create(name="COFFEE TALK", slug="coffee")
    return {
        "customer": customer,
        "deal": Deal.objects.create(customer=customer, name="追加契約", owner=bob),
        "todo": ActionItem.objects.create(text="手順を直す", person=bob),
        "question": Article.objects.create(
            kind="question", title="夜間の連絡先は？", author=bob, owner=bob
        ),
        "article": Article.objects.create(kind="manual", title="障害のとき", author=bob, owner=bob),
        "chore": Responsibility.objects.create(
            name="障害の一次受け", department=development_department, main=bob
        ),
        "theme": VoiceTheme.objects.create(title="遅い", owner=bob),
        "stewardship": TopicSteward.objects.create(topic=topic, person=bob),
        "community": Community.objects.create(title="遅い画面", started_by=bob, facilitator=bob),
        "meeting": Meeting.objects.create(
            series=series, number=1, held_at=timezone.now() + dt.timedelta(days=3), chair=bob
        ),
        "wish": WantedArticle.objects.create(
            title="監視の見かた", taken_by=bob, state=WantedArticle.State.TAKEN
        ),
    }


KINDS = (
    "customers", "deals", "todos", "questions", "chores", "articles",
    "themes", "stewardships", "communities", "meetings", "wishes",
)  # fmt: skip


def form(successor: str = "", **ways: str) -> dict[str, str]:
    data = {"last_day": str(timezone.localdate()), "successor": successor}
    data |= {f"way_{kind}": "together" for kind in KINDS}
    return data | ways


def address(person: Person) -> str:
    return f"/admin/people/person/{person.pk}/leaving/"


def reread(things: dict[str, Any]) -> dict[str, Any]:
    for thing in things.values():
        if type(thing).objects.filter(pk=thing.pk).exists():
            thing.refresh_from_db()
    return things


def test_everything_of_the_person_is_listed(
    operator: Client, bob: Person, belongings: dict[str, Any]
) -> None:
    page = operator.get(address(bob)).content.decode()
    for words in (
        "青空物産", "追加契約", "手順を直す", "夜間の連絡先は？", "障害のとき", "障害の一次受け",
        "遅い", "監視", "遅い画面", "COFFEE TALK", "監視の見かた",
    ):  # fmt: skip
        assert words in page


def test_the_preview_changes_nothing(
    operator: Client, bob: Person, dora: Person, belongings: dict[str, Any]
) -> None:
    page = operator.post(address(bob), form("堂本 楽（dora）")).content.decode()
    assert "堂本 楽さんが引き継ぎます。" in page
    assert reread(belongings)["article"].owner == bob
    bob.refresh_from_db()
    assert bob.is_active
    assert not AuditEntry.objects.exclude(action__startswith="person.sign").exists()


def test_one_successor_takes_everything(
    operator: Client, bob: Person, dora: Person, belongings: dict[str, Any]
) -> None:
    operator.post(address(bob), form("dora", confirmed="1"))
    things = reread(belongings)
    assert (things["customer"].sales_owner, things["customer"].success_owner) == (dora, dora)
    for name, field in (
        ("deal", "owner"), ("todo", "person"), ("question", "owner"), ("article", "owner"),
        ("chore", "main"), ("theme", "owner"), ("stewardship", "person"),
        ("community", "facilitator"), ("meeting", "chair"), ("wish", "taken_by"),
    ):  # fmt: skip
        assert getattr(things[name], field) == dora, name
    assert CommunityMember.objects.filter(community=things["community"], person=dora).exists()
    # What was written keeps the name of who wrote it.
    assert things["article"].author == bob


def test_sign_ins_and_tokens_end_at_once(
    operator: Client,
    bob: Person,
    client_for: Callable[[Person], Client],
) -> None:
    his = client_for(bob)
    ApiToken.objects.create(person=bob, digest="x")
    operator.post(address(bob), form(confirmed="1"))
    assert his.get("/").status_code == 302
    assert Session.objects.count() == 1
    assert ApiToken.objects.get().revoked_at is not None


def test_what_stays_with_the_department_names_it(
    operator: Client,
    bob: Person,
    dora: Person,
    belongings: dict[str, Any],
    development_department: Department,
) -> None:
    development_department.head = dora
    development_department.save()
    operator.post(address(bob), form(confirmed="1"))
    things = reread(belongings)
    assert (things["article"].owner, things["article"].department) == (
        None,
        development_department,
    )
    assert things["customer"].success_owner == things["todo"].person == dora
    assert things["chore"].main is None
    assert things["wish"].state == WantedArticle.State.OPEN
    assert not TopicSteward.objects.exists()


def test_a_kind_may_go_to_somebody_else(
    operator: Client, alice: Person, bob: Person, dora: Person, belongings: dict[str, Any]
) -> None:
    data = form("dora", way_todos="other", to_todos="有栖川玲", confirmed="1")
    operator.post(address(bob), data)
    things = reread(belongings)
    assert (things["todo"].person, things["article"].owner) == (alice, dora)


def test_successors_are_told_once_and_see_their_list(
    operator: Client,
    bob: Person,
    dora: Person,
    belongings: dict[str, Any],
    client_for: Callable[[Person], Client],
) -> None:
    for _time in range(2):
        operator.post(address(bob), form("dora", confirmed="1"))
    notice = Notification.objects.get(person=dora)
    assert (notice.kind, notice.text) == (
        "handover",
        "坊城 武さんの仕事を引き継ぎました（11件）。",
    )
    page = client_for(dora).get(notice.url).content.decode()
    assert "障害の一次受け" in page
    assert operator.get(notice.url).status_code == 404


def test_doing_it_twice_is_doing_it_once(
    operator: Client, bob: Person, dora: Person, belongings: dict[str, Any]
) -> None:
    for _time in range(2):
        assert operator.post(address(bob), form("dora", confirmed="1")).status_code == 302
    actions = AuditEntry.objects.filter(target=f"people.person.{bob.pk}")
    assert sorted(actions.values_list("action", flat=True)) == ["person.handover", "person.leave"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"successor": "いない 人"}, "見つかりません"),
        ({"successor": "bob"}, "退職する人とは別の人"),
        ({"last_day": "2999-01-01"}, "最後の日になってから"),
        ({"last_day": "きのう"}, "日付"),
        ({"way_todos": "other"}, "引き継ぐ人を入れてください。"),
        ({"way_todos": "rubbish"}, "正しく選択"),
    ],
)
def test_bad_input_is_answered_in_words_and_kept(
    operator: Client, bob: Person, belongings: dict[str, Any], data: dict[str, str], words: str
) -> None:
    answer = operator.post(address(bob), form(confirmed="1") | data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    bob.refresh_from_db()
    assert bob.is_active


def test_nobody_but_operators_sees_it(
    bob: Person, charlie: Person, dora: Person, client_for: Callable[[Person], Client]
) -> None:
    assert client_for(dora).get(address(bob)).status_code == 302
    dora.is_staff = True
    dora.save()
    assert client_for(dora).get(address(bob)).status_code == 403
    assert Client().get(address(bob)).status_code == 302


def test_nobody_lets_themselves_leave(operator: Client, alice: Person) -> None:
    operator.post(address(alice), form(confirmed="1"))
    alice.refresh_from_db()
    assert alice.is_active


def test_what_a_head_leaves_goes_to_the_head_above(
    operator: Client,
    alice: Person,
    bob: Person,
    belongings: dict[str, Any],
    development_department: Department,
    success_department: Department,
) -> None:
    success_department.head = alice
    success_department.save()
    development_department.head, development_department.parent = bob, success_department
    development_department.save()
    operator.post(address(bob), form(confirmed="1", way_departments="together"))
    assert reread(belongings)["todo"].person == alice
    development_department.refresh_from_db()
    assert development_department.head is None
