"""The editor in a real browser: nothing typed is lost, whatever happens to the connection."""

import io
import re
from base64 import b64decode
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import FilePayload, Page, Route, expect

from kb.articles.models import Article, ArticleTemplate
from kb.articles.services import create_article, save_article
from kb.files.previews import draw_preview
from kb.files.services import store_file
from people.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]
ClientFor = Callable[[Person], Client]
PASTE = """([name, kind, data]) => {
  const transfer = new DataTransfer();
  const bytes = () => Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  if (kind === "file") transfer.items.add(new File([bytes()], name, {type: "image/png"}));
  else transfer.setData(kind, data);
  document.querySelector("#id_body").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true}));
}"""
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def test_what_is_typed_is_published_by_the_keyboard_alone(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/")
    page.fill("#id_title", "鍵盤だけで書く")
    page.focus("#id_body")
    page.keyboard.type("- ひとつ")
    page.keyboard.press("Enter")
    page.keyboard.type("ふたつ")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/articles/*/")
    assert Article.objects.get().body == "- ひとつ\n- ふたつ"


def test_it_saves_without_script(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/", script=False)
    page.fill("#id_title", "台本なし")
    page.fill("#id_body", "本文")
    page.click("text=公開する")
    assert page.locator("h1").inner_text() == "台本なし"


def test_people_are_completed_by_reading(editor: Callable[..., Page], bob: Person) -> None:
    page = editor("/write/note/")
    page.focus("#id_body")
    page.keyboard.type("@ぼうじ")
    page.locator(".completion").first.wait_for()
    page.keyboard.press("Enter")
    assert page.input_value("#id_body") == "@坊城武 "


@pytest.mark.parametrize("field", ["#id_answer_body", "#comment-new textarea"])
def test_people_are_completed_in_answers_and_comments_too(
    editor: Callable[..., Page], alice: Person, bob: Person, field: str
) -> None:
    question = create_article(
        by=alice, kind="question", title="鍵はどこ？", body="さがしています。"
    )
    page = editor(question.get_absolute_url(), width=390)
    page.focus(field)
    page.keyboard.type("たぶん@ぼうじ")
    page.locator(".completion").first.wait_for()
    page.keyboard.press("Enter")
    assert page.input_value(field) == "たぶん@坊城武 "


def test_enter_while_composing_belongs_to_the_ime(editor: Callable[..., Page], bob: Person) -> None:
    page = editor("/write/note/")
    page.focus("#id_body")
    page.keyboard.type("- @ぼうじ")
    page.locator(".completion").first.wait_for()
    page.evaluate(
        """() => { for (const options of [{isComposing: true}, {keyCode: 229}])
        document.querySelector("#id_body").dispatchEvent(
          new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, ...options})); }"""
    )
    assert page.input_value("#id_body") == "- @ぼうじ"


def test_a_pasted_picture_is_uploaded_and_shown(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/")
    page.focus("#id_body")
    page.evaluate(PASTE, ["図.png", "file", PIXEL])
    expect(page.locator("#id_body")).to_have_value(re.compile(r"\]\(/files/"))
    page.locator("[data-preview] img").wait_for()
    assert page.input_value("#id_body").startswith("![図.png](/files/")


def test_a_pasted_spreadsheet_becomes_a_table(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/")
    page.focus("#id_body")
    page.evaluate(PASTE, ["", "text/plain", "名前\t数\nりんご\t3"])
    assert page.input_value("#id_body") == "| 名前 | 数 |\n| --- | --- |\n| りんご | 3 |"


def test_a_pasted_web_page_becomes_markdown(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/")
    page.focus("#id_body")
    html = '<h2>題</h2><p>これは<b>太字</b>と<a href="https://example.com/">リンク</a></p><ul><li>あ</li></ul>'
    page.evaluate(PASTE, ["", "text/html", html])
    assert page.input_value("#id_body") == (
        "## 題\n\nこれは**太字**と[リンク](https://example.com/)\n\n- あ"
    )


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (320, "light")])
def test_reading_writing_and_settling_are_accessible(
    editor: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    alice: Person,
    bob: Person,
    width: int,
    scheme: str,
) -> None:
    body = (
        "## 見出し\n\n#### 飛んだ見出し\n\n| a | b |\n| --- | -: |\n| 1 | 2 |\n\n"
        "- [ ] 項目[^1]\n\n```python\nx = 1\n```\n\n[^1]: 注"
    )
    article = create_article(by=alice, kind="manual", title="長い題名の手引き", body=body)
    picture = store_file(io.BytesIO(b64decode(PIXEL)), "図.png", by=alice, target=article)
    draw_preview(picture)
    save_article(article, by=bob, base_revision=1, title="長い題名の手引き", body=body + "\n追記")
    address = f"/articles/{article.pk}/"
    for path in (
        address,
        f"{address}edit/",
        f"{address}history/",
        f"{address}revisions/2/",
        "/write/",
    ):
        page = editor(path, width=width, scheme=scheme)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_of_a_clash_is_accessible(
    editor: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    shoot: Callable[[Page, str], None],
    bob: Person,
    width: int,
    scheme: str,
) -> None:
    body = "鍵は一階です。\n\n傘は玄関です。"
    article = create_article(by=bob, kind="note", title="棚", body=body)
    page = editor(f"/articles/{article.pk}/edit/", width=width, scheme=scheme)
    save_article(article, by=bob, base_revision=1, title="棚", body=body.replace("一階", "二階"))
    page.fill("#id_body", body.replace("一階", "三階"))
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="2つの変更をまとめる").wait_for()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shoot(page, f"clash-{width}-{scheme}")
    page.get_by_role("button", name="両方の行を残して保存する").click()
    page.wait_for_url(f"**/articles/{article.pk}/")
    article.refresh_from_db()
    assert article.body == "鍵は二階です。\n鍵は三階です。\n\n傘は玄関です。"


def test_the_completion_stands_beside_the_cursor(editor: Callable[..., Page], bob: Person) -> None:
    page = editor("/write/note/", width=390)
    page.focus("#id_body")
    page.keyboard.type("一行目\n二行目\n@ぼうじ")
    page.locator(".completion").first.wait_for()
    field, shown = (
        page.locator("#id_body").bounding_box(),
        page.locator(".completions").first.bounding_box(),
    )
    assert field
    assert shown
    assert 60 < shown["y"] - field["y"] < 200
    assert shown["x"] + shown["width"] <= 390
    page.keyboard.press("Escape")
    expect(page.locator(".completions").first).to_be_hidden()
    assert page.input_value("#id_body").endswith("@ぼうじ")


def test_a_picture_is_described_without_sending_the_form(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/", width=390)
    page.focus("#id_body")
    page.evaluate(PASTE, ["image.png", "file", PIXEL])
    question = page.get_by_label("画像の説明")
    question.fill("赤い[点]")
    question.press("Enter")
    assert page.input_value("#id_body").startswith("![赤い［点］](/files/")
    assert page.url.endswith("/write/note/")
    expect(page.locator("#id_body")).to_be_focused()


def test_a_photo_is_chosen_by_the_button_on_a_phone(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/", width=390)
    page.focus("#id_body")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="画像やファイルを載せる").click()
    photo: FilePayload = {"name": "写真.png", "mimeType": "image/png", "buffer": b64decode(PIXEL)}
    chosen.value.set_files(photo)
    expect(page.locator("#id_body")).to_have_value(re.compile(r"^!\[写真\.png\]\(/files/"))
    expect(page.locator("input[type=file]")).to_have_count(0)


def test_a_text_waits_for_its_files(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/")
    page.fill("#id_title", "待つ")
    page.focus("#id_body")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/files/", hold)
    page.evaluate(PASTE, ["図.png", "file", PIXEL])
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-savestate]")).to_contain_text("載せ終わったら")
    held[0].continue_()
    page.wait_for_url("**/articles/*/")
    assert "載せています" not in Article.objects.get().body
    assert "/files/" in Article.objects.get().body


def test_an_upload_can_be_stopped(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/")
    page.focus("#id_body")
    page.route("**/files/", lambda _route: None)
    page.evaluate(PASTE, ["図.png", "file", PIXEL])
    page.get_by_role("button", name="やめる (図.png)").click()
    expect(page.locator("#id_body")).to_have_value("")
    expect(page.locator(".upload")).to_have_count(0)


def test_a_template_is_taken_back_by_a_button(editor: Callable[..., Page]) -> None:
    ArticleTemplate.objects.create(kind="manual", name="手順書", body="## 手順")
    page = editor("/write/manual/", width=390)
    page.click("text=ひな型から始める")
    page.get_by_role("button", name="手順書").click()
    assert "手順" in page.input_value("#id_body")
    page.get_by_role("button", name="ひな型を取り消す").click()
    assert page.input_value("#id_body") == ""


def test_limits_are_told_before_they_hurt(editor: Callable[..., Page]) -> None:
    page = editor("/write/note/")
    page.fill("#id_body", "あ" * 300_000)
    expect(page.locator("#limit-body")).to_contain_text("KB書けます")
    page.fill("#id_body", "あ" * 400_000)
    expect(page.locator("#limit-body")).to_contain_text("長すぎます")
    page.fill("#id_topics", "一、二、三、四、五、六")
    expect(page.locator("#limit-topics")).to_contain_text("1つ多すぎます")


def test_pictures_open_large_and_give_the_focus_back(
    editor: Callable[..., Page], assert_accessible: Callable[[Page], None], alice: Person
) -> None:
    body = "![赤い点](/static/img/none.png)\n\n![青い点](/static/img/none.png)"
    article = create_article(by=alice, kind="note", title="図", body=body)
    page = editor(f"/articles/{article.pk}/", width=390)
    button = page.get_by_role("button", name="画像を大きく見る: 赤い点")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="画像")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lightbox__caption")).to_have_text("青い点 (2/2)")
    page.keyboard.press("Escape")
    expect(page.locator(".lightbox")).to_be_hidden()
    expect(button).to_be_focused()


def test_pages_are_completed_after_full_width_brackets(
    editor: Callable[..., Page], alice: Person
) -> None:
    create_article(by=alice, kind="note", title="鍵の置き場所", body="棚")
    page = editor("/write/note/")
    page.focus("#id_body")
    page.keyboard.insert_text("［［鍵")
    page.locator(".completion").first.wait_for()
    page.keyboard.press("Enter")
    assert page.input_value("#id_body") == "[[鍵の置き場所]]"
