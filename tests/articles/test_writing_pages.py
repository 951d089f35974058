"""Writing articles: forms of every kind, previews, limits, and clashes of two people."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from kb.articles.models import Article, ArticleTemplate, Draft
from kb.articles.services import (
    create_article,
    delete_article,
    save_article,
)
from people.models import Person
from tests.articles.typed import BODY, edited, form

ClientFor = Callable[[Person], Client]


# --- Writing --------------------------------------------------------------------------------


def test_the_choice_carries_the_title_that_was_looked_for(mine: Client) -> None:
    page = mine.get(reverse("write"), {"title": "押印 の申請"}).content.decode()
    assert "/write/manual/?title=%E6%8A%BC%E5%8D%B0" in page


@pytest.mark.parametrize("kind", ["manual", "question", "book_note", "rule", "note", "minutes"])
def test_a_form_of_every_kind_opens_with_the_title_given(mine: Client, kind: str) -> None:
    page = mine.get(reverse("article_create", args=[kind]), {"title": "押印"}).content.decode()
    assert 'value="押印"' in page


def test_whom_a_question_is_put_to_stands_above_it(mine: Client, bob: Person) -> None:
    address = reverse("article_create", args=["question"])
    page = mine.get(address, {"owner": bob.name}).content.decode()
    assert page.index('name="owner"') < page.index('name="title"')
    assert f'value="{bob.name}"' in page
    plain = mine.get(address).content.decode()
    assert plain.index('name="title"') < plain.index('name="owner"')


def test_the_text_is_called_optional_where_it_is(mine: Client) -> None:
    question = mine.get(reverse("article_create", args=["question"])).content.decode()
    manual = mine.get(reverse("article_create", args=["manual"])).content.decode()
    assert "任意。" in question
    assert "任意。" not in manual


def test_a_new_text_offers_templates_with_today_and_me_filled_in(mine: Client) -> None:
    # Tests in a browser empty the tables, so what migrations put there may be gone.
    ArticleTemplate.objects.create(kind="manual", name="部署の手順", body="{{部署}}の◯◯")
    page = mine.get(reverse("article_create", args=["manual"])).content.decode()
    assert "ひな型から始める" in page
    assert "カスタマーサクセス部の◯◯" in page
    assert "{{部署}}" not in page


def test_an_unknown_kind_is_not_found(mine: Client) -> None:
    assert mine.get("/write/poem/").status_code == 404


def test_a_form_sent_twice_creates_one_article(mine: Client) -> None:
    values = form(title="一度だけ")
    first = mine.post(reverse("article_create", args=["note"]), values)
    second = mine.post(reverse("article_create", args=["note"]), values)
    assert first["Location"] == second["Location"]
    assert Article.objects.filter(title="一度だけ").count() == 1


def test_going_back_and_writing_on_loses_nothing(mine: Client) -> None:
    values = form()
    mine.post(reverse("article_create", args=["note"]), values)
    mine.post(reverse("article_create", args=["note"]), values | {"body": "書き足した"})
    assert set(Article.objects.values_list("body", flat=True)) == {"本文", "書き足した"}


def test_a_form_with_an_error_keeps_what_was_typed(mine: Client) -> None:
    values = form(title="", body="長く書いた文章", topics="一,二,三,四,五,六")
    answer = mine.post(reverse("article_create", args=["note"]), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "題名がありません" in page
    assert "テーマは5つまでです" in page
    assert "長く書いた文章" in page
    assert "一,二,三,四,五,六" in page
    assert not Article.objects.exists()


def test_a_book_note_makes_its_book_and_takes_its_title(mine: Client) -> None:
    values = form(
        title="",
        body="",
        book_title="伝わる 文章",
        isbn="９７８-4-1234-5678-9",
        one_line="短く書く",
    )
    mine.post(reverse("article_create", args=["book_note"]), values)
    article = Article.objects.get()
    assert article.title == "伝わる 文章"
    assert article.book_note.book.isbn == "9784123456789"
    page = mine.get(article.book_note.book.get_absolute_url()).content.decode()
    assert "短く書く" in page
    assert "有栖川 玲" in page


def test_a_date_is_read_as_people_write_it(mine: Client) -> None:
    mine.post(reverse("article_create", args=["rule"]), form(effective_on="令和８年４月１日"))
    assert Article.objects.get().rule.effective_on.isoformat() == "2026-04-01"
    answer = mine.post(reverse("article_create", args=["rule"]), form(effective_on="2026/2/30"))
    assert "日付が読めません" in answer.content.decode()


def test_a_draft_for_all_is_published_later(mine: Client, his: Client) -> None:
    mine.post(reverse("article_create", args=["note"]), form(save_as="draft"))
    article = Article.objects.get()
    assert article.status == Article.Status.DRAFT
    assert "書きかけ" in his.get(article.get_absolute_url()).content.decode()
    his.post(reverse("article_edit", args=[article.pk]), edited(article, body="本文を直した"))
    article.refresh_from_db()
    assert article.status == Article.Status.PUBLISHED


def test_a_body_beyond_the_limit_is_refused_and_kept(mine: Client, settings: Settings) -> None:
    settings.BODY_MAX_BYTES = 3000
    answer = mine.post(reverse("article_create", args=["note"]), form(body="あ" * 1001))
    assert answer.status_code == 422
    assert "本文は2 KBまでです" in answer.content.decode()
    assert "あ" * 1001 in answer.content.decode()
    assert mine.post(reverse("article_preview"), {"body": "あ" * 1001}).status_code == 422


def test_a_body_of_a_mebibyte_is_saved(mine: Client) -> None:
    body = ("これは長い文章の1行です。**大事**な[[記事]]へ。\n\n" * 30_000).encode()[
        : 1024 * 1024 - 10
    ]
    answer = mine.post(
        reverse("article_create", args=["note"]), form(body=body.decode("utf-8", "ignore"))
    )
    assert answer.status_code == 302
    assert mine.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("body", ["あ" * 70_000, "# a\n" * 10_001])
def test_a_long_text_is_saved_but_not_previewed(mine: Client, body: str) -> None:
    answer = mine.post(reverse("article_preview"), {"body": body})
    assert answer.status_code == 422
    assert "このまま保存できます。" in answer.content.decode()


def test_the_preview_shows_what_the_page_will_show(mine: Client, manual: Article) -> None:
    body = "[[ヘルプ記事の書き方]] **「太字」**です<script>"
    shown = mine.post(reverse("article_preview"), {"body": body}).content.decode()
    article = create_article(by=manual.author, kind="note", title="x", body=body)
    assert article.body_html.strip() in shown


# --- Two writers ----------------------------------------------------------------------------


def test_changes_of_two_people_are_joined(manual: Article, alice: Person, his: Client) -> None:
    save_article(
        manual, by=alice, base_revision=1, title=manual.title, body=BODY.replace("1", "壱")
    )
    address = reverse("article_edit", args=[manual.pk])
    his.post(address, edited(manual, body=BODY.replace("手順3", "手順三"), base_revision=1))
    manual.refresh_from_db()
    assert "手順壱\n手順2\n手順三" in manual.body


def test_a_clash_shows_both_texts_and_saves_what_was_settled(
    manual: Article, alice: Person, his: Client
) -> None:
    save_article(
        manual, by=alice, base_revision=1, title=manual.title, body=BODY.replace("2", "弐")
    )
    address = reverse("article_edit", args=[manual.pk])
    sent = edited(
        manual, body=BODY.replace("手順2", "手順二と半"), base_revision=1, topics="ヘルプ"
    )
    answer = his.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in (
        "手順弐",
        "手順二と半",
        "相手の変更",
        "自分の変更",
        "まとめ",
        "▼▼▼",
        "有栖川 玲",
        "ヘルプ",
    ):
        assert words in page
    manual.refresh_from_db()
    assert manual.revision == 2
    unfinished = sent | {"base_revision": 2, "body": answer.context["form"]["body"].value()}
    assert his.post(address, unfinished).status_code == 422
    assert his.post(address, sent | {"base_revision": 2}).status_code == 302
    manual.refresh_from_db()
    assert "手順二と半" in manual.body
    assert manual.revisions.filter(body__contains="手順弐").exists()


def test_both_texts_of_a_clash_are_kept_by_one_button(
    manual: Article, alice: Person, his: Client
) -> None:
    save_article(
        manual, by=alice, base_revision=1, title=manual.title, body=BODY.replace("2", "弐")
    )
    address = reverse("article_edit", args=[manual.pk])
    sent = edited(manual, body=BODY.replace("手順2", "手順二"), base_revision=1)
    answer = his.post(address, sent)
    both = {"base_revision": 2, "body": answer.context["form"]["body"].value(), "settle": "both"}
    assert "両方の行を残して保存する" in answer.content.decode()
    assert his.post(address, sent | both).status_code == 302
    manual.refresh_from_db()
    assert "手順1\n手順弐\n手順二\n手順3" in manual.body
    assert "▼▼▼" not in manual.body


def test_the_page_of_a_clash_goes_on_with_its_windows_draft(
    manual: Article, alice: Person, his: Client
) -> None:
    sent = edited(manual, body=BODY.replace("手順2", "手順二"), base_revision=1)
    sent |= {"draft_key": str(uuid.uuid4()), "kind": "manual", "article": manual.pk}
    his.post(reverse("draft_save"), sent | {"desk": "窓1"})
    save_article(
        manual, by=alice, base_revision=1, title=manual.title, body=BODY.replace("2", "弐")
    )
    address = reverse("article_edit", args=[manual.pk])
    assert his.post(address, sent | {"desk": "窓2"}).context["draft_seen"] == ""
    answer = his.post(address, sent | {"desk": "窓1"})
    kept = {"body": "まとめ中", "desk": "窓3", "draft_seen": answer.context["draft_seen"]}
    his.post(reverse("draft_save"), sent | kept)
    assert [draft.body for draft in Draft.objects.all()] == ["まとめ中"]


def test_an_emptied_body_is_asked_about(manual: Article, mine: Client) -> None:
    address = reverse("article_edit", args=[manual.pk])
    answer = mine.post(address, edited(manual, body=""))
    assert answer.status_code == 422
    assert "本文を空にして保存する" in answer.content.decode()
    manual.refresh_from_db()
    assert manual.body == BODY
    mine.post(address, edited(manual, body="", allows_empty="on"))
    manual.refresh_from_db()
    assert manual.body == ""


def test_nobody_edits_what_lies_in_the_bin(manual: Article, alice: Person, his: Client) -> None:
    delete_article(manual, by=alice)
    answer = his.post(
        reverse("article_edit", args=[manual.pk]), edited(manual, body="長い文章です")
    )
    assert answer.status_code == 404
