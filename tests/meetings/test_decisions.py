"""Decisions: written once, with their reason and lineage, and found in the ledger."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kb.communities.models import Community, CommunityRecord
from kb.meetings.models import Decision, Meeting
from people.models import Department, Person
from tests.meetings.conftest import MakeDecision

NEW = "/write/decision/"


def page(answer: Any) -> str:
    return str(answer.content.decode())


def filled(**changes: Any) -> dict[str, Any]:
    form = {
        "title": "記事の題名はお客さまの言葉で書く",
        "reason": "検索が0件になっているため。",
        "decided_on": "2026-11-17",
        "state": "valid",
        "form_key": str(uuid.uuid4()),
    }
    return {**form, **changes}


def test_a_decision_is_kept_with_reason_and_rejected_options(hers: Client, alice: Person) -> None:
    rejected = "用語集を配る：読まれない\n何もしない"
    answer = hers.post(NEW, filled(rejected=rejected))
    decision = Decision.objects.get()
    assert answer["Location"] == decision.get_absolute_url()
    assert decision.proposed_by == alice
    options = [(row.option, row.why) for row in decision.rejected_options.all()]
    assert options == [("用語集を配る", "読まれない"), ("何もしない", "")]
    shown = page(hers.get(decision.get_absolute_url()))
    assert "検索が0件になっているため。" in shown
    assert "用語集を配る" in shown


def test_the_same_form_sent_twice_is_one_decision(hers: Client) -> None:
    form = filled()
    assert hers.post(NEW, form)["Location"] == hers.post(NEW, form)["Location"]
    assert Decision.objects.count() == 1


def test_the_meeting_of_the_address_is_proposed(hers: Client, meeting: Meeting) -> None:
    form = hers.get(f"{NEW}?meeting={meeting.pk}")
    assert form.context["form"].initial["meeting"] == meeting
    for number in ("9" * 40, "-1", "%00", "٣"):
        assert hers.get(f"{NEW}?meeting={number}").status_code == 200


def test_what_is_superseded_becomes_revised_and_says_so(
    hers: Client, make_decision: MakeDecision
) -> None:
    old = make_decision("ヘルプはPDFで配る")
    hers.post(NEW, filled(supersedes=old.pk))
    old.refresh_from_db()
    assert old.state == "revised"
    shown = page(hers.get(old.get_absolute_url()))
    assert "この決まりは改められました。" in shown
    assert "記事の題名はお客さまの言葉で書く" in shown


def test_a_conflict_keeps_both_texts(
    hers: Client, his: Client, make_decision: MakeDecision
) -> None:
    decision = make_decision()
    path = f"/decisions/{decision.pk}/edit/"
    his.post(path, filled(reason="坊城の理由。", base_revision=1))
    answer = hers.post(path, filled(reason="有栖川の理由。", base_revision=1))
    assert answer.status_code == 409
    assert "坊城の理由。" in page(answer)
    assert "有栖川の理由。" in page(answer)
    assert hers.post(path, filled(reason="合わせた理由。", base_revision=2)).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "長" * 201},
        {"title": "\0"},
        {"reason": ""},
        {"reason": "あ" * 400_000},
        {"decided_on": "2026-02-30"},
        {"decided_on": "0001-01-01"},
        {"valid_from": "99999999"},
        {"state": "maybe"},
        {"meeting": "9" * 40},
        {"departments": ["9" * 40]},
        {"departments": ["\0"]},
        {"supersedes": "x"},
    ],
)
def test_nonsense_is_refused_in_words(hers: Client, changes: dict[str, Any]) -> None:
    form = filled(rejected="用語集を配る", **changes) if "rejected" not in changes else filled()
    answer = hers.post(NEW, form)
    assert answer.status_code == 422
    assert "用語集を配る" in page(answer)
    assert not Decision.objects.exists()


def test_the_ledger_filters_by_word_state_department_and_topic(
    hers: Client, make_decision: MakeDecision, development_department: Department
) -> None:
    make_decision("ヘルプの入口を右上に置く", topics=["ヘルプ"])
    make_decision("金曜には出さない", departments=[development_department], state="on_hold")

    def titles(**query: str) -> set[str]:
        return {decision.title for decision in hers.get("/decisions/", query).context["page"]}

    help_page, friday = {"ヘルプの入口を右上に置く"}, {"金曜には出さない"}
    assert titles() == help_page | friday
    assert titles(q="入口　右上") == help_page
    assert titles(q="7社") == help_page | friday
    assert titles(state="on_hold") == friday
    assert titles(department="cs") == help_page
    assert titles(topic="ヘルプ") == help_page
    assert titles(state="on_hold", topic="ヘルプ") == set()
    assert titles(state="nonsense", department="nobody") == help_page | friday


def test_an_empty_ledger_offers_a_way_on(hers: Client, make_decision: MakeDecision) -> None:
    assert "決まったことはまだありません" in page(hers.get("/decisions/"))
    make_decision()
    nothing = page(hers.get("/decisions/", {"q": "象"}))
    assert "この条件に合う決まりはありません" in nothing
    assert "条件をすべて外す" in nothing


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=" + "あ" * 500, "department=%00&topic=%00", "page=99999999999999", "state=%00"],
)
def test_any_address_of_the_ledger_answers(
    hers: Client, make_decision: MakeDecision, query: str
) -> None:
    make_decision()
    assert hers.get(f"/decisions/?{query}").status_code == 200


def test_the_clear_link_removes_the_words_too(hers: Client, make_decision: MakeDecision) -> None:
    make_decision()
    assert "q=" not in hers.get("/decisions/", {"q": "象"}).context["clear_url"]


@pytest.mark.parametrize("path", ["/decisions/", "/decisions/{}/", "/decisions/{}/edit/", NEW])
def test_only_colleagues_read(
    client: Client, charlie: Person, make_decision: MakeDecision, path: str
) -> None:
    address = path.format(make_decision().pk)
    assert client.get(address).status_code == 302
    client.force_login(charlie, backend="people.backends.LoginOrEmailBackend")
    assert client.get(address).status_code == 302


def test_the_ledger_costs_the_same_with_many_rows(
    hers: Client,
    meeting: Meeting,
    make_decision: MakeDecision,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(15):
        day = timezone.localdate() - dt.timedelta(days=number)
        make_decision(f"決まり{number}", meeting=meeting, decided_on=day, topics=["ヘルプ"])
    hers.get("/decisions/")
    with django_assert_max_num_queries(20):
        hers.get("/decisions/")


def test_what_is_superseded_says_so_wherever_it_is_listed(
    hers: Client, alice: Person, meeting: Meeting, make_decision: MakeDecision
) -> None:
    old = make_decision("ヘルプはPDFで配る", topics=["ヘルプ"], meeting=meeting)
    community = Community.objects.create(title="ヘルプを直す会", started_by=alice)
    CommunityRecord.objects.create(community=community, target=old, added_by=alice)
    hers.post(NEW, filled(supersedes=old.pk))
    places = [
        old.topics.get().get_absolute_url(),
        alice.get_absolute_url(),
        community.get_absolute_url(),
        meeting.get_absolute_url(),
        "/decisions/",
        f"/meetings/series/{meeting.series.slug}/story/",
    ]
    for place in places:
        shown = page(hers.get(place))
        assert "ヘルプはPDFで配る" in shown, place
        assert "いまの決まり：" in shown, place
        assert "記事の題名はお客さまの言葉で書く" in shown, place
    listed = page(hers.get("/meetings/"))
    assert "ヘルプはPDFで配る" in listed
    assert "改定" in listed
