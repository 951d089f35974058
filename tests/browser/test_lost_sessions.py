"""Texts in a real browser: nothing typed is lost when the session ends while somebody writes."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from kb.articles.models import Draft
from kb.articles.services import create_article, save_article
from people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]
ClientFor = Callable[[Person], Client]


def test_the_text_survives_a_session_that_ends_while_writing(
    editor: Callable[..., Page], client_for: ClientFor, alice: Person, live_server: LiveServer
) -> None:
    page = editor("/write/note/")
    page.fill("#id_title", "切れても残る")
    page.context.clear_cookies(name="sessionid")
    page.focus("#id_body")
    page.keyboard.type("大事な文章")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/login/**")
    again = client_for(alice).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": again, "url": live_server.url}])
    page.goto(f"{live_server.url}/write/note/")
    assert page.input_value("#id_body") == "大事な文章"
    assert page.input_value("#id_title") == "切れても残る"
    page.keyboard.press("Tab")
    page.focus("#id_body")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/articles/*/")
    page.goto(f"{live_server.url}/write/note/")
    assert page.input_value("#id_body") == ""


def test_whoever_comes_to_ask_somebody_gets_no_older_text_and_loses_none(
    editor: Callable[..., Page], bob: Person, live_server: LiveServer
) -> None:
    page = editor("/write/question/")
    page.fill("#id_title", "前に書きかけた質問")
    page.goto(f"{live_server.url}/write/question/?owner={bob.name}")
    page.wait_for_timeout(300)
    assert page.input_value("#id_owner") == bob.name
    assert page.input_value("#id_title") == ""
    page.fill("#id_title", "坊城さんへの質問")
    page.reload()
    expect(page.locator("#id_title")).to_have_value("坊城さんへの質問")
    assert page.input_value("#id_owner") == bob.name
    kept = page.evaluate("Object.values(localStorage).join()")
    assert "前に書きかけた質問" in kept


def test_the_server_keeps_a_draft_after_a_pause(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/")
    page.focus("#id_body")
    page.keyboard.type("途中まで")
    expect(page.locator("[data-savestate]")).to_contain_text("下書きを保存しました", timeout=15_000)
    assert Draft.objects.get().body == "途中まで"


@pytest.mark.parametrize("width", [1280, 390])
def test_signing_in_elsewhere_lets_the_open_text_go_on(
    editor: Callable[..., Page],
    client_for: ClientFor,
    alice: Person,
    live_server: LiveServer,
    width: int,
) -> None:
    page = editor("/write/note/", width=width)
    page.context.clear_cookies()
    page.focus("#id_body")
    page.keyboard.type("続き")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-savestate]")).to_contain_text("ログインが切れました")
    expect(page.get_by_role("link", name="別の画面でログインする")).to_be_visible()
    again = client_for(alice).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": again, "url": live_server.url}])
    page.keyboard.press("Control+s")
    expect(page.locator("[data-savestate]")).to_contain_text("下書きを保存しました")
    assert Draft.objects.get().body == "続き"


@pytest.mark.parametrize(
    ("place", "field", "button"),
    [
        ("", "#id_answer_body", "答える"),
        ("", "#comment-new textarea", "コメントする"),
        ("suggest/", "#id_body", "提案する"),
    ],
)
def test_short_texts_survive_a_session_that_ends_too(
    editor: Callable[..., Page],
    client_for: ClientFor,
    alice: Person,
    bob: Person,
    live_server: LiveServer,
    place: str,
    field: str,
    button: str,
) -> None:
    question = create_article(by=bob, kind="question", title="鍵はどこ？", body="さがしています。")
    page = editor(f"{question.get_absolute_url()}{place}")
    page.fill(field, "二階の棚の、左から三つめの箱の中です。")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/login/**")
    again = client_for(alice).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": again, "url": live_server.url}])
    # Where the sign-in leads back to.
    page.goto(f"{live_server.url}{unquote(page.url.split('next=')[1])}")
    expect(page.locator(field)).to_have_value("二階の棚の、左から三つめの箱の中です。")
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("main")).to_contain_text("二階の棚の、左から三つめ")
    page.goto(f"{live_server.url}{question.get_absolute_url()}{place}")
    expect(page.locator(field)).not_to_have_value(re.compile("二階"))


def test_what_was_settled_in_a_clash_survives_a_session_that_ends(
    editor: Callable[..., Page],
    client_for: ClientFor,
    alice: Person,
    bob: Person,
    live_server: LiveServer,
) -> None:
    article = create_article(by=bob, kind="note", title="棚", body="鍵は一階です。")
    page = editor(f"/articles/{article.pk}/edit/")
    save_article(article, by=bob, base_revision=1, title="棚", body="鍵は二階です。")
    page.fill("#id_body", "鍵は三階です。")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="2つの変更をまとめる").wait_for()
    page.fill("#id_body", "鍵は二階から三階へ移りました。")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="まとめて保存する").click()
    page.wait_for_url("**/login/**")
    again = client_for(alice).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": again, "url": live_server.url}])
    page.goto(f"{live_server.url}/articles/{article.pk}/edit/")
    expect(page.locator("#id_body")).to_have_value("鍵は二階から三階へ移りました。")
    page.get_by_role("button", name="保存する", exact=True).click()
    page.wait_for_url(f"**/articles/{article.pk}/")
    article.refresh_from_db()
    assert (article.body, article.revision) == ("鍵は二階から三階へ移りました。", 3)
