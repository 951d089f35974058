"""Communities: anybody calls, anybody joins and leaves, nobody approves."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kb.communities.models import Community, CommunityMember
from kb.communities.services import CallFields, add_record, call_out, join
from kb.meetings.models import Meeting, Series
from people.models import Department, Person
from tests.conftest import make_person

NEW = "/write/community/"


@pytest.fixture(autouse=True)
def with_index(search_index: object) -> None:
    """Pages ask who knows, so the index is there, empty."""


@pytest.fixture
def hers(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(alice)


@pytest.fixture
def his(bob: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def community(alice: Person) -> Community:
    return call_out(
        by=alice, fields=CallFields("解約の前ぶれに早く気づきたい", why_now="4社が迷っている。")
    )


def page(answer: Any) -> str:
    return str(answer.content.decode())


def kind_of(person: Person) -> str:
    return CommunityMember.objects.get(person=person).kind


def test_who_calls_is_in(hers: Client, alice: Person) -> None:
    form = {"title": "ヘルプが見つからない", "topics": "ヘルプ", "form_key": str(uuid.uuid4())}
    first, second = hers.post(NEW, form), hers.post(NEW, form)
    community = Community.objects.get()
    assert first["Location"] == second["Location"] == f"{community.get_absolute_url()}invite/"
    assert (community.started_by, community.state) == (alice, "calling")
    assert kind_of(alice) == "joined"
    assert form["form_key"] in first.cookies["kb_sent"].value


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "\0"},
        {"title": "長" * 201},
        {"done_when": "あ" * 400_000},
        {"topics": "一、二、三、四、五、六"},
    ],
)
def test_nonsense_is_refused_and_the_words_stay(hers: Client, changes: dict[str, str]) -> None:
    form = {"title": "ヘルプが見つからない", "why_now": "電話の3割がこの話。", **changes}
    answer = hers.post(NEW, form)
    assert answer.status_code == 422
    assert "電話の3割がこの話。" in page(answer)
    assert not Community.objects.exists()


def test_joining_needs_nobodys_leave(his: Client, community: Community, bob: Person) -> None:
    his.post(f"/communities/{community.pk}/join/", {"kind": "joined"})
    assert kind_of(bob) == "joined"
    assert "あなたは参加しています。" in page(his.get(f"/communities/{community.pk}/"))
    his.post(f"/communities/{community.pk}/join/", {"kind": "listening"})
    assert kind_of(bob) == "listening"
    assert CommunityMember.objects.filter(person=bob).count() == 1


def test_leaving_is_possible_at_any_time_and_so_is_coming_back(
    his: Client, community: Community, bob: Person
) -> None:
    join(community, by=bob)
    Community.objects.update(facilitator=bob)
    his.post(f"/communities/{community.pk}/leave/")
    assert kind_of(bob) == "left"
    assert Community.objects.get().facilitator is None
    assert "参加する" in page(his.get(f"/communities/{community.pk}/"))
    his.post(f"/communities/{community.pk}/join/", {"kind": "nonsense"})
    assert kind_of(bob) == "joined"


def test_leaving_without_being_in_changes_nothing(his: Client, community: Community) -> None:
    assert his.post(f"/communities/{community.pk}/leave/").status_code == 302
    assert community.members.count() == 1


def test_only_those_who_take_part_move_it_on(
    hers: Client, his: Client, community: Community, bob: Person
) -> None:
    path = f"/communities/{community.pk}/state/"
    assert his.post(path, {"state": "working"}).status_code == 403
    join(community, by=bob, kind="listening")
    assert his.post(path, {"state": "working"}).status_code == 403
    assert hers.post(path, {"state": "working"}).status_code == 302
    community.refresh_from_db()
    assert community.state == "working"


def test_it_ends_with_its_result_in_words(hers: Client, community: Community) -> None:
    path = f"/communities/{community.pk}/state/"
    answer = hers.post(path, {"state": "dissolved", "result": " "})
    assert answer.status_code == 422
    assert "結果を一文で残してください。" in page(answer)
    hers.post(path, {"state": "dissolved", "result": "マニュアルに残した。"})
    listed = hers.get("/communities/")
    assert not listed.context["active"]
    assert "マニュアルに残した。" in page(listed)


@pytest.mark.parametrize("deed", ["join", "leave", "state"])
def test_reading_an_address_changes_nothing(hers: Client, community: Community, deed: str) -> None:
    assert hers.get(f"/communities/{community.pk}/{deed}/").status_code == 405


def test_leavers_are_no_longer_among_the_people(
    hers: Client, community: Community, charlie: Person
) -> None:
    join(community, by=charlie)
    assert charlie.name not in page(hers.get(f"/communities/{community.pk}/"))
    assert charlie.name not in page(hers.get("/communities/"))


def test_evidence_in_the_bin_is_not_shown(
    hers: Client, community: Community, alice: Person
) -> None:
    series = Series.objects.create(slug="coffee-talk", name="COFFEE TALK")
    meeting = Meeting.objects.create(series=series, number=7, held_at=community.created_at)
    add_record(community, meeting, by=alice, note="ここで話した")
    add_record(community, meeting, by=alice)
    assert page(hers.get(f"/communities/{community.pk}/")).count(">COFFEE TALK 第7回</a>") == 1
    meeting.deleted_at = community.created_at
    meeting.save()
    assert "COFFEE TALK 第7回" not in page(hers.get(f"/communities/{community.pk}/"))


def test_a_remark_stands_under_the_problem(his: Client, community: Community) -> None:
    his.post(f"/on/communities.community/{community.pk}/comments/", {"body": "手伝います。"})
    assert "手伝います。" in page(his.get(f"/communities/{community.pk}/"))


@pytest.mark.parametrize("path", ["/communities/", "/communities/{}/", NEW])
def test_only_colleagues_read(
    client: Client, charlie: Person, community: Community, path: str
) -> None:
    address = path.format(community.pk)
    assert client.get(address).status_code == 302
    client.force_login(charlie, backend="people.backends.LoginOrEmailBackend")
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("number", ["9" * 30, "0"])
def test_a_community_that_never_was_is_not_found(hers: Client, number: str) -> None:
    assert hers.get(f"/communities/{number}/").status_code == 404
    assert hers.post(f"/communities/{number}/join/").status_code == 404


def test_pages_cost_the_same_with_many_rows(
    hers: Client,
    community: Community,
    alice: Person,
    success_department: Department,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    series = Series.objects.create(slug="coffee-talk", name="COFFEE TALK")
    for number in range(10):
        person = make_person(f"p{number}", f"会員 {number}", "かいいん", success_department)
        join(community, by=person)
        other = call_out(by=person, fields=CallFields(f"困りごと{number}"))
        join(other, by=alice)
        meeting = Meeting.objects.create(
            series=series, number=number + 1, held_at=community.created_at
        )
        add_record(community, meeting, by=person)
    for path in ("/communities/", f"/communities/{community.pk}/"):
        hers.get(path)
    with django_assert_max_num_queries(14):
        hers.get("/communities/")
    with django_assert_max_num_queries(34):
        hers.get(f"/communities/{community.pk}/")
