"""対応を記録 in a browser: by thumb, by keyboard and input method, without network, in two tabs."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import Customer, Touch, Voice, VoiceTheme
from kb.todos.models import ActionItem
from people.models import Person
from tests.browser.company import type_by_ime
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WRITTEN_AFTER_MS = 700
READ_AFTER_MS = 900


@pytest.fixture
def asagi(alice: Person) -> Customer:
    customer: Customer = Customer.objects.create(
        name="あさぎ製菓株式会社", yomi="あさぎせいか", success_owner=alice
    )
    customer.contacts.create(name="田所 文香", yomi="たどころ ふみか")
    customer.deals.create(name="追加の席")
    Customer.objects.create(name="要精機株式会社", yomi="かなめせいき")
    return customer


@pytest.fixture
def cookies(alice: Person) -> dict[str, str]:
    client = Client()
    client.force_login(alice, backend="people.backends.LoginOrEmailBackend")
    return {name: morsel.value for name, morsel in client.cookies.items()}


@pytest.fixture
def open_form(
    live_server: LiveServer,
    open_page: OpenPage,
    cookies: dict[str, str],
    asagi: Customer,
    search_index: Any,
) -> Callable[..., Page]:
    def opened(**options: Any) -> Page:
        address = f"{live_server.url}/write/touch/"
        return open_page(address, **({"width": 390, "cookies": cookies} | options))

    return opened


def save(page: Page) -> None:
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url("**/touches/*/")


def test_a_thumb_records_in_three_answers(open_form: Callable[..., Page], asagi: Customer) -> None:
    page = open_form()
    page.get_by_role("link", name="あさぎ製菓株式会社").click()
    page.get_by_label("話したこと").fill("納期の相談をいただいた。")
    save(page)
    assert Touch.objects.get().customer == asagi


def test_a_customer_is_picked_by_keyboard(open_form: Callable[..., Page]) -> None:
    page = open_form(width=1280)
    box = page.get_by_role("combobox", name="お客さま")
    box.press_sequentially("かなめ")
    expect(page.get_by_role("option", name="要精機株式会社")).to_be_visible()
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Enter")
    expect(box).to_have_value("要精機株式会社")
    page.get_by_label("話したこと").fill("ご挨拶。")
    save(page)
    assert Touch.objects.get().customer.name == "要精機株式会社"


def test_an_enter_that_ends_a_conversion_picks_and_sends_nothing(
    open_form: Callable[..., Page],
) -> None:
    page = open_form(width=1280)
    box = page.get_by_role("combobox", name="お客さま")
    type_by_ime(box, "あさぎ", "あさぎ")
    expect(page.get_by_role("option", name="あさぎ製菓株式会社")).to_be_visible()
    expect(box).to_have_value("あさぎ")
    assert page.url.endswith("/write/touch/")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_an_unknown_company_is_made_with_its_name_alone(open_form: Callable[..., Page]) -> None:
    page = open_form()
    box = page.get_by_role("combobox", name="お客さま")
    box.press_sequentially("白樺工房")
    page.get_by_role("option", name="「白樺工房」を新しいお客さまとして記録").click()
    page.get_by_label("話したこと").fill("はじめてのお電話。")
    save(page)
    assert Touch.objects.get().customer.name == "白樺工房"


def test_the_next_action_is_read_while_one_writes_and_can_be_corrected(
    open_form: Callable[..., Page], bob: Person
) -> None:
    day = timezone.localdate() + dt.timedelta(days=9)
    page = open_form()
    page.get_by_role("link", name="あさぎ製菓株式会社").click()
    page.get_by_label("話したこと").fill(f"納期の相談。\n次回 {day.month}/{day.day} 見積送付 @坊城")
    expect(page.get_by_label("次にやること", exact=True)).to_have_value("見積送付")
    expect(page.get_by_label("いつまで", exact=True)).to_have_value(day.isoformat())
    expect(page.get_by_role("combobox", name="だれが")).to_have_value("坊城 武")
    page.get_by_label("次にやること", exact=True).fill("見積と納期表を送る")
    save(page)
    item = ActionItem.objects.get()
    assert (item.text, item.person, item.due_on) == ("見積と納期表を送る", bob, day)


def test_a_selected_sentence_becomes_a_voice_with_the_touch(
    open_form: Callable[..., Page], search_index: Any
) -> None:
    theme = VoiceTheme.objects.create(title="ヘルプの場所がわからない")
    page = open_form()
    page.get_by_role("link", name="あさぎ製菓株式会社").click()
    text = page.get_by_label("話したこと")
    text.fill("半分まで進んだ。ヘルプの場所がわからないとのこと。")
    text.evaluate("(box) => { box.focus(); box.setSelectionRange(8, 19); }")
    page.get_by_role("button", name="選んだ文をお客さまの声にする").click()
    page.get_by_label("声の種類").select_option("complaint")
    save(page)
    voice = Voice.objects.get()
    assert (voice.quote, voice.kind) == ("ヘルプの場所がわからな", "complaint")
    assert voice.theme in (None, theme)


def test_marks_and_text_wait_for_the_network_and_arrive_once(
    open_form: Callable[..., Page],
) -> None:
    page = open_form()
    page.get_by_role("link", name="あさぎ製菓株式会社").click()
    text = page.get_by_label("話したこと")
    text.fill("納期の相談をいただいた。")
    text.evaluate("(box) => { box.focus(); box.setSelectionRange(0, 5); }")
    page.get_by_role("button", name="選んだ文をお客さまの声にする").click()
    page.context.set_offline(True)
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("form.touch-form .notice")).to_contain_text("電波が届いていません。")
    page.wait_for_timeout(WRITTEN_AFTER_MS)
    assert not Touch.objects.exists()
    page.context.set_offline(False)
    page.wait_for_url("**/touches/*/")
    assert Touch.objects.count() == 1
    assert Voice.objects.get().quote == "納期の相談"


def test_what_waited_when_the_browser_was_closed_comes_back_with_its_marks(
    open_form: Callable[..., Page],
) -> None:
    page = open_form()
    text = page.get_by_label("話したこと")
    text.fill("納期の相談をいただいた。")
    text.evaluate("(box) => { box.focus(); box.setSelectionRange(0, 5); }")
    page.get_by_role("button", name="選んだ文をお客さまの声にする").click()
    page.wait_for_timeout(WRITTEN_AFTER_MS)
    page.reload()
    expect(page.get_by_label("話したこと")).to_have_value("納期の相談をいただいた。")
    expect(page.locator(".marks__one .voice")).to_have_text("納期の相談")


def test_two_tabs_that_send_the_same_form_record_once(open_form: Callable[..., Page]) -> None:
    page = open_form()
    page.get_by_role("link", name="あさぎ製菓株式会社").click()
    page.get_by_label("話したこと").fill("納期の相談をいただいた。")
    page.wait_for_timeout(WRITTEN_AFTER_MS)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label("話したこと")).to_have_value("納期の相談をいただいた。")
    save(page)
    save(other)
    assert Touch.objects.count() == 1


def test_names_of_colleagues_are_completed_one_after_the_other(
    open_form: Callable[..., Page], bob: Person
) -> None:
    page = open_form(width=1280)
    page.get_by_role("link", name="変える").click()
    box = page.get_by_role("combobox", name="いっしょにいた人")
    box.press_sequentially("ぼうじょう")
    page.get_by_role("option", name="坊城 武").click()
    expect(box).to_have_value("坊城 武")


def test_without_script_everything_is_typed(
    live_server: LiveServer,
    open_page: OpenPage,
    cookies: dict[str, str],
    asagi: Customer,
    search_index: Any,
) -> None:
    page = open_page(f"{live_server.url}/write/touch/", cookies=cookies, script=False)
    page.get_by_label("お客さま", exact=True).fill("㈱あさぎ製菓")
    page.get_by_label("話したこと").fill("納期の相談。")
    page.get_by_role("button", name="保存する").click()
    assert Touch.objects.get().customer == asagi
