"""A dropped network loses no word of a form: the browser keeps it and gives it back, once."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import Customer, Touch
from kb.articles.services import create_article
from kb.meetings.models import Series
from people.models import Person
from tests.browser.company import sign_in
from tests.browser.conftest import OpenPage
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The browser keeps a little after the last key.
WRITTEN_AFTER_MS = 700
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('kb:keep:')).length"


@pytest.fixture
def form(live_server: LiveServer, open_page: OpenPage, alice: Person, search_index: Any) -> Page:
    customer = Customer.objects.create(name="あさぎ製菓株式会社", yomi="あさぎせいか")
    client = Client()
    client.force_login(alice, backend="people.backends.LoginOrEmailBackend")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    address = f"{live_server.url}/write/touch/?customer={customer.pk}"
    return open_page(address, width=390, cookies=cookies)


def write(page: Page) -> None:
    page.get_by_label("話したこと").fill("納期の相談をいただいた。")
    page.locator("input[name=channel][value=email]").check()
    page.locator("input[name=next_text]").fill("見積を送る")
    page.wait_for_timeout(WRITTEN_AFTER_MS)


def test_what_was_typed_comes_back_and_can_be_taken_away(form: Page) -> None:
    write(form)
    expect(form.locator("[data-kept]")).to_be_visible()
    form.reload()
    expect(form.get_by_label("話したこと")).to_have_value("納期の相談をいただいた。")
    expect(form.locator("input[name=channel][value=email]")).to_be_checked()
    expect(form.locator("form.touch-form .notice")).to_contain_text("戻しました。")
    form.get_by_role("button", name="戻す前にする").click()
    expect(form.get_by_label("話したこと")).to_have_value("")
    assert form.evaluate(KEPT) == 0


def test_a_saved_form_is_forgotten(form: Page) -> None:
    address = form.url
    write(form)
    form.get_by_role("button", name="保存する").click()
    form.wait_for_url("**/touches/*/")
    form.goto(address)
    expect(form.get_by_label("話したこと")).to_have_value("")
    assert form.evaluate(KEPT) == 0
    assert Touch.objects.count() == 1


def test_without_network_it_waits_and_is_sent_once(form: Page) -> None:
    write(form)
    form.context.set_offline(True)
    form.get_by_role("button", name="保存する").click()
    expect(form.locator("form.touch-form .notice")).to_contain_text("電波が届いていません。")
    form.context.set_offline(False)
    form.wait_for_url("**/touches/*/")
    assert Touch.objects.get().text == "納期の相談をいただいた。"


def test_a_form_that_was_saved_without_the_browser_hearing_of_it_is_saved_once(form: Page) -> None:
    write(form)
    copy = form.evaluate("JSON.stringify({...localStorage})")
    address = form.url
    form.get_by_role("button", name="保存する").click()
    form.wait_for_url("**/touches/*/")
    form.evaluate(
        """(copy) => {
            document.cookie = "kb_sent=; max-age=0; path=/";
            for (const [name, value] of Object.entries(JSON.parse(copy))) localStorage.setItem(name, value);
        }""",
        copy,
    )
    form.goto(address)
    expect(form.get_by_label("話したこと")).to_have_value("納期の相談をいただいた。")
    form.get_by_role("button", name="保存する").click()
    form.wait_for_url("**/touches/*/")
    assert Touch.objects.count() == 1


def test_pasted_minutes_stay_when_another_series_is_chosen(
    live_server: LiveServer, open_page: OpenPage, alice: Person, search_index: Any
) -> None:
    for slug, name in (("coffee-talk", "COFFEE TALK"), ("all-hands", "ALL HANDS")):
        Series.objects.create(slug=slug, name=name)
    client = Client()
    client.force_login(alice, backend="people.backends.LoginOrEmailBackend")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    page = open_page(f"{live_server.url}/write/meeting/?series=coffee-talk", cookies=cookies)
    body = page.locator("textarea[name=body]")
    body.fill("貼った議事録")
    page.get_by_role("button", name="ALL HANDS").click()
    expect(page.get_by_role("button", name="ALL HANDS")).to_have_attribute("aria-current", "true")
    body.fill("貼った議事録に書き足した")
    page.get_by_role("button", name="COFFEE TALK").click()
    expect(page.get_by_role("button", name="COFFEE TALK")).to_have_attribute("aria-current", "true")
    expect(body).to_have_value("貼った議事録に書き足した")
    page.get_by_role("button", name="公開する").click()
    page.wait_for_url("**/meetings/*/")
    page.goto(f"{live_server.url}/write/meeting/?series=all-hands")
    expect(body).to_have_value("")
    assert page.evaluate(KEPT) == 0


@pytest.mark.parametrize("script", [True, False])
def test_a_session_that_ends_while_writing_gives_the_text_back(
    live_server: LiveServer, open_page: OpenPage, alice: Person, search_index: Any, script: bool
) -> None:
    article = create_article(by=alice, kind="question", title="領収書はどこ?", body="")
    client = Client()
    client.force_login(alice, backend="people.backends.LoginOrEmailBackend")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    address = f"{live_server.url}{article.get_absolute_url()}"
    page = open_page(address, cookies=cookies, script=script)
    page.get_by_label("答えを書く").fill("棚の上から二段目です。\n\n- 経理の棚")
    page.wait_for_timeout(WRITTEN_AFTER_MS)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="答える", exact=True).click()
    sign_in(page, alice.login, PASSWORD)
    if script:
        expect(page.get_by_label("答えを書く")).to_have_value(
            "棚の上から二段目です。\n\n- 経理の棚"
        )
        page.get_by_role("button", name="答える", exact=True).click()
    else:
        expect(page.get_by_label("入力した文章 1")).to_contain_text("経理の棚")
        page.get_by_role("button", name="この内容で送る").click()
    expect(page.locator(".answer")).to_contain_text("棚の上から二段目です。")
    assert article.answers.get().author == alice
