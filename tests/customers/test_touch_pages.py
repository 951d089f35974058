"""A touch: reading, correcting, the bin, and the customer's own words in it."""

from typing import Any

import pytest
from django.test import Client

from customers.models import Touch, Voice, VoiceTheme
from customers.page import title_and_rest
from customers.themes import ReasonMissing, change_theme_status
from kb.todos.models import ActionItem
from people.models import Person


def page(answer: Any) -> str:
    return str(answer.content.decode())


def correction(touch: Touch, **changes: Any) -> dict[str, Any]:
    form = {"channel": touch.channel, "text": touch.text, "base_revision": touch.revision}
    return {**form, **changes}


def test_a_colleague_may_correct_a_touch(his: Client, touch: Touch, alice: Person) -> None:
    answer = his.post(f"/touches/{touch.pk}/edit/", correction(touch, text="直した話。"))
    touch.refresh_from_db()
    assert answer.status_code == 302
    assert (touch.text, touch.revision, touch.author) == ("直した話。", 2, alice)


def test_a_conflict_shows_both_texts_and_can_be_saved_then(
    hers: Client, his: Client, touch: Touch
) -> None:
    his.post(f"/touches/{touch.pk}/edit/", correction(touch, text="坊城が先に直した話。"))
    answer = hers.post(f"/touches/{touch.pk}/edit/", correction(touch, text="有栖川も直した話。"))
    assert answer.status_code == 409
    assert "坊城が先に直した話。" in page(answer)
    assert "有栖川も直した話。" in page(answer)
    assert 'name="base_revision" value="2"' in page(answer)
    touch.refresh_from_db()
    assert touch.text == "坊城が先に直した話。"
    again = correction(touch, text="二人で直した話。")
    assert hers.post(f"/touches/{touch.pk}/edit/", again).status_code == 302


def test_correcting_does_not_read_the_next_action_again(hers: Client, touch: Touch) -> None:
    hers.post(f"/touches/{touch.pk}/edit/", correction(touch, text="次回: 見積送付"))
    assert not ActionItem.objects.exists()


def test_a_second_next_action_stands_beside_the_first(hers: Client, touch: Touch) -> None:
    for words in ("見積を送る", "電話する"):
        touch.refresh_from_db()
        hers.post(f"/touches/{touch.pk}/edit/", correction(touch, next_text=words))
    assert ActionItem.objects.open().count() == 2


def test_the_bin_takes_a_touch_and_gives_it_back(hers: Client, his: Client, touch: Touch) -> None:
    assert hers.post(f"/touches/{touch.pk}/delete/").status_code == 302
    assert his.get(f"/touches/{touch.pk}/").status_code == 404
    assert touch.text not in page(his.get(f"/customers/{touch.customer_id}/"))
    assert f"/touches/{touch.pk}/restore/" in page(hers.get("/customers/"))
    assert hers.post(f"/touches/{touch.pk}/restore/").status_code == 302
    assert his.get(f"/touches/{touch.pk}/").status_code == 200


@pytest.mark.parametrize("deed", ["delete", "restore", "voices"])
def test_reading_an_address_changes_nothing(hers: Client, touch: Touch, deed: str) -> None:
    assert hers.get(f"/touches/{touch.pk}/{deed}/").status_code == 405


def test_a_voice_is_verbatim(hers: Client, touch: Touch) -> None:
    form = {"quote": "ヘルプがみつからないらしい", "kind": "request"}
    answer = hers.post(f"/touches/{touch.pk}/voices/", form)
    assert answer.status_code == 422
    assert "対応記録にない言葉です。" in page(answer)
    assert "ヘルプがみつからないらしい" in page(answer)
    assert not Voice.objects.exists()


def test_a_voice_may_break_its_lines_elsewhere(hers: Client, touch: Touch, alice: Person) -> None:
    form = {"quote": "ヘルプが\n見つけられなかった", "kind": "complaint"}
    assert hers.post(f"/touches/{touch.pk}/voices/", form).status_code == 302
    voice = Voice.objects.get()
    assert (voice.kind, voice.marked_by, voice.touch) == ("complaint", alice, touch)


def test_the_same_sentence_is_one_voice_with_its_last_theme(hers: Client, touch: Touch) -> None:
    theme = VoiceTheme.objects.create(title="ヘルプの場所がわからない")
    form = {"quote": "ヘルプが見つけられなかった", "kind": "request"}
    hers.post(f"/touches/{touch.pk}/voices/", form)
    hers.post(f"/touches/{touch.pk}/voices/", {**form, "theme": theme.pk})
    assert Voice.objects.get().theme == theme
    assert "ヘルプの場所がわからない" in page(hers.get(f"/customers/{touch.customer_id}/"))


def test_taking_the_mark_off_leaves_the_text(hers: Client, touch: Touch) -> None:
    hers.post(
        f"/touches/{touch.pk}/voices/", {"quote": "ヘルプが見つけられなかった", "kind": "request"}
    )
    assert hers.post(f"/voices/{Voice.objects.get().pk}/unmark/").status_code == 302
    touch.refresh_from_db()
    assert "ヘルプが見つけられなかった" in touch.text
    assert not Voice.objects.exists()


def test_declining_a_theme_needs_a_reason(hers: Client, alice: Person) -> None:
    theme = VoiceTheme.objects.create(title="ヘルプの場所がわからない")
    path = f"/voices/themes/{theme.pk}/status/"
    answer = hers.post(path, {"status": "declined", "reason": " "})
    assert answer.status_code == 422
    assert "「やらない」には理由を書いてください。" in page(answer)
    with pytest.raises(ReasonMissing):
        change_theme_status(theme, "declined", by=alice)
    assert (
        hers.post(path, {"status": "declined", "reason": "画面を作り直すため。"}).status_code == 302
    )
    theme.refresh_from_db()
    assert theme.status == "declined"
    assert theme.changes.get().changed_by == alice
    assert "画面を作り直すため。" in page(hers.get(f"/voices/themes/{theme.pk}/"))


def test_a_merged_theme_leads_to_the_one_that_goes_on(hers: Client) -> None:
    theme = VoiceTheme.objects.create(title="残るテーマ")
    old = VoiceTheme.objects.create(title="前のテーマ", merged_into=theme)
    answer = hers.get(f"/voices/themes/{old.pk}/")
    assert answer.status_code == 301
    assert answer["Location"] == theme.get_absolute_url()


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("取り込みは半分まで。残りは来週。", "取り込みは半分まで", "残りは来週。"),
        ("一行目\n二行目", "一行目", "二行目"),
        ("「困る。急ぎで。」とのこと。続き。", "「困る。急ぎで。」とのこと", "続き。"),
        ("短い", "短い", ""),
        ("長" * 70, "長" * 58 + "…", "長" * 70),
        ("", "", ""),
    ],
)
def test_the_first_sentence_is_the_title(text: str, title: str, rest: str) -> None:
    assert title_and_rest(text) == (title, rest)


def test_a_comment_stands_under_the_touch(his: Client, touch: Touch) -> None:
    his.post(f"/on/customers.touch/{touch.pk}/comments/", {"body": "こちらでも聞きました。"})
    assert "こちらでも聞きました。" in page(his.get(f"/touches/{touch.pk}/"))


@pytest.mark.parametrize("path", ["/touches/{}/", "/touches/{}/edit/"])
def test_only_colleagues_read(client: Client, charlie: Person, touch: Touch, path: str) -> None:
    address = path.format(touch.pk)
    assert client.get(address).status_code == 302
    client.force_login(charlie, backend="people.backends.LoginOrEmailBackend")
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("number", ["9" * 30, "0"])
def test_a_touch_that_never_was_is_not_found(hers: Client, number: str) -> None:
    for path in (f"/touches/{number}/", f"/touches/{number}/edit/", f"/voices/themes/{number}/"):
        assert hers.get(path).status_code == 404
