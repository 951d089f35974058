"""Departments change on a day: dry run first, then the deed, then the way back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import VoiceTheme
from kb.articles.models import Article
from kb.engagement.models import Notification
from kb.foundation.models import AuditEntry
from kb.meetings.models import Decision
from kb.portal.models import WantedArticle
from kb.portal.tasks import reorganise
from kb.search import outbox
from people.models import Department, DepartmentChange, Membership, Person, Responsibility

TODAY = "2026-04-01"
NEW = "/admin/people/reorganisation/new/"


@pytest.fixture
def operator(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return client_for(alice)


@pytest.fixture
def possessions(bob: Person, development_department: Department) -> dict[str, Any]:
    """What the development department has."""
    decision = Decision.objects.create(title="毎週直す", decided_on=dt.date(2026, 1, 5))
    decision.departments.add(development_department)
    return {
        "chore": Responsibility.objects.create(
            name="障害の一次受け", department=development_department, main=bob
        ),
        "article": Article.objects.create(
            kind="manual", title="障害のとき", author=bob, owner=bob,
            department=development_department,
        ),
        "question": Article.objects.create(
            kind="question", title="夜は？", author=bob, department=development_department
        ),
        "wish": WantedArticle.objects.create(title="監視", department=development_department),
        "theme": VoiceTheme.objects.create(title="遅い", owner_department=development_department),
        "child": Department.objects.create(
            slug="infra", name="基盤課", parent=development_department
        ),
    }  # fmt: skip


def merge(source: Department, target: Department, **more: str) -> dict[str, str]:
    return {
        "effective_on": TODAY,
        "department": str(source.pk),
        "successor": str(target.pk),
        **more,
    }


def confirmed(client: Client, kind: str, data: dict[str, Any]) -> DepartmentChange:
    answer = client.post(f"{NEW}{kind}/", data | {"confirmed": "1"})
    assert answer.status_code == 302, answer.content.decode()
    return DepartmentChange.objects.latest("pk")


def day_later(days: int) -> str:
    return str(timezone.localdate() + dt.timedelta(days=days))


def test_the_dry_run_names_everything_and_changes_nothing(
    operator: Client,
    bob: Person,
    possessions: dict[str, Any],
    development_department: Department,
    success_department: Department,
) -> None:
    data = merge(development_department, success_department)
    page = operator.post(f"{NEW}merge/", data).content.decode()
    for words in (
        "坊城 武",
        "障害の一次受け",
        "障害のとき",
        "夜は？",
        "監視",
        "遅い",
        "毎週直す",
        "基盤課",
    ):
        assert words in page, words
    assert not DepartmentChange.objects.exists()
    assert bob.department == development_department
    possessions["article"].refresh_from_db()
    assert possessions["article"].department == development_department


def test_merging_moves_everything_on_that_day(
    operator: Client,
    bob: Person,
    possessions: dict[str, Any],
    development_department: Department,
    success_department: Department,
) -> None:
    confirmed(operator, "merge", merge(development_department, success_department))
    old, new = Membership.objects.filter(person=bob).order_by("started_on")
    assert (old.ended_on, new.started_on) == (dt.date(2026, 3, 31), dt.date(2026, 4, 1))
    assert (new.department, new.is_primary) == (success_department, True)
    for thing in possessions.values():
        thing.refresh_from_db()
    for name in ("chore", "article", "question", "wish"):
        assert possessions[name].department == success_department, name
    assert possessions["theme"].owner_department == success_department
    assert possessions["child"].parent == success_department
    assert success_department.decisions.get().title == "毎週直す"
    development_department.refresh_from_db()
    assert development_department.closed_on == dt.date(2026, 4, 1)


def test_it_is_taken_back_as_it_was(
    operator: Client,
    bob: Person,
    possessions: dict[str, Any],
    development_department: Department,
    success_department: Department,
) -> None:
    change = confirmed(operator, "merge", merge(development_department, success_department))
    for _time in range(2):
        operator.post(f"/admin/people/reorganisation/{change.pk}/undo/")
    assert bob.memberships.get().ended_on is None
    for thing in possessions.values():
        thing.refresh_from_db()
    for name in ("chore", "article", "question", "wish"):
        assert possessions[name].department == development_department, name
    assert not success_department.decisions.exists()
    development_department.refresh_from_db()
    assert development_department.closed_on is None
    actions = AuditEntry.objects.filter(action__startswith="departmentchange")
    assert [a.action for a in actions.order_by("pk")] == [
        "departmentchange.done",
        "departmentchange.undo",
    ]


def test_what_changed_since_stays_when_it_is_taken_back(
    operator: Client,
    possessions: dict[str, Any],
    development_department: Department,
    success_department: Department,
) -> None:
    change = confirmed(operator, "merge", merge(development_department, success_department))
    Article.objects.filter(pk=possessions["article"].pk).update(department=None)
    page = operator.post(f"/admin/people/reorganisation/{change.pk}/undo/", follow=True)
    assert "あとから変わったものは残しました：障害のとき" in page.content.decode()
    possessions["article"].refresh_from_db()
    assert possessions["article"].department is None


def test_the_old_address_leads_on(
    operator: Client, development_department: Department, success_department: Department
) -> None:
    confirmed(operator, "merge", merge(development_department, success_department))
    page = operator.get(f"/departments/{development_department.pk}/").content.decode()
    assert "2026年4月1日" in page
    assert "「プロダクト開発部」は「カスタマーサクセス部」になりました。" in page
    assert f'href="/departments/{success_department.pk}/"' in page
    now = operator.get(f"/departments/{success_department.pk}/").content.decode()
    assert "「プロダクト開発部」は「カスタマーサクセス部」になりました。" in now


def test_a_chore_of_the_same_name_becomes_one(
    operator: Client,
    alice: Person,
    bob: Person,
    development_department: Department,
    success_department: Department,
) -> None:
    for department, person, words in (
        (development_department, bob, "アラート"),
        (success_department, alice, "障害"),
    ):
        Responsibility.objects.create(
            name="一次受け", department=department, main=person, other_words=words
        )
    confirmed(operator, "merge", merge(development_department, success_department))
    chore = Responsibility.objects.visible().get()
    assert (chore.department, chore.main, chore.sub) == (success_department, alice, bob)
    assert chore.words == ["障害", "アラート"]


def test_a_second_post_becomes_the_main_one(
    operator: Client,
    bob: Person,
    development_department: Department,
    success_department: Department,
) -> None:
    Membership.objects.create(person=bob, department=success_department, is_primary=False)
    confirmed(operator, "merge", merge(development_department, success_department))
    post = Membership.objects.current().get(person=bob)
    assert (post.department, post.is_primary) == (success_department, True)


def test_a_new_department_takes_chosen_people_chores_and_their_texts(
    operator: Client,
    bob: Person,
    possessions: dict[str, Any],
    development_department: Department,
) -> None:
    data = {
        "effective_on": TODAY,
        "department": str(development_department.pk),
        "name": "運用部",
        "yomi": "うんようぶ",
        "head": "坊城 武（bob）",
        "members": [str(bob.pk)],
        "chores": [str(possessions["chore"].pk)],
    }
    change = confirmed(operator, "split", data)
    made = Department.objects.get(name="運用部")
    assert (change.successor, made.head, made.opened_on) == (made, bob, dt.date(2026, 4, 1))
    assert Membership.objects.current().get(person=bob).department == made
    for thing in possessions.values():
        thing.refresh_from_db()
    assert possessions["chore"].department == possessions["article"].department == made
    assert possessions["question"].department == development_department
    operator.post(f"/admin/people/reorganisation/{change.pk}/undo/")
    assert not Department.objects.filter(name="運用部").exists()
    assert Membership.objects.current().get(person=bob).department == development_department


def test_opening_and_renaming(operator: Client, success_department: Department) -> None:
    data = {"effective_on": TODAY, "name": "広報部", "parent": str(success_department.pk)}
    confirmed(operator, "open", data)
    made = Department.objects.get(name="広報部")
    assert made.parent == success_department
    data = {"effective_on": TODAY, "department": str(made.pk), "name": "広報・採用部"}
    change = confirmed(operator, "rename", data)
    made.refresh_from_db()
    assert (made.name, change.words) == (
        "広報・採用部",
        "「広報部」は「広報・採用部」になりました。",
    )


def test_people_and_chores_are_not_left_behind(
    operator: Client, bob: Person, development_department: Department
) -> None:
    data = {"effective_on": TODAY, "department": str(development_department.pk)}
    answer = operator.post(f"{NEW}close/", data | {"confirmed": "1"})
    assert answer.status_code == 422
    assert "ひとか担当業務が残っています" in answer.content.decode()
    Membership.objects.filter(person=bob).delete()
    confirmed(operator, "close", data)
    development_department.refresh_from_db()
    assert development_department.closed_on is not None


def test_a_later_day_waits_and_is_carried_out_then(
    operator: Client,
    bob: Person,
    development_department: Department,
    success_department: Department,
) -> None:
    data = merge(development_department, success_department, effective_on=day_later(3))
    change = confirmed(operator, "merge", data)
    assert change.state == DepartmentChange.State.PLANNED
    reorganise()
    assert bob.department == development_department
    DepartmentChange.objects.update(effective_on=timezone.localdate())
    for _time in range(2):
        reorganise()
    assert Membership.objects.current().get(person=bob, ended_on=None).department == (
        success_department
    )
    change.refresh_from_db()
    assert change.state == DepartmentChange.State.DONE
    assert Notification.objects.get(person=bob).text == change.words


def test_what_is_planned_can_be_cancelled(
    operator: Client, development_department: Department, success_department: Department
) -> None:
    data = merge(development_department, success_department, effective_on=day_later(3))
    change = confirmed(operator, "merge", data)
    assert "まとめる" in operator.get("/admin/people/reorganisation/").content.decode()
    operator.post(f"/admin/people/reorganisation/{change.pk}/cancel/")
    DepartmentChange.objects.update(effective_on=timezone.localdate())
    reorganise()
    development_department.refresh_from_db()
    assert development_department.closed_on is None


def test_a_plan_that_no_longer_fits_says_so(
    operator: Client,
    alice: Person,
    development_department: Department,
    success_department: Department,
) -> None:
    data = merge(development_department, success_department, effective_on=day_later(3))
    change = confirmed(operator, "merge", data)
    success_department.closed_on = timezone.localdate()
    success_department.save()
    DepartmentChange.objects.update(effective_on=timezone.localdate())
    reorganise()
    change.refresh_from_db()
    assert change.state == DepartmentChange.State.FAILED
    assert "もう閉じられています" in change.message
    assert "もう閉じられています" in Notification.objects.get(person=alice).text


def test_the_same_form_twice_is_one_step(operator: Client, db: None) -> None:
    key = "6dc0aa4c-6a6b-4f0f-9a52-40a3a1a1b111"
    data = {"effective_on": TODAY, "name": "広報部", "form_key": key, "confirmed": "1"}
    for _time in range(2):
        assert operator.post(f"{NEW}open/", data).status_code == 302
    assert DepartmentChange.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("open", {"effective_on": "", "name": ""}, "名前を入れてください。"),
        ("open", {"effective_on": "あした", "name": "広報部"}, "日付"),
        ("open", {"effective_on": TODAY, "name": "カスタマーサクセス部"}, "もうあります"),
        ("open", {"effective_on": TODAY, "name": "広報部", "yomi": "広報"}, "ひらがな"),
        ("open", {"effective_on": TODAY, "name": "広報部", "head": "だれか"}, "見つかりません"),
        ("merge", {"effective_on": TODAY, "department": "999"}, "選択"),
    ],
)
def test_bad_input_is_answered_in_words(
    operator: Client, kind: str, data: dict[str, str], words: str
) -> None:
    answer = operator.post(f"{NEW}{kind}/", data)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_no_department_goes_into_itself(operator: Client, success_department: Department) -> None:
    answer = operator.post(f"{NEW}merge/", merge(success_department, success_department))
    assert "別の部署を選んでください。" in answer.content.decode()


def test_only_operators_come_in(bob: Person, client_for: Callable[[Person], Client]) -> None:
    bob.is_staff = True
    bob.save()
    for address in ("/admin/people/reorganisation/", f"{NEW}open/"):
        assert client_for(bob).get(address).status_code == 403
        assert Client().get(address).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_search_follows(
    search_index: Any,
    bob: Person,
    alice: Person,
    development_department: Department,
    success_department: Department,
    client_for: Callable[[Person], Client],
) -> None:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    chore = Responsibility.objects.create(
        name="障害の一次受け", department=development_department, main=bob
    )
    outbox.mark(chore)
    client = client_for(alice)
    confirmed(client, "merge", merge(development_department, success_department))
    outbox.drain()
    client.get("/departments/")  # takes away the toast, which names the old department
    page = client.get("/search/", {"q": "障害の一次受け"}).content.decode()
    assert f'href="/departments/{success_department.pk}/#responsibility-{chore.pk}"' in page
    assert "プロダクト開発部" not in page
    operator = client_for(alice)
    change = DepartmentChange.objects.get()
    operator.post(f"/admin/people/reorganisation/{change.pk}/undo/")
    outbox.drain()
    operator.get("/departments/")
    page = operator.get("/search/", {"q": "坊城 武"}).content.decode()
    assert "プロダクト開発部" in page
