"""The path from pasted notes to published minutes: preview, correction, what is made of it."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kb.engagement.models import Notification
from kb.meetings.models import Decision, Meeting, Series
from kb.todos.models import ActionItem
from people.models import Department, Person
from tests.conftest import make_person

NEW = "/write/meeting/"
NOTES = """日時: 2026/11/24 15:00
場所: 4階 ラウンジ
出席者: 有栖川、坊城

■ヘルプのリニューアル
7社が迷っている。
決定: ヘルプの入口を右上に置く
理由: 7社が迷ったため
却下: フッターに置く：見つけにくい
ToDo: @坊城 12/3 見積テンプレ更新
保留: 動画のヘルプ

■請求書
とくになし。
"""


def page(answer: Any) -> str:
    return str(answer.content.decode())


def filled(series: Series, **changes: Any) -> dict[str, Any]:
    form = {
        "series": series.pk,
        "number": 43,
        "held_at": "2026-11-25T09:00",
        "body": NOTES,
        "form_key": str(uuid.uuid4()),
    }
    return {**form, **changes}


def answers_of(answer: Any) -> dict[str, Any]:
    """The fields of the preview as a browser would send them back untouched."""
    sent: dict[str, Any] = {"seen": "1", "row": []}
    for row in answer.context["reading"].rows:
        sent["row"].append(row.key)
        for name in ("text", "who", "due", "reason", "heading", "role", "rejected", "named"):
            sent[f"{row.key}.{name}"] = getattr(row, name)
        sent[f"{row.key}.line"] = str(row.line)
        if row.use:
            sent[f"{row.key}.use"] = "on"
        if row.carried:
            sent[f"{row.key}.carried"] = "on"
    return sent


def key_of(answer: Any, kind: str, words: str = "") -> str:
    rows = answer.context["reading"].rows
    return str(next(row.key for row in rows if row.kind == kind and words in row.text))


def publish(client: Client, series: Series, **changes: Any) -> Meeting:
    form = filled(series, **changes)
    seen = client.post(NEW, {**form, "read": "1"})
    client.post(NEW, {**form, **answers_of(seen)})
    return Meeting.objects.get(number=43)


def test_nothing_is_made_of_a_text_before_it_was_shown(hers: Client, coffee_talk: Series) -> None:
    answer = hers.post(NEW, filled(coffee_talk))
    assert answer.status_code == 200
    assert not Meeting.objects.exists()
    assert "ヘルプの入口を右上に置く" in page(answer)
    assert "まだ保存していません" in page(answer)
    assert answer.context["form"]["body"].value() == NOTES


def test_pasted_notes_become_a_meeting_with_all_its_parts(
    hers: Client, coffee_talk: Series, alice: Person, bob: Person
) -> None:
    meeting = publish(hers, coffee_talk)
    assert timezone.localtime(meeting.held_at).isoformat()[:16] == "2026-11-24T15:00"
    assert (meeting.place, meeting.state) == ("4階 ラウンジ", "published")
    assert {row.person for row in meeting.attendances.all()} == {alice, bob}
    items = list(meeting.agenda_items.values_list("title", "is_carried_over"))
    assert items == [("ヘルプのリニューアル", False), ("動画のヘルプ", True), ("請求書", False)]
    decision = Decision.objects.get()
    assert (decision.title, decision.reason) == ("ヘルプの入口を右上に置く", "7社が迷ったため")
    assert decision.agenda_item is not None
    assert decision.agenda_item.title == "ヘルプのリニューアル"
    assert decision.rejected_options.get().option == "フッターに置く"
    todo = ActionItem.objects.get()
    assert (todo.text, todo.person, todo.due_on) == (
        "見積テンプレ更新",
        bob,
        dt.date(2026, 12, 3),
    )
    assert Notification.objects.get(person=bob).kind == "task"


def test_the_words_of_an_item_stand_under_it_and_nowhere_else(
    hers: Client, coffee_talk: Series
) -> None:
    meeting = publish(hers, coffee_talk)
    item = meeting.agenda_items.get(title="ヘルプのリニューアル")
    assert "7社が迷っている。" in item.minutes_html
    assert "7社が迷っている。" not in meeting.body_html
    assert "場所: 4階 ラウンジ" in meeting.body_html
    assert meeting.body == NOTES.strip()


def test_what_the_writer_corrects_in_the_preview_is_what_is_saved(
    hers: Client, coffee_talk: Series, alice: Person
) -> None:
    form = filled(coffee_talk)
    seen = hers.post(NEW, {**form, "read": "1"})
    sent = answers_of(seen)
    todo, decision = key_of(seen, "todo"), key_of(seen, "decision")
    sent |= {
        f"{todo}.text": "見積を直す",
        f"{todo}.who": "有栖川 玲(alice)",
        f"{todo}.due": "2026-12-10",
    }
    del sent[f"{decision}.use"]
    hers.post(NEW, {**form, **sent})
    saved = ActionItem.objects.get()
    assert (saved.text, saved.person, saved.due_on) == ("見積を直す", alice, dt.date(2026, 12, 10))
    assert not Decision.objects.exists()


def test_corrections_stay_when_the_text_is_read_again(hers: Client, coffee_talk: Series) -> None:
    form = filled(coffee_talk)
    seen = hers.post(NEW, {**form, "read": "1"})
    sent = answers_of(seen) | {f"{key_of(seen, 'todo')}.text": "見積を直す"}
    again = hers.post("/write/meeting/read/", {**form, **sent, "body": "前書き\n" + NOTES})
    assert "見積を直す" in page(again)
    assert Meeting.objects.count() == 0


@pytest.mark.usefixtures("bob")
def test_two_of_one_name_are_asked_about(
    hers: Client, coffee_talk: Series, success_department: Department
) -> None:
    make_person("hanako", "佐藤 花子", "さとう はなこ", success_department)
    make_person("ichiro", "佐藤 一郎", "さとう いちろう", success_department)
    form = filled(coffee_talk, body="ToDo: @佐藤 12/3 見積を送る\n")
    seen = hers.post(NEW, {**form, "read": "1"})
    (row,) = [row for row in seen.context["reading"].rows if row.kind == "todo"]
    assert (row.is_sure, row.who, len(row.options)) == (False, "", 2)
    assert "同じ名前の人が2人います" in page(seen)
    hers.post(NEW, {**form, **answers_of(seen)})
    todo = ActionItem.objects.get()
    assert (todo.person, todo.text) == (None, "見積を送る（担当：佐藤）")


@pytest.mark.usefixtures("charlie")
def test_a_leaver_is_shown_as_unsure_and_gets_nothing(hers: Client, coffee_talk: Series) -> None:
    form = filled(coffee_talk, body="出席者: 茶谷、有栖川\nToDo: @茶谷 12/3 見積を送る\n")
    seen = hers.post(NEW, {**form, "read": "1"})
    assert "茶谷 理人さんは退職しています。" in page(seen)
    hers.post(NEW, {**form, **answers_of(seen)})
    meeting = Meeting.objects.get()
    assert [row.person.login for row in meeting.attendances.all()] == ["alice"]
    assert ActionItem.objects.get().person is None


def test_an_impossible_day_is_refused_beside_its_row(hers: Client, coffee_talk: Series) -> None:
    form = filled(coffee_talk)
    seen = hers.post(NEW, {**form, "read": "1"})
    sent = answers_of(seen) | {f"{key_of(seen, 'todo')}.due": "2026-02-30"}
    answer = hers.post(NEW, {**form, **sent})
    assert answer.status_code == 422
    assert "「2026-02-30」という日はありません。" in page(answer)
    assert not Meeting.objects.exists()
    assert "7社が迷っている。" in page(answer)


def test_a_draft_keeps_its_answers_and_makes_nothing_yet(hers: Client, coffee_talk: Series) -> None:
    form = filled(coffee_talk)
    seen = hers.post(NEW, {**form, "read": "1"})
    sent = answers_of(seen) | {f"{key_of(seen, 'todo')}.text": "見積を直す"}
    hers.post(NEW, {**form, **sent, "draft": "1"})
    meeting = Meeting.objects.get()
    assert (meeting.state, ActionItem.objects.count(), Decision.objects.count()) == ("draft", 0, 0)
    edit = hers.get(f"/meetings/{meeting.pk}/edit/")
    assert "見積を直す" in page(edit)


def test_a_correction_makes_no_second_decision(hers: Client, coffee_talk: Series) -> None:
    meeting = publish(hers, coffee_talk)
    edit = hers.get(f"/meetings/{meeting.pk}/edit/")
    assert edit.context["reading"].rows == []
    body = NOTES + "\nToDo: @有栖川 12/5 電話する\n"
    form = {"held_at": "2026-11-24T15:00", "body": body, "base_revision": 1, "meeting": meeting.pk}
    url = f"/meetings/{meeting.pk}/edit/"
    seen = hers.post(url, {**form, "read": "1"})
    assert [row.text for row in seen.context["reading"].rows] == ["電話する"]
    hers.post(url, {**form, **answers_of(seen)})
    meeting.refresh_from_db()
    assert (meeting.state, Decision.objects.count(), ActionItem.objects.count()) == (
        "corrected",
        1,
        2,
    )
    assert "電話する" in page(hers.get(f"/meetings/{meeting.pk}/history/"))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp932", "euc_jp", "iso2022_jp"]
)
def test_a_file_in_any_usual_encoding_is_read(
    hers: Client, coffee_talk: Series, encoding: str
) -> None:
    file = SimpleUploadedFile("memo.txt", NOTES.encode(encoding))
    answer = hers.post(NEW, filled(coffee_talk, body="", load="1", notes_file=file))
    assert "7社が迷っている。" in answer.context["form"]["body"].value()
    assert key_of(answer, "decision")


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n" + b"\0" * 50, bytes(range(256)) * 20, b"", b"%PDF-1.4 x"]
)
def test_a_file_that_is_no_text_is_refused_and_the_text_stays(
    hers: Client, coffee_talk: Series, content: bytes
) -> None:
    file = SimpleUploadedFile("memo.txt", content)
    answer = hers.post(NEW, filled(coffee_talk, body="書いた文", load="1", notes_file=file))
    assert answer.status_code == 200
    assert answer.context["form"]["body"].value().startswith("書いた文")


@pytest.mark.parametrize(
    "body",
    [
        "あ" * 200_000,
        "\0決定: やる\0",
        "12/3\n" * 40_000,
        "出席者: " + "山田、" * 60_000,
        NOTES * 800,
    ],
)
def test_no_text_makes_an_error(hers: Client, coffee_talk: Series, body: str) -> None:
    assert hers.post("/write/meeting/read/", {"body": body}).status_code == 200
    assert hers.post(NEW, filled(coffee_talk, body=body, draft="1")).status_code in (302, 422)


def test_made_up_rows_do_no_harm(hers: Client, coffee_talk: Series) -> None:
    rows = ["todo-x", "decision-\0", "person-zzz-1", "", "todo-long", "moment"]
    sent = {
        "row": rows,
        "todo-x.use": "on",
        "todo-x.text": "x" * 999,
        "moment.use": "on",
        "moment.text": "9999-99-99T99:99",
        "person-zzz-1.use": "on",
        "person-zzz-1.role": "king",
    }
    assert hers.post(NEW, filled(coffee_talk, **sent)).status_code == 422
    assert (
        hers.post("/write/meeting/read/", {"body": NOTES, "meeting": "9" * 30}).status_code == 200
    )


def test_a_meeting_is_prepared_with_what_last_time_carried_over(
    hers: Client, meeting: Meeting
) -> None:
    meeting.agenda_items.create(title="動画のヘルプ", is_carried_over=True)
    hers.post(NEW, filled(meeting.series, body="", prepare="1"))
    following = Meeting.objects.get(number=43)
    assert (following.state, following.published_at) == ("preparing", None)
    assert [item.title for item in following.agenda_items.all()] == ["動画のヘルプ"]


def test_strangers_see_no_preview(client: Client, db: None) -> None:
    assert client.post("/write/meeting/read/", {"body": NOTES}).status_code == 302


@pytest.mark.parametrize(
    ("read", "clock"), [("2026-12-03T00:00", "10:30"), ("2026-12-03T14:00", "14:00")]
)
def test_a_day_without_a_time_keeps_the_time_of_the_field(
    hers: Client, coffee_talk: Series, read: str, clock: str
) -> None:
    rows = {"row": ["moment"], "moment.use": "on", "moment.text": read, "seen": "1"}
    answer = hers.post(NEW, filled(coffee_talk, held_at="2026-12-01T10:30", **rows))
    assert answer.status_code == 302
    held = timezone.localtime(Meeting.objects.get().held_at)
    assert f"{held:%Y-%m-%d %H:%M}" == f"2026-12-03 {clock}"


def test_whoever_leads_or_writes_counts_among_those_present(
    hers: Client, coffee_talk: Series, alice: Person, bob: Person
) -> None:
    notes = "日時: 2026/11/24 15:00\n司会 坊城 記録 有栖川\n\n決定: 入口を右上に置く\n"
    meeting = publish(hers, coffee_talk, body=notes)
    assert (meeting.chair, meeting.scribe) == (bob, alice)
    assert {row.person for row in meeting.attendances.filter(was_present=True)} == {alice, bob}
