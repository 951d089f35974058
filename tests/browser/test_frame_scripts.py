"""The frame's scripts: search by keyboard, suggestions, theme, menus, toasts, and its weight."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import OpenPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.browser.gallery.urls"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("gallery"),
]

FIRST_PAGE_REQUESTS = 6
FIRST_PAGE_BYTES = 80 * 1024
COMPOSING = """(element) => element.dispatchEvent(new KeyboardEvent(
    "keydown", {key: %s, keyCode: 229, bubbles: true, cancelable: true}))"""


@pytest.fixture
def home(live_server: LiveServer, open_page: OpenPage) -> Page:
    return open_page(live_server.url)


def test_slash_leads_to_search(home: Page) -> None:
    home.keyboard.press("/")
    expect(home.locator("input[data-search]")).to_be_focused()
    expect(home.locator("input[data-search]")).to_have_value("ヘルプ 見つからない")


def test_control_k_leads_to_search_even_from_a_field(
    live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page(f"{live_server.url}/task/")
    page.locator("textarea").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("input[data-search]")).to_be_focused()


def test_slash_in_a_field_is_text(live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page(f"{live_server.url}/task/")
    page.locator("textarea").focus()
    page.keyboard.press("/")
    expect(page.locator("textarea")).to_have_value("/")


def test_slash_of_a_composition_is_no_shortcut(home: Page) -> None:
    home.locator("body").evaluate(COMPOSING % '"/"')
    expect(home.locator("input[data-search]")).not_to_be_focused()


def test_an_empty_box_offers_what_one_searched_last(
    live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page(live_server.url)
    box = page.locator("input[data-search]")
    for words in ("値引き", "見積もり", "値引き"):
        box.fill(words)
        box.press("Enter")
        page.goto(live_server.url)
    box.fill("")
    options = page.locator("form[data-recent] [role=option] .suggestion__title")
    expect(options).to_have_text(["値引き", "見積もり"])
    box.press("ArrowDown")
    expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options.first).to_be_hidden()


def test_slash_can_be_turned_off(live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page(live_server.url, cookies={"shortcuts": "off"})
    page.keyboard.press("/")
    expect(page.locator("input[data-search]")).not_to_be_focused()


def test_suggestions_can_be_walked_by_arrows_and_left_by_escape(home: Page) -> None:
    box = home.locator("input[data-search]")
    box.fill("請求")
    options = home.get_by_role("option")
    # The third answer leads to another site and is never offered.
    expect(options).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    box.press("Escape")
    expect(home.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("請求")
    box.press("Escape")
    expect(box).to_have_value("")


def test_enter_on_a_suggestion_opens_it(home: Page) -> None:
    box = home.locator("input[data-search]")
    box.fill("請求")
    expect(home.get_by_role("option")).to_have_count(2)
    box.press("ArrowDown")
    box.press("Enter")
    home.wait_for_url("**/article/")


def test_enter_on_nothing_is_a_full_search(home: Page) -> None:
    box = home.locator("input[data-search]")
    box.fill("請求")
    expect(home.get_by_role("option")).to_have_count(2)
    box.press("Enter")
    home.wait_for_url(re.compile(r"/search/\?q="))


def test_keys_of_a_composition_do_not_move_the_suggestions(home: Page) -> None:
    box = home.locator("input[data-search]")
    box.fill("請求")
    expect(home.get_by_role("option")).to_have_count(2)
    for key in ("ArrowDown", "Enter", "Escape"):
        box.evaluate(COMPOSING % f'"{key}"')
    expect(home.get_by_role("listbox")).to_be_visible()
    assert box.get_attribute("aria-activedescendant") is None


def test_an_older_answer_never_replaces_a_newer_one(home: Page) -> None:
    late: list[Route] = []

    def hold_first(route: Route) -> None:
        if "q=%E8%AB%8B&" in f"{route.request.url}&":
            late.append(route)
        else:
            route.continue_()

    home.route("**/suggest/**", hold_first)
    box = home.locator("input[data-search]")
    with home.expect_request("**/suggest/**"):
        box.fill("請")
    box.fill("請求")
    expect(home.get_by_role("option").first).to_contain_text("請求の書き方")
    assert len(late) == 1
    # The first request was given up; even if its answer came now, nothing would change.
    expect(home.get_by_role("option").first).to_contain_text("請求の書き方")


def test_theme_changes_at_once_and_stays(home: Page) -> None:
    home.get_by_label("水野 遥香さんのメニュー").click()
    with home.expect_response("**/preferences/"):
        home.get_by_role("button", name="ダーク").click()
    root = home.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(home.get_by_role("button", name="ダーク")).to_have_attribute("aria-pressed", "true")
    home.reload()
    # The server writes it into the page, so there is no flash of the other theme.
    assert 'data-theme="dark"' in home.content()[:200]


def test_theme_can_be_chosen_without_script(live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page(f"{live_server.url}/article/", script=False)
    page.locator("summary.topbar__me").click()
    page.get_by_role("button", name="ダーク").click()
    page.wait_for_url("**/article/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_escape_closes_a_menu_and_returns_the_focus(home: Page) -> None:
    home.locator("summary.topbar__me").focus()
    home.keyboard.press("Enter")
    home.keyboard.press("Tab")
    expect(home.get_by_role("link", name="自分のページ")).to_be_focused()
    home.keyboard.press("Escape")
    expect(home.locator("summary.topbar__me")).to_be_focused()
    expect(home.get_by_role("link", name="自分のページ")).to_be_hidden()


def test_a_toast_offers_undo_and_can_be_closed(
    live_server: LiveServer, open_page: OpenPage
) -> None:
    page = open_page(f"{live_server.url}/?toast=1")
    toast = page.locator(".toast")
    expect(toast.get_by_role("button", name="元に戻す")).to_be_visible()
    toast.get_by_role("button", name="このお知らせを閉じる").click()
    expect(toast).to_have_count(0)


def test_errors_of_a_form_take_the_focus(live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page(f"{live_server.url}/task/?bad=1")
    expect(page.locator(".errors")).to_be_focused()
    page.locator(".errors a", has_text="話したこと").click()
    expect(page.locator("textarea")).to_be_focused()


def test_first_page_stays_within_its_budget(live_server: LiveServer, open_page: OpenPage) -> None:
    sizes: dict[str, int] = {}
    page = open_page("about:blank")
    page.on(
        "requestfinished",
        lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}),
    )
    page.goto(live_server.url, wait_until="networkidle")
    assert len(sizes) <= FIRST_PAGE_REQUESTS, sorted(sizes)
    assert all(url.startswith(live_server.url) for url in sizes), "nothing from another host"
    # The test server does not compress its static files; a third is what gzip leaves of them.
    assert sum(sizes.values()) / 3 <= FIRST_PAGE_BYTES, sizes


def test_article_prints_without_the_frame(live_server: LiveServer, open_page: OpenPage) -> None:
    page = open_page(f"{live_server.url}/article/")
    page.emulate_media(media="print")
    for frame in (".topbar", ".sidenav", ".bottombar"):
        expect(page.locator(frame)).to_be_hidden()
    expect(page.locator(".printfoot")).to_contain_text("第7版")
    expect(page.locator(".printfoot")).to_contain_text("/article/")


def test_headings_and_code_can_be_copied(
    live_server: LiveServer, open_page: OpenPage, assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page(f"{live_server.url}/article/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="この見出しへのリンクをコピーする").first.click()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/article/#s1")
    page.get_by_role("button", name="コピーする", exact=True).click()
    assert "def greet" in page.evaluate("navigator.clipboard.readText()")
    assert_accessible(page)
