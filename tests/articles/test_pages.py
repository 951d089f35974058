"""Reading articles: who may, Markdown, revisions, the bin, suggestions of people."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kb.articles.fields import ArticleFields, QuestionFields
from kb.articles.models import Article
from kb.articles.services import (
    accept_answer,
    add_answer,
    create_article,
    save_article,
)
from kb.engagement.models import Comment
from kb.engagement.services import add_comment, give_thanks
from people.models import Department, Person
from tests.articles.typed import BODY, form

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
