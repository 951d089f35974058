"""Reading a meeting: what touches me, questions, materials, the story so far, the next of a chain."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from kb.articles.models import Article
from kb.engagement.models import Notification
from kb.files.models import Attachment
from kb.files.previews import draw_preview
from kb.meetings.models import AgendaItem, Decision, ItemQuestion, Material, Meeting
from kb.todos.models import ActionItem
from people.models import Department, Person
from tests.meetings.conftest import MakeDecision


@pytest.fixture
def item(meeting: Meeting, bob: Person) -> AgendaItem:
    return AgendaItem.objects.create(meeting=meeting, title="ヘルプの入口", proposer=bob)


def page(answer: Any) -> str:
    return str(answer.content.decode())


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (900, 600), "white").save(file, "PNG")
    return file.getvalue()


def test_what_touches_me_is_marked(
    hers: Client, his: Client, meeting: Meeting, make_decision: MakeDecision, alice: Person
) -> None:
    make_decision(meeting=meeting)
    ActionItem.objects.create(text="費用を聞く", person=alice, origin=meeting)
    AgendaItem.objects.create(meeting=meeting, title="相談", minutes="有栖川さんに聞く。")
    mine = page(hers.get(f"/meetings/{meeting.pk}/"))
    for words in ("あなたの提案", "あなたのToDo", "あなたの名前が出ています"):
        assert words in mine
    theirs = page(his.get(f"/meetings/{meeting.pk}/"))
    assert "あなたの提案" not in theirs
    assert "あなたのToDo" not in theirs


def test_a_question_under_an_item_reaches_its_proposer(
    hers: Client, his: Client, item: AgendaItem, alice: Person, bob: Person
) -> None:
    hers.post(f"/meetings/items/{item.pk}/ask/", {"text": "いつからですか？"})
    question = ItemQuestion.objects.get()
    told = Notification.objects.get(person=bob)
    assert (told.kind, told.url.endswith(f"#question-{question.pk}")) == ("question", True)
    his.post(f"/meetings/questions/{question.pk}/answer/", {"text": "12月1日からです。"})
    assert Notification.objects.get(person=alice).kind == "answer"
    shown = page(hers.get(f"/meetings/{item.meeting_id}/"))
    assert "いつからですか？" in shown
    assert "12月1日からです。" in shown


def test_an_empty_question_is_refused_in_words(hers: Client, item: AgendaItem) -> None:
    answer = hers.post(f"/meetings/items/{item.pk}/ask/", {"text": " "}, follow=True)
    assert "質問を2000字までで書いてください。" in page(answer)
    assert not ItemQuestion.objects.exists()


def test_a_material_shows_its_first_page_and_can_be_taken_back(
    hers: Client, item: AgendaItem
) -> None:
    file = SimpleUploadedFile("figure.png", picture(), "image/png")
    url = f"/meetings/{item.meeting_id}/"
    hers.post(f"{url}materials/", {"file": file, "item": item.pk})
    material = Material.objects.get()
    assert material.agenda_item == item
    assert material.attachment.target == item.meeting
    draw_preview(material.attachment)
    assert f'src="{material.attachment.preview_url}"' in page(hers.get(url))
    assert "figure.png" in page(hers.get(url))
    hers.post(f"/meetings/materials/{material.pk}/remove/")
    assert "figure.png" not in page(hers.get(url))
    hers.post(f"/meetings/materials/{material.pk}/restore/")
    assert "figure.png" in page(hers.get(url))


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + b"x" * 99, b"%PDF-1.4 broken"])
def test_a_broken_material_is_refused_or_kept_without_a_picture(
    hers: Client, item: AgendaItem, content: bytes
) -> None:
    file = SimpleUploadedFile("x.pdf", content)
    url = f"/meetings/{item.meeting_id}/materials/"
    assert hers.post(url, {"file": file, "item": "9" * 40}, follow=True).status_code == 200
    for material in Material.objects.all():
        draw_preview(material.attachment)
        assert not material.attachment.preview


def test_the_words_of_the_first_slide_stand_where_there_is_no_picture(
    hers: Client, meeting: Meeting
) -> None:
    attachment = Attachment.objects.create(
        name="計画.pptx",
        media_type="x",
        size=1,
        sha256="0",
        text="一枚目の言葉\f二枚目",
        target=meeting,
    )
    Material.objects.create(meeting=meeting, attachment=attachment)
    shown = page(hers.get(f"/meetings/{meeting.pk}/"))
    assert "一枚目の言葉" in shown
    assert "二枚目" not in shown


def test_the_story_so_far_says_what_was_replaced(
    hers: Client, meeting: Meeting, make_decision: MakeDecision
) -> None:
    old = make_decision("入口を左上に置く", meeting=meeting)
    new = make_decision("入口を右上に置く", meeting=meeting, supersedes=old)
    shown = page(hers.get(f"/meetings/series/{meeting.series.slug}/story/"))
    assert shown.index("入口を左上に置く") < shown.index("入口を右上に置く")
    assert "いまの決まり：" in shown
    assert new.get_absolute_url() in shown


def test_a_replaced_decision_says_so_in_its_minutes_and_in_the_ledger(
    hers: Client, meeting: Meeting, make_decision: MakeDecision
) -> None:
    old = make_decision("入口を左上に置く", meeting=meeting)
    new = make_decision("入口を右上に置く", supersedes=old)
    assert "改められました。" in page(hers.get(f"/meetings/{meeting.pk}/"))
    ledger = page(hers.get("/decisions/"))
    assert f'いまの決まり：<a href="{new.get_absolute_url()}">' in ledger


def test_the_lineage_leads_to_everything_in_one_click(
    hers: Client, meeting: Meeting, make_decision: MakeDecision, alice: Person
) -> None:
    manual = Article.objects.create(
        kind="manual", title="ヘルプの書き方", author=alice, status="published"
    )
    first = make_decision("入口を左上に置く", meeting=meeting)
    second = make_decision("入口を中央に置く", supersedes=first)
    third = make_decision("入口を右上に置く", supersedes=second)
    form = {
        "title": first.title, "reason": "理由", "decided_on": "2026-11-01", "state": "revised",
        "meeting": meeting.pk, "articles": "ヘルプの書き方", "base_revision": 1,
    }  # fmt: skip
    assert hers.post(f"/decisions/{first.pk}/edit/", form).status_code == 302
    shown = page(hers.get(f"/decisions/{first.pk}/"))
    for record in (meeting, manual, second, third):
        assert f'href="{record.get_absolute_url()}' in shown
    assert first.get_absolute_url() in page(hers.get(manual.get_absolute_url()))


def test_an_unknown_article_is_refused_in_words(hers: Client, make_decision: MakeDecision) -> None:
    decision = make_decision()
    form = {
        "title": "x", "reason": "x", "decided_on": "2026-11-01", "state": "valid",
        "articles": "/articles/999999/", "base_revision": 1,
    }  # fmt: skip
    answer = hers.post(f"/decisions/{decision.pk}/edit/", form)
    assert answer.status_code == 422
    assert "という記事は見つかりません" in page(answer)


def test_a_decision_goes_into_the_bin_and_comes_back(
    hers: Client, his: Client, make_decision: MakeDecision
) -> None:
    decision = make_decision()
    his.post(f"/decisions/{decision.pk}/delete/")
    assert hers.get(decision.get_absolute_url()).status_code == 404
    assert hers.get(f"/bin/decision/{decision.pk}/").status_code == 200
    hers.post(f"/decisions/{decision.pk}/restore/")
    assert hers.get(decision.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["items/", "materials/", "sessions/", "questions/"],
)
def test_reading_a_deed_changes_nothing(hers: Client, meeting: Meeting, path: str) -> None:
    assert hers.get(f"/meetings/{meeting.pk}/{path}").status_code == 405


def test_items_are_put_on_the_agenda_of_a_meeting_in_preparation(
    his: Client, meeting: Meeting, bob: Person
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(state="preparing")
    assert "議題を出す" in page(his.get(f"/meetings/{meeting.pk}/"))
    his.post(f"/meetings/{meeting.pk}/items/", {"title": "席替え", "kind": "consult"})
    assert AgendaItem.objects.get(title="席替え").proposer == bob


class TestAllHands:
    """The teams' parts, 約束と結果, and questions that stay open."""

    @pytest.fixture
    def all_hands(self, success_department: Department, alice: Person, bob: Person) -> Meeting:
        from kb.meetings.models import Series

        series = Series.objects.create(slug="all-hands", name="ALL HANDS", kind="all_hands")
        now = timezone.now()
        last = Meeting.objects.create(
            series=series, number=1, held_at=now - dt.timedelta(days=180), state="published"
        )
        last.sessions.create(
            department=success_department, goals="返答を1日以内にする\n記事を100本書く"
        )
        return Meeting.objects.create(
            series=series, number=2, held_at=now, state="published", published_at=now
        )

    def test_parts_are_set_up_and_filled_from_the_data(
        self,
        hers: Client,
        all_hands: Meeting,
        success_department: Department,
        make_decision: MakeDecision,
    ) -> None:
        make_decision()
        hers.post(f"/meetings/{all_hands.pk}/sessions/")
        session = all_hands.sessions.get(department=success_department)
        form = hers.get(f"/meetings/sessions/{session.pk}/edit/")
        assert form.context["form"]["results"].value() == "返答を1日以内にする：\n記事を100本書く："
        assert "ヘルプの入口を右上に置く" in page(form)
        sent = {"results": "返答は平均4時間", "goals": "動画を10本", "note": "一\n二\n三"}
        hers.post(f"/meetings/sessions/{session.pk}/edit/", sent)
        shown = page(hers.get(f"/meetings/{all_hands.pk}/"))
        for words in ("約束（前回の目標）", "返答を1日以内にする", "返答は平均4時間", "動画を10本"):
            assert words in shown
        sent["note"] = "一\n二\n三\n四"
        assert hers.post(f"/meetings/sessions/{session.pk}/edit/", sent).status_code == 422

    def test_open_questions_become_those_of_the_team(
        self,
        hers: Client,
        his: Client,
        all_hands: Meeting,
        success_department: Department,
        alice: Person,
    ) -> None:
        session = all_hands.sessions.create(department=success_department, presenter=alice)
        his.post(f"/meetings/sessions/{session.pk}/ask/", {"text": "採用はいつですか？"})
        question = session.questions.get()
        hers.post(f"/meetings/team-questions/{question.pk}/want/")
        assert "ほかに1人が聞きたいと言っています" in page(his.get(f"/meetings/{all_hands.pk}/"))
        his.post(f"/meetings/{all_hands.pk}/questions/")
        article = Article.objects.get(kind="question")
        assert (article.owner, article.department) == (alice, success_department)
        assert article.get_absolute_url() in page(his.get(f"/meetings/{all_hands.pk}/"))
        his.post(f"/meetings/{all_hands.pk}/questions/")
        assert Article.objects.filter(kind="question").count() == 1

    def test_an_answer_reaches_who_asked_and_who_wants_it(
        self,
        hers: Client,
        his: Client,
        all_hands: Meeting,
        success_department: Department,
        bob: Person,
    ) -> None:
        session = all_hands.sessions.create(department=success_department)
        his.post(f"/meetings/sessions/{session.pk}/ask/", {"text": "採用はいつですか？"})
        question = session.questions.get()
        hers.post(f"/meetings/team-questions/{question.pk}/answer/", {"text": "4月です。"})
        assert Notification.objects.get(person=bob).kind == "answer"
        assert "4月です。" in page(his.get(f"/meetings/{all_hands.pk}/"))


def test_strangers_do_nothing(client: Client, meeting: Meeting, item: AgendaItem) -> None:
    assert client.post(f"/meetings/items/{item.pk}/ask/", {"text": "x"}).status_code == 302
    assert not ItemQuestion.objects.exists()
    assert not Decision.objects.exists()
