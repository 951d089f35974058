"""The golden story, 「ヘルプのリニューアル」, in eight steps and one browser, from a touch to a search weeks later.

With ``KB_STORY_PICTURES`` set to a folder, each step leaves a picture there: the tour of the README.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import Company, open_company
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(400)]

CAST = ("mizuno", "kiriyama", "hayakawa", "otsuki", "shinozaki", "nakatani", "sakai")
THEME = "ヘルプの場所がわからない"
PROBLEM = "お客さまがヘルプを見つけられず、電話をかけています"
SENTENCE = "使い方のページがどこにあるのか、社員が見つけられません。"
MANUAL = "ヘルプ記事の書き方"
DECISION = "ヘルプの入口を全画面の右上に置く"
MINUTES = f"""出席者: 佐久間、早川、桐山、大槻、篠崎

■ ヘルプの入口
声は8社から届いている。画面のどこからでも開けるようにしたい。

決定: {DECISION}
理由: 探さずに開ければ、電話の前に読んでもらえるため

ToDo: @篠崎 12/10 右上の入口の試作を出す
ToDo: @桐山 12/15 ヘルプ記事の書き方をまとめる
"""
TEXT = """## 題名
お客さまの言葉のまま書きます。

## 順番
困りごと、すること、うまくいかないとき。

[決まったこと]({decision})のとおり、入口は全画面の右上です。
"""
FOUND_WITHIN_MS = 20_000
As = Callable[..., Page]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Company]:
    with open_company(tmp_path_factory.mktemp("golden")) as running:
        yield running


@pytest.fixture
def as_person(company: Company, open_page: OpenPage) -> As:
    """A page of the product, seen by a person of the demo company."""
    keys = dict(zip(CAST, company.run("shell", "-v", "0", "-c", _SIGN_IN).split(), strict=True))

    def opened(login: str, path: str, **options: int) -> Page:
        return open_page(f"{company.url}{path}", cookies={"sessionid": keys[login]}, **options)

    return opened


# Only two people of the demo have a password; the others are signed in by their sessions.
_SIGN_IN = f"""
from django.contrib.sessions.backends.db import SessionStore
from people.models import Person
for login in {CAST!r}:
    person, store = Person.objects.get(login=login), SessionStore()
    store["_auth_user_id"] = str(person.pk)
    store["_auth_user_backend"] = "people.backends.LoginOrEmailBackend"
    store["_auth_user_hash"] = person.get_session_auth_hash()
    store.save()
    print(store.session_key)
"""


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("KB_STORY_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"story-{name}.png")


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url).split("#")[0].split("?")[0]


def record_the_touch(as_person: As) -> None:
    """1. On the train: four answers, and the customer's sentence marked."""
    page = as_person("mizuno", "/write/touch/", width=390)
    box = page.get_by_role("combobox", name="お客さま")
    box.press_sequentially("あさぎせいか")
    page.get_by_role("option", name="あさぎ製菓株式会社").click()
    page.get_by_label("話したこと").fill(
        f"年末の配信の相談。\n{SENTENCE}\n次回 12/3 画面の写しを送る"
    )
    expect(page.get_by_label("次にやること", exact=True)).to_have_value("画面の写しを送る")
    picture(page, "1-touch")
    page.get_by_role("button", name="保存する").click()
    page.wait_for_url("**/touches/*/")
    page.get_by_text("お客さまの言葉に印を付ける").click()
    page.locator("#id_quote").fill(SENTENCE)
    page.locator("label.choice", has_text="要望").first.click()
    page.locator("#id_theme").select_option(label=THEME)
    page.get_by_role("button", name="声として残す").click()
    expect(page.locator(".voicebox").first).to_contain_text(SENTENCE)


def see_the_voices(as_person: As) -> str:
    """2. The voices stand under one theme, from so many companies, in their own words."""
    page = as_person("mizuno", "/voices/")
    page.get_by_role("link", name=THEME).first.click()
    expect(page.locator("h1")).to_have_text(THEME)
    expect(page.locator("main")).to_contain_text(re.compile(r"[7-9]社から1[0-9]件"))
    expect(page.locator("main")).to_contain_text(SENTENCE)
    picture(page, "2-voices")
    return path_of(page)


def call_out(as_person: As, theme: str) -> str:
    """3. She calls out; people of at least three departments are proposed with reasons."""
    page = as_person("mizuno", theme)
    page.get_by_role("link", name="困りごとを呼びかける").click()
    page.get_by_label("困りごと", exact=True).fill(PROBLEM)
    page.get_by_role("button", name="呼びかける").click()
    page.wait_for_url("**/invite/")
    rows = page.locator(".callrow")
    assert 3 <= rows.count() <= 8
    departments = {text.strip() for text in rows.locator(".dept").all_inner_texts()}
    assert len(departments) >= 3, departments
    assert all(text.strip() for text in rows.locator(".row__s").all_inner_texts())
    for number in range(rows.count()):
        rows.nth(number).locator("input[type=checkbox]").check()
    picture(page, "3-call")
    page.get_by_label("ほかに声をかける人").fill("桐山 美和、早川 拓真、大槻 千尋、篠崎 健")
    page.get_by_label("声をかけるわけ").fill("ヘルプのことで力を借りたいです。")
    page.get_by_role("button", name="声をかける").click()
    page.wait_for_url(re.compile(r"/communities/\d+/$"))
    return path_of(page)


def join(as_person: As, community: str) -> None:
    """The called hear of it, and decide by themselves."""
    for login in ("kiriyama", "otsuki", "shinozaki", "hayakawa"):
        page = as_person(login, "/notices/")
        page.get_by_role("button", name=re.compile("声がかかっています")).first.click()
        expect(page.locator("h1")).to_have_text(PROBLEM)
        assert path_of(page) == community
        page.get_by_role("button", name="参加する").first.click()
        expect(page.locator("main")).to_contain_text("あなたは参加しています。")


def bring_drafts(as_person: As, community: str) -> str:
    """4. Evidence and drafts come from customer success, and the page says who pulls."""
    page = as_person("kiriyama", "/write/manual/")
    page.get_by_label("題名").fill(MANUAL)
    page.locator("#id_body").fill("## 題名\nお客さまの言葉のまま書きます。")
    page.get_by_role("button", name="書きかけで保存").click()
    page.wait_for_url(re.compile(r"/articles/\d+/$"))
    manual = path_of(page)
    page = as_person("kiriyama", community)
    page.get_by_text("記録を結ぶ").click()
    page.locator("#id_record").fill(manual)
    page.locator("label.choice", has_text="下書き").click()
    page.get_by_role("button", name="結ぶ", exact=True).click()
    pulling = page.get_by_role("region", name="いま引っぱっている人")
    expect(pulling.locator("article.person").first.locator(".dept")).to_have_class(
        re.compile("d-cs")
    )
    expect(pulling).to_contain_text("桐山 美和")
    expect(pulling).to_contain_text(f"「{MANUAL}」を書きました")
    expect(pulling).to_contain_text("書類のうえの担当は プロダクトマーケティング部")
    picture(page, "4-pulling")
    return manual


def decide(as_person: As, community: str) -> str:
    """5. COFFEE TALK: pasted minutes become a decision with its reason, and ToDos with people and days."""
    page = as_person("nakatani", "/write/meeting/")
    page.locator("#id_body").fill(MINUTES)
    reading = page.get_by_role("region", name="読み取った内容")
    expect(reading).to_contain_text("決まったこと")
    picture(page, "5-minutes")
    page.get_by_role("button", name="公開する").click()
    page.wait_for_url(re.compile(r"/meetings/\d+/"))
    expect(page.locator("main")).to_contain_text(DECISION)
    expect(page.locator("main")).to_contain_text("篠崎 健")
    page.get_by_role("link", name=DECISION).first.click()
    expect(page.locator("main")).to_contain_text("電話の前に読んでもらえるため")
    decision = path_of(page)
    page = as_person("mizuno", community)
    page.get_by_text("記録を結ぶ").click()
    page.locator("#id_record").fill(decision)
    page.get_by_role("button", name="結ぶ", exact=True).click()
    expect(page.get_by_role("region", name="決まったこと")).to_contain_text(DECISION)
    return decision


def write_the_manual(as_person: As, manual: str, decision: str) -> None:
    """6. The manual results, linked to the decision; who knows is from customer success."""
    page = as_person("kiriyama", f"{manual}edit/")
    page.locator("#id_body").fill(TEXT.format(decision=decision))
    page.get_by_role("button", name="公開する").click()
    page.wait_for_url(re.compile(r"/articles/\d+/$"))
    page = as_person("kiriyama", f"{decision}edit/")
    page.locator("#id_articles").fill(MANUAL)
    page.get_by_role("button", name="保存する").click()
    chain = page.get_by_role("region", name="決定の系譜")
    expect(chain).to_contain_text("COFFEE TALK")
    expect(chain).to_contain_text(MANUAL)
    picture(page, "6-lineage")


def tell_the_customers(as_person: As, theme: str) -> None:
    """7. The theme is done, and those who recorded the voices are asked to tell the companies."""
    page = as_person("hayakawa", theme)
    page.get_by_text("状態を変える").first.click()
    page.locator("label.choice", has_text="できた").click()
    page.get_by_role("region", name="状態を変える").get_by_role("button").click()
    expect(page.get_by_role("region", name="お客さまに知らせる")).to_contain_text(
        "あさぎ製菓株式会社"
    )
    page = as_person("mizuno", "/?week=1")
    today = page.locator("#today")
    expect(today).to_contain_text("知らせて")
    picture(page, "7-tell")


def find_it_weeks_later(as_person: As) -> None:
    """8. A new colleague searches one word and finds text, decision, voices and people."""
    page = as_person("sakai", f"/search/?q={quote('ヘルプ')}")
    expect(page.locator("#results")).to_contain_text(MANUAL, timeout=FOUND_WITHIN_MS)
    picture(page, "8-search")
    people = page.locator("#results article.person, aside article.person")
    assert people.count() >= 3
    assert "カスタマーサクセス" in "".join(page.locator(".person__dept").all_inner_texts()) or (
        "サポート" in "".join(page.locator(".person__dept").all_inner_texts())
    )
    page = as_person("sakai", f"/search/?q={quote('ヘルプ 入口')}")
    expect(page.locator("#results")).to_contain_text(DECISION)
    page = as_person("sakai", f"/search/?q={quote('使い方のページ 見つけられません')}")
    expect(page.locator("#results")).to_contain_text("あさぎ製菓")


def test_a_problem_between_departments_is_solved_and_found_again(as_person: As) -> None:
    record_the_touch(as_person)
    theme = see_the_voices(as_person)
    community = call_out(as_person, theme)
    join(as_person, community)
    manual = bring_drafts(as_person, community)
    decision = decide(as_person, community)
    write_the_manual(as_person, manual, decision)
    tell_the_customers(as_person, theme)
    find_it_weeks_later(as_person)
