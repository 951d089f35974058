"""From a voice to its end: sorted, answered, merged, and told back to the company."""

import uuid
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer, Touch, Voice, VoiceTheme, VoiceThemeMerge, VoiceThemeReply
from customers.services import mark_voice
from customers.themes import change_theme_status, merge_themes, undo_merge
from kb.engagement.models import Notification
from kb.search import outbox
from kb.search.search_indexes import VoiceThemeIndex
from kb.todos.models import ActionItem
from people.models import Person
from tests.customers.conftest import MakeTouch


def page(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def theme(db: None) -> VoiceTheme:
    made: VoiceTheme = VoiceTheme.objects.create(title="ヘルプの場所がわからない")
    return made


@pytest.fixture
def voice(touch: Touch, theme: VoiceTheme, alice: Person) -> Voice:
    return mark_voice(touch, "ヘルプが見つけられなかった", "request", by=alice, theme=theme)


def test_who_recorded_hears_of_every_change(
    his: Client, voice: Voice, theme: VoiceTheme, alice: Person
) -> None:
    his.post(f"/voices/themes/{theme.pk}/status/", {"status": "considering"})
    line = Notification.objects.get(person=alice)
    assert line.kind == Notification.Kind.VOICE
    assert "検討中" in line.text
    assert line.url == theme.get_absolute_url()


def test_saying_the_same_again_changes_nothing(
    voice: Voice, theme: VoiceTheme, bob: Person
) -> None:
    for _time in range(2):
        change_theme_status(theme, "considering", by=bob)
    assert theme.changes.count() == 1


def test_planned_says_when(his: Client, theme: VoiceTheme) -> None:
    path = f"/voices/themes/{theme.pk}/status/"
    answer = his.post(path, {"status": "planned", "reason": "書きかけの理由"})
    assert answer.status_code == 422
    assert "いつごろやるか" in page(answer)
    assert "書きかけの理由" in page(answer)
    assert his.post(path, {"status": "planned", "planned_for": "来年の春"}).status_code == 302


@pytest.mark.parametrize("status", ["done", "declined"])
def test_an_end_asks_the_recorder_to_tell_each_company(
    voice: Voice, theme: VoiceTheme, make_touch: MakeTouch, alice: Person, bob: Person, status: str
) -> None:
    other = Customer.objects.create(name="要精機株式会社", yomi="かなめせいき")
    heard = make_touch("ヘルプを探した。", by=bob, customer=other)
    mark_voice(heard, "ヘルプを探した", "complaint", by=bob, theme=theme)
    change_theme_status(theme, status, by=alice, reason="作り直しました。")
    asked = {item.person: item.text for item in ActionItem.objects.all()}
    assert set(asked) == {alice, bob}
    assert all(text.startswith("この会社に知らせてください") for text in asked.values())
    assert VoiceThemeReply.objects.waiting().count() == 2


def test_the_draft_is_told_and_recorded_once(
    hers: Client, voice: Voice, theme: VoiceTheme, alice: Person, asagi: Customer
) -> None:
    change_theme_status(theme, "done", by=alice, reason="ヘルプを上に移しました。")
    reply = VoiceThemeReply.objects.get()
    address = reply.get_absolute_url()
    shown = page(hers.get(address))
    for words in (
        asagi.name,
        "ヘルプが見つけられなかった",
        "ヘルプを上に移しました。",
        "お世話になって",
    ):
        assert words in shown
    form = {"text": "対応しました。", "channel": "email", "form_key": str(uuid.uuid4())}
    first, second = hers.post(address, form), hers.post(address, form)
    assert first["Location"] == second["Location"]
    reply.refresh_from_db()
    assert reply.touch is not None
    assert reply.touch.customer == asagi
    assert reply.told_at is not None
    assert ActionItem.objects.get().state == "done"
    assert "1社のうち1社" in page(hers.get("/voices/"))


def test_a_draft_that_was_emptied_is_named(hers: Client, voice: Voice, theme: VoiceTheme) -> None:
    hers.post(f"/voices/themes/{theme.pk}/status/", {"status": "declined", "reason": "見送り。"})
    address = VoiceThemeReply.objects.get().get_absolute_url()
    assert hers.post(address, {"text": "", "channel": "email"}).status_code == 422


def test_a_status_taken_back_drops_the_todo(voice: Voice, theme: VoiceTheme, bob: Person) -> None:
    change_theme_status(theme, "done", by=bob)
    change_theme_status(theme, "considering", by=bob)
    assert ActionItem.objects.get().state == "dropped"
    assert not VoiceThemeReply.objects.waiting().exists()
    change_theme_status(theme, "done", by=bob)
    assert ActionItem.objects.open().count() == 1


def test_the_customers_page_says_that_the_company_waits(
    his: Client, voice: Voice, theme: VoiceTheme, alice: Person, asagi: Customer
) -> None:
    change_theme_status(theme, "done", by=alice)
    assert "この会社に知らせてください" in page(his.get(asagi.get_absolute_url()))


def test_a_merge_is_taken_back_with_its_own_voices(
    his: Client, voice: Voice, theme: VoiceTheme, touch: Touch, alice: Person
) -> None:
    into = VoiceTheme.objects.create(title="ヘルプが見つからない")
    own = mark_voice(touch, "取り込みは半分まで", "complaint", by=alice, theme=into)
    answer = his.post(f"/voices/themes/{theme.pk}/merge/", {"into": into.pk})
    assert answer["Location"] == into.get_absolute_url()
    assert set(into.voices.all()) == {voice, own}
    merge = VoiceThemeMerge.objects.get()
    assert his.post(f"/voices/merges/{merge.pk}/undo/").status_code == 302
    assert list(theme.voices.all()) == [voice]
    assert list(into.voices.all()) == [own]
    assert his.get(theme.get_absolute_url()).status_code == 200


def test_undoing_twice_moves_nothing_more(voice: Voice, theme: VoiceTheme, bob: Person) -> None:
    into = VoiceTheme.objects.create(title="ヘルプが見つからない")
    merge = merge_themes(theme, into, by=bob)
    undo_merge(merge, by=bob)
    voice.refresh_from_db()
    voice.theme = into
    voice.save()
    undo_merge(merge, by=bob)
    assert list(into.voices.all()) == [voice]


def test_a_theme_does_not_go_into_itself(his: Client, theme: VoiceTheme) -> None:
    answer = his.post(f"/voices/themes/{theme.pk}/merge/", {"into": theme.pk}, follow=True)
    assert "まとめる先の要望テーマを選んでください。" in page(answer)
    theme.refresh_from_db()
    assert theme.merged_into is None


def test_the_inbox_proposes_the_near_theme(
    his: Client, theme: VoiceTheme, touch: Touch, alice: Person
) -> None:
    outbox.drain()
    lost = mark_voice(touch, "「ヘルプが見つけられなかった」", "request", by=alice)
    assert touch.customer.name in page(his.get("/voices/"))
    found = his.get("/voices/propose", {"quote": "ヘルプの場所が見つからない"}).json()
    assert [one["title"] for one in found["themes"]] == [theme.title]
    address = f"/voices/{lost.pk}/theme/"
    assert his.post(address, {"theme": theme.pk}).status_code == 302
    lost.refresh_from_db()
    assert lost.theme == theme


def test_a_voice_may_begin_a_theme_of_its_own(his: Client, touch: Touch, alice: Person) -> None:
    voice = mark_voice(touch, "取り込みは半分まで", "complaint", by=alice)
    his.post(f"/voices/{voice.pk}/theme/", {"new_theme": "取り込みが止まる"})
    voice.refresh_from_db()
    assert voice.theme is not None
    assert voice.theme.title == "取り込みが止まる"


@pytest.mark.parametrize("query", ["quote=", "quote=%00", "quote=" + "あ" * 3000])
def test_any_sentence_gets_an_answer(his: Client, touch: Touch, query: str) -> None:
    assert his.get(f"/voices/propose?{query}").status_code == 200


def test_the_board_filters_by_kind_state_and_owner(
    his: Client, voice: Voice, theme: VoiceTheme, bob: Person
) -> None:
    VoiceTheme.objects.create(title="動画で見たい", owner=bob, status="considering")
    for query, is_there in (
        ("kind=request", True), ("kind=praise", False), ("status=received", True),
        ("status=done", False), ("mine=1", False), ("department=%00", True),
    ):  # fmt: skip
        assert (theme.title in page(his.get(f"/voices/?{query}"))) is is_there, query


@pytest.mark.parametrize(
    "path", ["/voices/", "/voices/themes/new/", "/voices/propose?quote=x", "/deals/", "/deals/new/"]
)
def test_only_colleagues_see_voices(client: Client, charlie: Person, path: str) -> None:
    assert client.get(path).status_code in (302, 401)
    client.force_login(charlie, backend="people.backends.LoginOrEmailBackend")
    assert client.get(path).status_code in (302, 401)


def test_a_theme_of_very_many_voices_is_indexed(theme: VoiceTheme, touch: Touch) -> None:
    touches = Touch.objects.bulk_create(
        Touch(customer=touch.customer, author=touch.author, channel="phone", text="話。")
        for _number in range(1100)
    )
    Voice.objects.bulk_create(
        Voice(touch=one, quote="話", kind="request", theme=theme) for one in touches
    )
    assert [len(row.voices.all()) for row in VoiceThemeIndex().load([theme.pk])] == [1100]
