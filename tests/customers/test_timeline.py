"""One timeline of touches, meetings, articles and files; recording in odd circumstances."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Touch, Voice
from kb.articles.models import Article
from kb.files.models import Attachment
from kb.files.services import store_file
from kb.meetings.models import Meeting, Series
from kb.search import outbox
from kb.todos.models import ActionItem
from people.models import Person
from tests.customers.conftest import MakeTouch
from tests.customers.test_recording import NEW, filled


def page(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def mentioned(touch: Touch, alice: Person, bob: Person) -> Customer:
    """An article and a meeting that name the customer, one that does not, and a file."""
    Article.objects.create(
        kind="note",
        title="年末の準備",
        body="あさぎ製菓の名簿から。",
        author=bob,
        status="published",
    )
    Article.objects.create(
        kind="note", title="よその話", body="あさぎ色の紙。", author=bob, status="published"
    )
    series = Series.objects.create(slug="coffee-talk", name="COFFEE TALK")
    Meeting.objects.create(
        series=series, number=42, held_at=timezone.now(), scribe=bob, body="浅葱菓子店の件。"
    )
    outbox.drain()
    store_file(ContentFile(b"a,b\n1,2\n"), "名簿.csv", by=alice, target=touch)
    return touch.customer


def test_everything_about_the_customer_stands_in_one_line(his: Client, mentioned: Customer) -> None:
    shown = page(his.get(mentioned.get_absolute_url()))
    for words in ("取り込みは半分まで", "年末の準備", "COFFEE TALK 第42回", "名簿.csv"):
        assert words in shown
    assert "よその話" not in shown


@pytest.mark.parametrize(
    ("query", "seen", "unseen"),
    [
        ("kind=article", "年末の準備", "COFFEE TALK 第42回"),
        ("kind=meeting", "COFFEE TALK 第42回", "名簿.csv"),
        ("kind=file", "名簿.csv", "年末の準備"),
        ("kind=touch", "取り込みは半分まで", "年末の準備"),
        ("department=dev", "年末の準備", "名簿.csv"),
    ],
)
def test_the_address_filters_the_line(
    his: Client, mentioned: Customer, query: str, seen: str, unseen: str
) -> None:
    shown = page(his.get(f"{mentioned.get_absolute_url()}?{query}"))
    timeline = shown[shown.index('id="timeline"') : shown.index("先方の担当者")]
    assert seen in timeline
    assert unseen not in timeline


def test_without_the_index_the_page_says_what_is_missing(
    his: Client, mentioned: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kb.portal import customer_timeline
    from kb.search.query import SearchUnavailable

    def away() -> Any:
        raise SearchUnavailable("away")

    monkeypatch.setattr(customer_timeline, "backend", away)
    shown = page(his.get(mentioned.get_absolute_url()))
    assert "検索の索引を整えています。" in shown
    assert "取り込みは半分まで" in shown


def test_the_line_goes_on_on_the_next_page(his: Client, make_touch: MakeTouch) -> None:
    for number in range(25):
        touch = make_touch(
            f"話その{number}。", happened_at=timezone.now() - dt.timedelta(days=number)
        )
    address = touch.customer.get_absolute_url()
    assert ">話その24</a>" not in page(his.get(address))
    assert ">話その24</a>" in page(his.get(f"{address}?page=2"))


def test_the_mood_is_drawn_and_said(his: Client, make_touch: MakeTouch) -> None:
    for days, mood in ((3, "good"), (2, "worried"), (1, "danger")):
        touch = make_touch(mood=mood, happened_at=timezone.now() - dt.timedelta(days=days))
    shown = page(his.get(touch.customer.get_absolute_url()))
    assert "ようすの移り変わり（古い順）" in shown
    assert shown.index(" 良い、") < shown.index(" 心配、") < shown.index(" 危険")


def test_those_who_dealt_with_it_know_it(
    his: Client, make_touch: MakeTouch, charlie: Person, alice: Person
) -> None:
    touch = make_touch()
    make_touch(by=charlie)
    shown = page(his.get(touch.customer.get_absolute_url()))
    assert "いまの担当です。" in shown
    assert f"?person={alice.pk}#timeline" in shown
    assert f"?person={charlie.pk}#timeline" not in shown


def test_a_customer_merged_while_one_wrote_leads_on(hers: Client, asagi: Customer) -> None:
    old = Customer.objects.create(name="浅葱本舗", yomi="あさぎほんぽ", merged_into=asagi)
    assert hers.post(NEW, filled(customer_id=old.pk, customer_name="浅葱本舗")).status_code == 302
    assert hers.post(f"{NEW}?customer={old.pk}", filled(text="別の話。")).status_code == 302
    assert set(Touch.objects.values_list("customer", flat=True)) == {asagi.pk}


def test_a_past_day_is_kept_when_one_insists(hers: Client, asagi: Customer) -> None:
    day = timezone.localdate() - dt.timedelta(days=1)
    form = filled(next_text="見積を送る", next_on=day.isoformat())
    answer = hers.post(NEW, form)
    assert answer.status_code == 422
    assert "過ぎた日のまま保存する" in page(answer)
    assert "見積を送る" in page(answer)
    assert hers.post(NEW, {**form, "next_past_ok": "on"}).status_code == 302
    assert ActionItem.objects.get().due_on == day


def test_contacts_are_named_and_new_ones_added(hers: Client, asagi: Customer) -> None:
    assert hers.post(NEW, filled(contacts="田所文香さま、榎本 修")).status_code == 302
    names = {contact.name for contact in Touch.objects.get().contacts.all()}
    assert names == {"田所 文香", "榎本 修"}
    assert asagi.contacts.count() == 2


def test_files_come_with_the_touch(hers: Client, asagi: Customer) -> None:
    file = SimpleUploadedFile("名簿.csv", b"a,b\n1,2\n")
    assert hers.post(NEW, filled(attached=[file])).status_code == 302
    touch = Touch.objects.get()
    assert Attachment.objects.on(touch).get().name == "名簿.csv"
    assert "名簿.csv" in page(hers.get(touch.get_absolute_url()))


def test_a_refused_file_leaves_nothing_half_done(hers: Client, asagi: Customer) -> None:
    broken = SimpleUploadedFile("絵.png", b"\x89PNG\r\n\x1a\nnot a picture")
    answer = hers.post(NEW, filled(attached=[broken], next_text="見積を送る"))
    assert answer.status_code == 422
    assert "開けません" in page(answer)
    assert not Touch.objects.exists()
    assert not ActionItem.objects.exists()


def test_a_deal_of_another_company_is_refused(hers: Client, asagi: Customer) -> None:
    other = Customer.objects.create(name="要精機株式会社", yomi="かなめせいき")
    deal = other.deals.create(name="よその商談")
    answer = hers.post(NEW, filled(deal=deal.pk))
    assert answer.status_code == 422
    assert "このお客さまの商談ではありません。" in page(answer)


def test_sentences_marked_while_writing_are_voices(hers: Client, asagi: Customer) -> None:
    marks = '[{"quote": "納期の相談", "kind": "question", "theme": 99}]'
    assert hers.post(NEW, filled(voices=marks)).status_code == 302
    voice = Voice.objects.get()
    assert (voice.quote, voice.kind, voice.theme) == ("納期の相談", "question", None)


def test_a_template_is_there_without_script(hers: Client, asagi: Customer) -> None:
    shown = page(hers.get(f"{NEW}?template=complaint&customer={asagi.pk}"))
    assert "起きたこと：" in shown
    assert hers.get(f"{NEW}?template=%00").status_code == 200


@pytest.mark.parametrize("line", ["", "%00", "次回", "次回 13/45 何か @@", "x" * 9000])
def test_any_line_is_read_or_left(hers: Client, asagi: Customer, line: str) -> None:
    assert hers.get(f"/touches/next?line={line}").status_code == 200
