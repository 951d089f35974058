"""The search finds a meeting by who was there, what was decided, what is to do, what was shown."""

import pytest
from django.utils import timezone

from kb.files.models import Attachment
from kb.meetings.models import AgendaItem, Attendance, Material, Meeting
from kb.search import engine, outbox
from kb.search.query import SearchQuery
from kb.todos.models import ActionItem
from people.models import Department, Person
from tests.conftest import make_person
from tests.meetings.conftest import MakeDecision


def found(text: str) -> list[tuple[str, int]]:
    outbox.drain()
    hits = engine.search(SearchQuery(text=text)).page.hits
    return [(hit.kind, hit.id) for hit in hits]


@pytest.fixture
def rich(
    meeting: Meeting,
    make_decision: MakeDecision,
    success_department: Department,
    alice: Person,
) -> Meeting:
    guest = make_person("kijima", "鬼島 雪乃", "きじま ゆきの", success_department)
    Attendance.objects.create(meeting=meeting, person=guest)
    ActionItem.objects.create(text="燻製器の手配", person=alice, origin=meeting)
    attachment = Attachment.objects.create(
        name="budget.pdf",
        media_type="x",
        size=1,
        sha256="0",
        text="琥珀色の棒グラフ",
        target=meeting,
    )
    Material.objects.create(meeting=meeting, attachment=attachment)
    make_decision("避難はしごを更新する", meeting=meeting, decided_on=timezone.localdate())
    return meeting


@pytest.mark.parametrize("words", ["鬼島", "燻製器の手配", "琥珀色の棒グラフ", "避難はしご"])
def test_a_meeting_is_found_by_all_that_belongs_to_it(rich: Meeting, words: str) -> None:
    assert ("meeting", rich.pk) in found(words)


def test_a_decision_ranks_as_itself(rich: Meeting) -> None:
    decision = rich.decisions.get()
    assert found("避難はしごを更新する")[0] == ("decision", decision.pk)


def test_an_item_written_apart_becomes_part_of_the_text_and_is_no_change(
    meeting: Meeting, alice: Person
) -> None:
    from kb.meetings.services import MeetingFields, change_meeting, text_of

    item = AgendaItem.objects.create(meeting=meeting, title="席替え", minutes="春に行う。")
    fields = MeetingFields(held_at=meeting.held_at, body=text_of(meeting))
    change_meeting(meeting, by=alice, base_revision=1, fields=fields)
    item.refresh_from_db()
    assert (meeting.state, item.heading, item.minutes) == ("published", "## 席替え", "春に行う。")
    assert text_of(meeting).count("春に行う。") == 1
    assert "春に行う。" not in meeting.body_html
