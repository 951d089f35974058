"""Articles in the browser: reading, writing, clashes, revisions, the bin."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from kb.articles.fields import ArticleFields, QuestionFields
from kb.articles.models import Article, ArticleTemplate, Draft
from kb.articles.services import (
    accept_answer,
    add_answer,
    create_article,
    delete_article,
    save_article,
)
from kb.engagement.models import Comment
from kb.engagement.services import add_comment, give_thanks
from people.models import Department, Person
from tests.articles.typed import BODY, edited, form

ClientFor = Callable[[Person], Client]
QUERIES_MAX = 45


# --- Who may --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["article_detail", "article_edit", "article_history", "article_markdown"]
)
def test_every_colleague_reads_and_nobody_outside(
    manual: Article, his: Client, client_for: ClientFor, charlie: Person, name: str
) -> None:
    address = reverse(name, args=[manual.pk])
    assert his.get(address).status_code == 200
    for outsider in (Client(), client_for(charlie)):
        answer = outsider.get(address)
        assert answer.status_code == 302
        assert "ヘルプ記事" not in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["write", "article_bin", "book_list", "topic_suggest", "person_suggest", "link_suggest"]
)
def test_lists_are_for_colleagues(his: Client, name: str) -> None:
    assert his.get(reverse(name)).status_code == 200
    assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("pk", [0, 999_999, 10**25])
def test_what_is_not_there_is_not_found(his: Client, pk: int) -> None:
    assert his.get(f"/articles/{pk}/").status_code == 404
    assert his.get(f"/articles/{pk}/edit/").status_code == 404


def test_getting_a_page_changes_nothing(manual: Article, his: Client) -> None:
    for name in ("article_delete", "article_retire", "article_confirm", "article_publish"):
        assert his.get(reverse(name, args=[manual.pk])).status_code == 405


# --- Reading --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["manual", "question", "rule", "note", "minutes"])
def test_every_kind_has_a_page(alice: Person, his: Client, kind: str) -> None:
    article = create_article(by=alice, kind=kind, title="題 <b>名", body="## 見出し\n\n本文")
    page = his.get(article.get_absolute_url()).content.decode()
    assert "題 &lt;b&gt;名" in page
    assert 'id="s-見出し"' in page
    assert alice.name in page


def test_a_page_costs_a_bounded_number_of_queries(
    manual: Article,
    alice: Person,
    bob: Person,
    his: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    his.get(manual.get_absolute_url())
    for number in range(8):
        add_comment(manual, f"コメント{number} @{bob.login}", by=alice if number % 2 else bob)
        create_article(by=bob, kind="note", title=f"ノート{number}", body="[[ヘルプ記事の書き方]]")
    give_thanks(manual, by=bob, words="助かりました")
    with django_assert_max_num_queries(QUERIES_MAX):
        page = his.get(manual.get_absolute_url()).content.decode()
    assert "コメント7" in page
    assert "ノート7" in page


def test_the_markdown_of_an_article_is_a_file_with_front_matter(
    manual: Article, his: Client
) -> None:
    answer = his.get(reverse("article_markdown", args=[manual.pk]))
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert text.startswith("---\ntitle: ヘルプ記事の書き方\n")
    assert text.endswith("手順3\n")


def test_the_markdown_of_a_question_has_its_answers(
    alice: Person, bob: Person, his: Client
) -> None:
    details = QuestionFields(situation="朝いちばん")
    question = create_article(
        by=alice, kind="question", title="鍵はどこ？", body="さがしています。",
        fields=ArticleFields(details=details),
    )  # fmt: skip
    add_answer(question, "一階です。", by=alice)
    accept_answer(add_answer(question, "二階です。", by=bob), by=alice)
    text = his.get(reverse("article_markdown", args=[question.pk])).content.decode()
    order = ["朝いちばん", "さがしています。", "二階です。"]
    assert sorted(order, key=text.index) == order
    assert "坊城 武さんの答え" in text
    assert text.index("採用された答え") < text.index("二階です。")


def test_the_markdown_of_a_book_note_has_its_own_words(mine: Client) -> None:
    sent = {"book_title": "失敗の本質", "one_line": "組織の話", "learnt": "空気\n記録"}
    mine.post(reverse("article_create", args=["book_note"]), form(title="", body="", **sent))
    note = Article.objects.get()
    text = mine.get(reverse("article_markdown", args=[note.pk])).content.decode()
    for words in ("book: 失敗の本質", "組織の話", "- 空気\n- 記録"):
        assert words in text


def test_an_overdue_manual_can_be_confirmed_by_one_click(manual: Article, his: Client) -> None:
    Article.objects.filter(pk=manual.pk).update(review_due_on="2020-01-01")
    assert "まだ正しい" in his.get(manual.get_absolute_url()).content.decode()
    his.post(reverse("article_confirm", args=[manual.pk]))
    page = his.get(manual.get_absolute_url()).content.decode()
    assert "に確認済み" in page
    assert "まだ正しい</button>" not in page


# --- Writing --------------------------------------------------------------------------------


def test_the_choice_carries_the_title_that_was_looked_for(mine: Client) -> None:
    page = mine.get(reverse("write"), {"title": "押印 の申請"}).content.decode()
    assert "/write/manual/?title=%E6%8A%BC%E5%8D%B0" in page


@pytest.mark.parametrize("kind", ["manual", "question", "book_note", "rule", "note", "minutes"])
def test_a_form_of_every_kind_opens_with_the_title_given(mine: Client, kind: str) -> None:
    page = mine.get(reverse("article_create", args=[kind]), {"title": "押印"}).content.decode()
    assert 'value="押印"' in page


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


# --- Revisions and the bin ------------------------------------------------------------------


def test_a_revision_has_an_address_and_comes_back(
    manual: Article, bob: Person, his: Client
) -> None:
    save_article(manual, by=bob, base_revision=1, title=manual.title, body="別の文章")
    page = his.get(reverse("article_revision", args=[manual.pk, 2])).content.decode()
    assert "diff__line--add" in page
    assert "diff__line--del" in page
    his.post(reverse("revision_restore", args=[manual.pk, 1]))
    manual.refresh_from_db()
    assert (manual.body, manual.revision) == (BODY, 3)
    assert his.get(reverse("article_revision", args=[manual.pk, 99])).status_code == 404


def test_the_bin_takes_and_gives_back(manual: Article, his: Client, mine: Client) -> None:
    answer = his.post(reverse("article_delete", args=[manual.pk]), follow=True)
    assert "元に戻す" in answer.content.decode()
    for name in ("article_detail", "article_edit", "article_history", "article_markdown"):
        assert mine.get(reverse(name, args=[manual.pk])).status_code == 404
    assert mine.get(reverse("article_revision", args=[manual.pk, 1])).status_code == 404
    assert mine.get(reverse("link_suggest"), {"q": "ヘルプ"}).json() == []
    mine.post(reverse("article_restore", args=[manual.pk]))
    assert mine.get(manual.get_absolute_url()).status_code == 200


# --- Completion -----------------------------------------------------------------------------


def test_people_are_suggested_by_reading_and_leavers_are_not(
    mine: Client, bob: Person, charlie: Person
) -> None:
    found = mine.get(reverse("person_suggest"), {"q": "ぼうじ"}).json()
    assert [row["insert"] for row in found] == ["坊城武"]
    assert mine.get(reverse("person_suggest"), {"q": "ちゃたに"}).json() == []


def test_two_people_of_one_name_are_told_apart_by_login(
    mine: Client, bob: Person, success_department: Department
) -> None:
    Person.objects.create_user("bob2", name="坊城 武", yomi="ぼうじょう たけし")
    found = mine.get(reverse("person_suggest"), {"q": "坊城"}).json()
    assert {row["insert"] for row in found} == {"bob", "bob2"}


def test_a_comment_is_shown_where_it_was_written(manual: Article, his: Client) -> None:
    address = reverse("comment_create", args=["articles.article", manual.pk])
    his.post(address, {"body": "ここが **違う**", "form_key": str(uuid.uuid4())})
    assert Comment.objects.get().target == manual
    assert "<strong>違う</strong>" in his.get(manual.get_absolute_url()).content.decode()
