"""Minutes: writing, publishing, correcting with the difference kept, the bin, the next meeting."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kb.meetings.models import AgendaItem, Meeting, Series
from kb.meetings.services import MeetingConflict, MeetingFields, change_meeting
from kb.todos.models import ActionItem
from people.models import Department, Person
from tests.meetings.conftest import MakeDecision

NEW = "/write/meeting/"


def page(answer: Any) -> str:
    return str(answer.content.decode())


def filled(series: Series, /, **changes: Any) -> dict[str, Any]:
    form = {
        "series": series.pk,
        "number": 43,
        "held_at": "2026-11-17T15:00",
        "body": "議事録の本文です。",
        "form_key": str(uuid.uuid4()),
    }
    return {**form, **changes}


def correction(meeting: Meeting, **changes: Any) -> dict[str, Any]:
    form = {
        "held_at": timezone.localtime(meeting.held_at).strftime("%Y-%m-%dT%H:%M"),
        "body": meeting.body,
        "base_revision": meeting.revision,
    }
    return {**form, **changes}


def test_minutes_are_published_with_four_answers(
    hers: Client, coffee_talk: Series, alice: Person
) -> None:
    answer = hers.post(NEW, filled(coffee_talk))
    meeting = Meeting.objects.get()
    assert answer["Location"] == meeting.get_absolute_url()
    assert (meeting.state, meeting.scribe) == ("published", alice)
    assert "議事録の本文です。" in page(hers.get(meeting.get_absolute_url()))


def test_a_draft_is_no_correction_when_it_changes(hers: Client, coffee_talk: Series) -> None:
    hers.post(NEW, filled(coffee_talk, draft="1"))
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.published_at) == ("draft", None)
    hers.post(f"/meetings/{meeting.pk}/edit/", correction(meeting, body="書き足した。", draft="1"))
    meeting.refresh_from_db()
    assert meeting.state == "draft"
    hers.post(f"/meetings/{meeting.pk}/edit/", correction(meeting))
    meeting.refresh_from_db()
    assert meeting.state == "published"


def test_the_same_form_sent_twice_is_one_meeting(hers: Client, coffee_talk: Series) -> None:
    form = filled(coffee_talk)
    first, second = hers.post(NEW, form), hers.post(NEW, form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Meeting.objects.count() == 1
    assert form["form_key"] in first.cookies["kb_sent"].value


def test_a_number_is_given_once(his: Client, meeting: Meeting) -> None:
    answer = his.post(NEW, filled(meeting.series, number=42))
    assert answer.status_code == 422
    assert "この回は、もうあります。" in page(answer)
    assert "議事録の本文です。" in page(answer)


def test_after_publication_a_change_is_a_correction(
    his: Client, meeting: Meeting, bob: Person
) -> None:
    answer = his.post(f"/meetings/{meeting.pk}/edit/", correction(meeting, body="検索の話をした。"))
    meeting.refresh_from_db()
    assert answer.status_code == 302
    assert (meeting.state, meeting.revision) == ("corrected", 2)
    assert "訂正あり" in page(his.get(f"/meetings/{meeting.pk}/"))
    history = page(his.get(f"/meetings/{meeting.pk}/history/"))
    assert "ヘルプの話をした。" in history
    assert "検索の話をした。" in history
    assert bob.name in history


def test_a_change_of_the_place_alone_is_no_correction(his: Client, meeting: Meeting) -> None:
    his.post(f"/meetings/{meeting.pk}/edit/", correction(meeting, place="5階"))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.place) == ("published", "5階")


def test_a_conflict_keeps_both_texts(hers: Client, his: Client, meeting: Meeting) -> None:
    his.post(f"/meetings/{meeting.pk}/edit/", correction(meeting, body="坊城の議事録。"))
    answer = hers.post(
        f"/meetings/{meeting.pk}/edit/", correction(meeting, body="有栖川の議事録。")
    )
    assert answer.status_code == 409
    assert "坊城の議事録。" in page(answer)
    assert "有栖川の議事録。" in page(answer)
    again = correction(meeting, body="合わせた議事録。", base_revision=2)
    assert hers.post(f"/meetings/{meeting.pk}/edit/", again).status_code == 302


def test_the_service_refuses_an_old_revision(meeting: Meeting, alice: Person) -> None:
    fields = MeetingFields(held_at=meeting.held_at, body="x")
    with pytest.raises(MeetingConflict):
        change_meeting(meeting, by=alice, base_revision=7, fields=fields)


def test_the_next_meeting_begins_with_what_the_last_one_left(
    hers: Client, meeting: Meeting, bob: Person
) -> None:
    AgendaItem.objects.create(meeting=meeting, title="動画のヘルプ", is_carried_over=True)
    AgendaItem.objects.create(meeting=meeting, title="終わった話")
    ActionItem.objects.create(text="費用を聞く", person=bob, origin=meeting)
    ActionItem.objects.create(
        text="終えた用事", person=bob, origin=meeting, state="done", done_at=timezone.now()
    )
    form = hers.get(f"{NEW}?series=coffee-talk")
    initial = form.context["form"].initial
    assert initial["number"] == 43
    assert "動画のヘルプ" in page(form)
    assert "費用を聞く" in page(form)
    assert "終わった話" not in page(form)
    assert "終えた用事" not in page(form)
    assert "第43回をつくる" in page(hers.get(f"/meetings/{meeting.pk}/"))


def test_nobody_is_recorded_as_present_without_being_chosen(hers: Client, meeting: Meeting) -> None:
    form = hers.get(f"{NEW}?series=coffee-talk").context["form"]
    assert {form[name].value() for name in ("place", "chair", "present")} == {None}
    hers.post(NEW, filled(meeting.series, number=43))
    assert not Meeting.objects.get(number=43).attendances.exists()


def test_place_and_people_of_last_time_are_taken_over_by_a_press_and_shown(
    hers: Client, meeting: Meeting, alice: Person, bob: Person, charlie: Person
) -> None:
    meeting.attendances.create(person=charlie)
    typed = filled(meeting.series, number=44, body="貼った本文", like_last="coffee-talk")
    answer = hers.post(NEW, typed)
    form = answer.context["form"]
    assert (form["place"].value(), form["chair"].value()) == ("4階 ラウンジ", bob.pk)
    assert sorted(form["present"].value()) == sorted([alice.pk, bob.pk])
    assert (form["body"].value(), form["number"].value()) == ("貼った本文", "44")
    assert '<details class="fold" open>' in page(answer)
    assert Meeting.objects.count() == 1


def test_choosing_another_series_keeps_what_is_typed(
    hers: Client, meeting: Meeting, bob: Person
) -> None:
    other = Series.objects.create(slug="all-hands", name="ALL HANDS")
    typed = filled(
        meeting.series,
        body="貼った本文",
        place="2階",
        chair=bob.pk,
        present=[bob.pk],
        topics="ヘルプ",
        to_series="all-hands",
    )
    answer = hers.post(NEW, typed)
    form = answer.context["form"]
    assert (form["series"].value(), form["number"].value()) == (other.pk, 1)
    assert (form["body"].value(), form["place"].value()) == ("貼った本文", "2階")
    assert "貼った本文</textarea>" in page(answer)
    assert f'value="{bob.pk}" selected' in page(answer)
    assert typed["form_key"] in page(answer)
    assert not Meeting.objects.filter(series=other).exists()


def test_the_first_meeting_of_a_series_starts_empty(hers: Client, coffee_talk: Series) -> None:
    form = hers.get(NEW)
    assert form.context["form"].initial["number"] == 1
    assert form.context["left_over"] is None


def test_without_any_series_the_form_says_what_is_missing(hers: Client) -> None:
    assert hers.get(NEW).status_code == 200
    assert hers.post(NEW, {"body": "x"}).status_code == 422


def test_the_series_that_met_last_is_proposed(hers: Client, meeting: Meeting) -> None:
    Series.objects.create(slug="all-hands", name="ALL HANDS", kind="all_hands")
    assert hers.get(NEW).context["form"].initial["series"] == meeting.series


def test_a_meeting_goes_to_the_bin_and_its_decisions_stay(
    hers: Client, his: Client, meeting: Meeting, make_decision: MakeDecision
) -> None:
    decision = make_decision(meeting=meeting)
    assert hers.post(f"/meetings/{meeting.pk}/delete/").status_code == 302
    assert his.get(f"/meetings/{meeting.pk}/").status_code == 404
    assert his.get(decision.get_absolute_url()).status_code == 200
    assert hers.post(f"/meetings/{meeting.pk}/restore/").status_code == 302
    assert his.get(f"/meetings/{meeting.pk}/").status_code == 200


@pytest.mark.parametrize("deed", ["delete", "restore"])
def test_reading_an_address_changes_nothing(hers: Client, meeting: Meeting, deed: str) -> None:
    assert hers.get(f"/meetings/{meeting.pk}/{deed}/").status_code == 405


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "9" * 40},
        {"number": "0"},
        {"number": "一"},
        {"series": "9" * 40},
        {"series": "\0"},
        {"held_at": "0001-01-01T00:00"},
        {"held_at": "9999-12-31T23:59"},
        {"held_at": "あした"},
        {"body": ""},
        {"body": "あ" * 400_000},
        {"present": ["9" * 40]},
        {"chair": "\0"},
        {"place": "長" * 101},
        {"topics": "一、二、三、四、五、六"},
    ],
)
def test_nonsense_is_refused_in_words(
    hers: Client, coffee_talk: Series, changes: dict[str, Any]
) -> None:
    answer = hers.post(NEW, filled(coffee_talk, **changes))
    assert answer.status_code == 422
    assert "まだ保存していません。" in page(answer)
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "query", ["series=%00", "series=nobody", "page=999999999999999", "page=%00"]
)
def test_any_address_answers(hers: Client, meeting: Meeting, query: str) -> None:
    assert hers.get(f"/meetings/?{query}").status_code == 200
    assert hers.get(f"{NEW}?{query}").status_code == 200


def test_leavers_keep_their_name_and_cannot_be_chosen(
    hers: Client, meeting: Meeting, charlie: Person
) -> None:
    meeting.attendances.create(person=charlie)
    assert charlie.name in page(hers.get(f"/meetings/{meeting.pk}/"))
    assert charlie.name not in page(hers.get(f"/meetings/{meeting.pk}/edit/"))


@pytest.mark.parametrize(
    "path", ["/meetings/", "/meetings/{}/", "/meetings/{}/edit/", "/meetings/{}/history/", NEW]
)
def test_only_colleagues_read(client: Client, charlie: Person, meeting: Meeting, path: str) -> None:
    address = path.format(meeting.pk)
    assert client.get(address).status_code == 302
    client.force_login(charlie, backend="people.backends.LoginOrEmailBackend")
    assert client.get(address).status_code == 302


def test_pages_cost_the_same_with_many_rows(
    hers: Client,
    meeting: Meeting,
    alice: Person,
    bob: Person,
    success_department: Department,
    make_decision: MakeDecision,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    session = meeting.sessions.create(department=success_department, presenter=alice)
    for number in range(10):
        person = alice if number % 2 else bob
        AgendaItem.objects.create(meeting=meeting, title=f"議題{number}", proposer=person)
        ActionItem.objects.create(text=f"用{number}", person=person, origin=meeting)
        make_decision(f"決まり{number}", meeting=meeting)
        Meeting.objects.create(series=meeting.series, number=number + 1, held_at=timezone.now())
        session.questions.create(asked_by=person, answered_by=person, text="質問", answer="答え")
    for path in ("/meetings/", f"/meetings/{meeting.pk}/", f"{NEW}?series=coffee-talk"):
        hers.get(path)
    with django_assert_max_num_queries(16):
        hers.get("/meetings/")
    with django_assert_max_num_queries(46):
        hers.get(f"/meetings/{meeting.pk}/")


def test_minutes_of_a_day_long_ago_can_be_written(hers: Client, coffee_talk: Series) -> None:
    hers.post(NEW, filled(coffee_talk, held_at="1998-04-01T09:00"))
    assert timezone.localtime(Meeting.objects.get().held_at).date() == dt.date(1998, 4, 1)
