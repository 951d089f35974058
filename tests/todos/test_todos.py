"""ToDos: one list per person, done, handed over, postponed, and the calendar's secret address."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kb.engagement.models import Notification
from kb.meetings.models import Meeting, Series
from kb.todos.calendar import calendar_text
from kb.todos.models import ActionItem, CalendarFeed
from kb.todos.services import renew_calendar
from people.models import Person


@pytest.fixture
def hers(alice: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(alice)


@pytest.fixture
def his(bob: Person, client_for: Callable[[Person], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def meeting(db: None) -> Meeting:
    series = Series.objects.create(slug="coffee-talk", name="COFFEE TALK", kind="coffee_talk")
    return Meeting.objects.create(series=series, number=42, held_at=timezone.now())


@pytest.fixture
def todo(alice: Person, meeting: Meeting) -> ActionItem:
    return ActionItem.objects.create(
        text="見積を送る", person=alice, origin=meeting, due_on=timezone.localdate()
    )


def page(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_list_says_what_until_when_and_where_from(hers: Client, todo: ActionItem) -> None:
    shown = page(hers.get("/todos/"))
    assert "見積を送る" in shown
    assert "COFFEE TALK 第42回" in shown
    assert "今日" in shown


def test_what_is_overdue_stands_first(hers: Client, alice: Person, todo: ActionItem) -> None:
    late = ActionItem.objects.create(
        text="遅れたこと", person=alice, due_on=timezone.localdate() - dt.timedelta(days=3)
    )
    groups = hers.get("/todos/").context["groups"]
    assert [entry.item for entry in groups[0].entries] == [late]
    assert list(ActionItem.objects.overdue_for(alice)) == [late]


def test_a_colleagues_list_is_open_but_not_mine_to_check(
    his: Client, alice: Person, todo: ActionItem
) -> None:
    shown = page(his.get(f"/todos/?person={alice.pk}"))
    assert "見積を送る" in shown
    assert f"/todos/{todo.pk}/done/" not in shown
    assert his.post(f"/todos/{todo.pk}/done/").status_code == 403


def test_one_press_finishes_and_the_undo_reopens(hers: Client, todo: ActionItem) -> None:
    hers.post(f"/todos/{todo.pk}/done/")
    todo.refresh_from_db()
    assert todo.state == "done"
    hers.post(f"/todos/{todo.pk}/reopen/")
    todo.refresh_from_db()
    assert [change.kind for change in todo.changes.all()] == ["reopened", "done"]


def test_who_takes_over_is_told(hers: Client, todo: ActionItem, bob: Person) -> None:
    hers.post(f"/todos/{todo.pk}/hand-over/", {"to": bob.pk, "reason": "お願いします"})
    todo.refresh_from_db()
    assert todo.person == bob
    told = Notification.objects.get(person=bob)
    assert (told.kind, told.url) == ("task", f"/todos/{todo.pk}/")
    assert "有栖川 玲さんから「見積を送る」を引き継ぎました。" in told.text
    assert "お願いします" in page(hers.get(f"/todos/{todo.pk}/"))


def test_a_leaver_takes_nothing_over(hers: Client, todo: ActionItem, charlie: Person) -> None:
    assert hers.post(f"/todos/{todo.pk}/hand-over/", {"to": charlie.pk}).status_code == 422


def test_postponing_needs_a_reason_and_keeps_it(hers: Client, todo: ActionItem) -> None:
    later = timezone.localdate() + dt.timedelta(days=5)
    assert hers.post(f"/todos/{todo.pk}/postpone/", {"due_on": later}).status_code == 422
    hers.post(f"/todos/{todo.pk}/postpone/", {"due_on": later, "reason": "先方の都合"})
    todo.refresh_from_db()
    assert todo.due_on == later
    change = todo.changes.get()
    assert (change.reason, change.due_after) == ("先方の都合", later)


def test_a_past_day_is_no_postponement(hers: Client, todo: ActionItem) -> None:
    sent = {"due_on": "2020-01-01", "reason": "x"}
    assert hers.post(f"/todos/{todo.pk}/postpone/", sent).status_code == 422


def test_what_nobody_has_anybody_takes(his: Client, meeting: Meeting, bob: Person) -> None:
    free = ActionItem.objects.create(text="だれかがやる", origin=meeting)
    his.post(f"/todos/{free.pk}/hand-over/", {"to": bob.pk})
    free.refresh_from_db()
    assert free.person == bob


def test_a_todo_is_given_up_with_a_reason(hers: Client, todo: ActionItem) -> None:
    assert hers.post(f"/todos/{todo.pk}/drop/", {}).status_code == 422
    hers.post(f"/todos/{todo.pk}/drop/", {"reason": "いらなくなった"})
    todo.refresh_from_db()
    assert todo.state == "dropped"


@pytest.mark.parametrize("deed", ["hand-over", "postpone", "drop"])
def test_others_may_not_move_it(his: Client, bob: Person, todo: ActionItem, deed: str) -> None:
    later = timezone.localdate() + dt.timedelta(days=5)
    sent = {"to": bob.pk, "due_on": later, "reason": "x"}
    assert his.post(f"/todos/{todo.pk}/{deed}/", sent).status_code == 403
    assert his.get(f"/todos/{todo.pk}/{deed}/").status_code == 405


@pytest.mark.parametrize("asked", ["", "x", "9" * 40, "-1", "\0", "999999"])
def test_a_strange_person_is_me(hers: Client, asked: str) -> None:
    assert hers.get("/todos/", {"person": asked}).status_code == 200


def test_strangers_see_no_list(client: Client, db: None) -> None:
    assert client.get("/todos/").status_code == 302


def test_the_calendar_is_read_without_signing_in(
    client: Client, hers: Client, todo: ActionItem, alice: Person
) -> None:
    hers.post("/todos/calendar/renew/")
    key = CalendarFeed.objects.get(person=alice).key
    answer = client.get(f"/calendar/{key}/todo.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:見積を送る" in page(answer)
    assert f"/calendar/{key}/todo.ics" in page(hers.get("/todos/"))


def test_a_new_address_ends_the_old_one(client: Client, alice: Person) -> None:
    old, new = renew_calendar(alice).key, renew_calendar(alice).key
    assert client.get(f"/calendar/{old}/todo.ics").status_code == 404
    assert client.get(f"/calendar/{new}/todo.ics").status_code == 200


def test_the_address_ends_with_leaving_and_on_request(
    client: Client, hers: Client, alice: Person, charlie: Person
) -> None:
    assert client.get(f"/calendar/{renew_calendar(charlie).key}/todo.ics").status_code == 404
    key = renew_calendar(alice).key
    hers.post("/todos/calendar/stop/")
    assert client.get(f"/calendar/{key}/todo.ics").status_code == 404
    assert client.get("/calendar/x/todo.ics").status_code == 404


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def test_the_calendar_keeps_to_the_standard(alice: Person) -> None:
    item = ActionItem(
        pk=7,
        text="見積、請求; 送付, \\ 確認\n二行目" + "長い" * 60,
        due_on=dt.date(2026, 12, 31),
        updated_at=dt.datetime(2026, 11, 24, 3, 4, 5, tzinfo=dt.UTC),
    )
    text = calendar_text("ToDo", [item], site="https://kb.example")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    summary = next(line for line in lines if line.startswith("SUMMARY:"))
    assert summary.startswith("SUMMARY:見積、請求\\; 送付\\, \\\\ 確認\\n二行目")
    assert summary.endswith("長い")
    assert {"DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101"} <= set(lines)
    assert {"UID:todo-7@kb.example", "DTSTAMP:20261124T030405Z"} <= set(lines)
