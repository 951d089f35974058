"""Answers: written once, changed by their author, the accepted one first."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from kb.articles.models import Answer, Article
from kb.articles.services import accept_answer, add_answer, create_article, delete_answer
from kb.engagement.models import Notification
from people.models import Person
from tests.conftest import make_person


@pytest.fixture
def question(alice: Person) -> Article:
    return create_article(by=alice, kind="question", title="領収書はどこ?", body="")


def test_an_answer_sent_twice_is_one_answer(question: Article, his: Client) -> None:
    sent = {"body": "経理の棚です", "form_key": str(uuid.uuid4())}
    for _time in range(2):
        his.post(reverse("answer_create", args=[question.pk]), sent)
    assert question.answers.count() == 1


def test_an_empty_answer_is_refused_in_words(question: Article, his: Client) -> None:
    answer = his.post(reverse("answer_create", args=[question.pk]), {"body": " "})
    assert answer.status_code == 422
    assert "答えが空です" in answer.content.decode()


def test_only_its_author_changes_an_answer(
    question: Article, bob: Person, mine: Client, his: Client
) -> None:
    answer = add_answer(question, "棚です", by=bob)
    assert mine.get(reverse("answer_edit", args=[answer.pk])).status_code == 404
    assert mine.post(reverse("answer_delete", args=[answer.pk])).status_code == 404
    his.post(reverse("answer_edit", args=[answer.pk]), {"body": "右の棚です"})
    assert Answer.objects.get().body == "右の棚です"


def test_the_accepted_answer_stands_first(
    question: Article, alice: Person, bob: Person, mine: Client
) -> None:
    add_answer(question, "はじめの答え", by=alice)
    second = add_answer(question, "あとの答え", by=bob)
    mine.post(reverse("answer_accept", args=[second.pk]))
    page = mine.get(question.get_absolute_url()).content.decode()
    assert page.index("あとの答え") < page.index("はじめの答え")
    assert "採用された答え" in page
    assert "答えが採用された人です" in page


def test_whoever_gave_the_answer_that_holds_keeps_it_right(
    question: Article, alice: Person, bob: Person, charlie: Person
) -> None:
    def keeper() -> Person | None:
        question.refresh_from_db()
        return question.owner

    first, second = (add_answer(question, words, by=bob) for words in ("棚です", "右の棚です"))
    accept_answer(first, by=alice)
    assert keeper() == bob
    own = add_answer(question, "自分で見つけました", by=alice)
    accept_answer(own, by=alice)
    assert keeper() == alice
    accept_answer(second, by=alice)
    delete_answer(second, by=bob)
    assert keeper() == alice
    # A leaver keeps nothing right, and whom somebody chose stays.
    accept_answer(add_answer(question, "昔の棚です", by=charlie), by=alice)
    assert keeper() == alice
    dan = make_person("dan", "壇 直", "だん なお", bob.memberships.get().department)
    Article.objects.filter(pk=question.pk).update(owner=dan)
    accept_answer(Answer.objects.get(pk=first.pk), by=alice)
    assert keeper() == dan


def test_an_answer_is_thanked_with_a_line_that_reaches_who_wrote_it(
    question: Article, alice: Person, bob: Person, mine: Client, his: Client
) -> None:
    answer = add_answer(question, "棚です", by=bob)
    give = reverse("thanks_give", args=["articles.answer", answer.pk])
    assert give not in his.get(question.get_absolute_url()).content.decode()
    assert give in mine.get(question.get_absolute_url()).content.decode()
    sent = mine.post(give, {"words": "すぐ見つかりました"})
    assert sent["Location"].endswith(f"#answer-{answer.pk}")
    assert sent["Location"].count("#") == 1
    notice = Notification.objects.get(person=bob, kind="thanks")
    assert notice.text == (
        "「領収書はどこ?への答え」に助けられた有栖川 玲さんから：「すぐ見つかりました」"
    )
    assert "「すぐ見つかりました」 有栖川さん" in his.get(notice.url).content.decode()
    mine.post(reverse("thanks_take_back", args=["articles.answer", answer.pk]))
    assert "すぐ見つかりました" not in his.get(notice.url).content.decode()
