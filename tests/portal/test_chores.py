"""担当業務カタログ is kept by the department's own people, and found in any of its words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kb.foundation.models import AuditEntry
from kb.search import outbox
from people.models import Department, Membership, Person, Responsibility


def new(department: Department) -> str:
    return f"/departments/{department.pk}/chores/new/"


def test_a_member_adds_a_chore_with_words_and_people(
    alice_client: Client, alice: Person, bob: Person, success_department: Department
) -> None:
    answer = alice_client.post(
        new(success_department),
        {
            "name": "請求書の　再発行",
            "other_words": "インボイス\n領収書",
            "main": "有栖川 玲（alice）",
            "sub": "bob",
        },
    )
    chore = Responsibility.objects.get()
    assert answer["Location"] == chore.get_absolute_url()
    assert (chore.name, chore.words, chore.main, chore.sub) == (
        "請求書の 再発行",
        ["インボイス", "領収書"],
        alice,
        bob,
    )
    assert AuditEntry.objects.get(action="responsibility.create").person == alice


def test_the_same_form_twice_is_one_chore(
    alice_client: Client, success_department: Department
) -> None:
    data = {"name": "一次受け", "form_key": "6dc0aa4c-6a6b-4f0f-9a52-40a3a1a1b111"}
    for _time in range(2):
        assert alice_client.post(new(success_department), data).status_code == 302
    assert Responsibility.objects.count() == 1


def test_a_chore_is_edited_retired_and_taken_back(
    alice_client: Client, alice: Person, success_department: Department
) -> None:
    chore = Responsibility.objects.create(name="一次受け", department=success_department)
    page = alice_client.get(f"/departments/{success_department.pk}/").content.decode()
    assert f"/chores/{chore.pk}/edit/" in page
    alice_client.post(f"/chores/{chore.pk}/edit/", {"name": "問い合わせ", "main": "alice"})
    alice_client.post(f"/chores/{chore.pk}/retire/")
    chore.refresh_from_db()
    assert (chore.name, chore.main, chore.is_active) == ("問い合わせ", alice, False)
    assert alice_client.get(f"/chores/{chore.pk}/edit/").status_code == 404
    alice_client.post(f"/chores/{chore.pk}/revive/")
    chore.refresh_from_db()
    assert chore.is_active


def test_other_departments_do_not_touch_it(
    alice_client: Client, alice: Person, development_department: Department
) -> None:
    chore = Responsibility.objects.create(name="一次受け", department=development_department)
    page = alice_client.get(f"/departments/{development_department.pk}/").content.decode()
    assert "/chores/" not in page
    for address in (
        new(development_department),
        f"/chores/{chore.pk}/edit/",
        f"/chores/{chore.pk}/retire/",
        f"/departments/{development_department.pk}/mission/",
    ):
        assert alice_client.post(address, {"name": "x"}).status_code == 403
    development_department.head = alice
    development_department.save()
    assert alice_client.get(f"/chores/{chore.pk}/edit/").status_code == 200


def test_people_of_a_team_belong_to_the_department_above(
    alice_client: Client, alice: Person, success_department: Department
) -> None:
    team = Department.objects.create(slug="team", name="チーム", parent=success_department)
    Membership.objects.filter(person=alice).update(department=team)
    assert alice_client.get(new(success_department)).status_code == 200


def test_the_sentence_is_edited_by_its_people(
    alice_client: Client, success_department: Department
) -> None:
    address = f"/departments/{success_department.pk}/mission/"
    alice_client.post(address, {"mission": "お客さまを支えます。"})
    success_department.refresh_from_db()
    assert success_department.mission == "お客さまを支えます。"
    assert alice_client.post(address, {"mission": "長" * 301}).status_code == 422


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": ""}, "担当業務を入れてください。"),
        ({"name": "一次受け"}, "同じ名前の業務があります"),
        ({"name": "古い業務"}, "もうない業務があります"),
        ({"name": "新しい", "main": "だれか"}, "見つかりません"),
        ({"name": "新しい", "main": "alice", "sub": "alice"}, "主担当とは別の人"),
    ],
)
def test_bad_input_is_answered_in_words_and_kept(
    alice_client: Client, success_department: Department, data: dict[str, str], words: str
) -> None:
    for name, is_active in (("一次受け", True), ("古い業務", False)):
        Responsibility.objects.create(name=name, department=success_department, is_active=is_active)
    answer = alice_client.post(new(success_department), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert data.get("main", "") in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "words", ["請求書の再発行", "インボイス", "りょうしゅうしょ", "領収書 もう一度"]
)
def test_a_chore_is_found_in_any_of_its_words(
    search_index: Any,
    alice: Person,
    bob: Person,
    success_department: Department,
    client_for: Callable[[Person], Client],
    words: str,
) -> None:
    chore = Responsibility.objects.create(
        name="請求書の再発行",
        other_words="インボイス\n領収書\nりょうしゅうしょ",
        department=success_department,
        main=alice,
    )
    outbox.mark(chore)
    outbox.drain()
    page = client_for(bob).get("/search/", {"q": words}).content.decode()
    assert chore.get_absolute_url() in page
    assert "有栖川 玲" in page
    assert "カスタマーサクセス部" in page


@pytest.mark.parametrize("words", ["請求書の再発行", "ｲﾝﾎﾞｲｽ", "りょうしゅうしょ", " 領収書 "])
def test_whom_to_ask_stands_above_everything_else(
    alice_client: Client, bob: Person, success_department: Department, words: str
) -> None:
    chore = Responsibility.objects.create(
        name="請求書の再発行",
        other_words="インボイス\nリョウシュウショ\n領収書",
        department=success_department,
        main=bob,
    )
    assert Responsibility.objects.called(words) == [chore]
    page = alice_client.get("/search/", {"q": words}).content.decode()
    below = [page.find(mark) for mark in ('class="search"', 'class="empty"') if mark in page]
    assert page.index(chore.get_absolute_url()) < min(below)
    assert "坊城 武" in page


@pytest.mark.parametrize("words", ["", "請求", "請求書の再発行の再発行", "%", "長" * 200])
def test_other_words_are_no_chore(success_department: Department, words: str) -> None:
    Responsibility.objects.create(name="請求書の再発行", department=success_department)
    Responsibility.objects.create(
        name="古い業務", other_words="請求", department=success_department, is_active=False
    )
    assert Responsibility.objects.called(words) == []


def test_a_leaver_is_not_named_for_a_chore(
    alice_client: Client, charlie: Person, success_department: Department
) -> None:
    Responsibility.objects.create(name="一次受け", department=success_department, main=charlie)
    page = alice_client.get("/search/", {"q": "一次受け"}).content.decode()
    assert "主担当は決まっていません" in page
    assert "茶谷" not in page
