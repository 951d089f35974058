"""同じ質問 and questions on a section: merged, undone, taken into the manual."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from kb.articles.models import Answer, Article
from kb.articles.services import accept_answer, add_answer, create_article
from kb.articles.services.merging import NotMergeable, merge_questions
from kb.engagement.models import Notification
from kb.search import outbox
from people.models import Person
from tests.articles.typed import edited, form

ClientFor = Callable[[Person], Client]


def ask(person: Person, title: str) -> Article:
    return create_article(by=person, kind="question", title=title, body="")


@pytest.fixture
def first(alice: Person) -> Article:
    return ask(alice, "領収書をなくしたら")


@pytest.fixture
def second(bob: Person) -> Article:
    return ask(bob, "領収書を紛失したとき")


def told(person: Person) -> int:
    return Notification.objects.filter(person=person, kind="change").count()


def test_answers_move_and_the_old_address_leads_on(
    first: Article, second: Article, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    answer = accept_answer(add_answer(second, "再発行を頼みます", by=alice), by=bob)
    page = client_for(alice).get(f"{reverse('question_merge', args=[second.pk])}?q=領収書")
    assert first.title in page.content.decode()
    client_for(alice).post(reverse("question_merge", args=[second.pk]), {"into": first.pk})
    answer.refresh_from_db()
    assert (answer.question, answer.is_accepted) == (first, True)
    led = client_for(bob).get(second.get_absolute_url())
    assert led["Location"] == f"{first.get_absolute_url()}?from={second.pk}"
    shown = client_for(bob).get(led["Location"]).content.decode()
    assert "再発行を頼みます" in shown
    assert "まとめるのをやめる" in shown
    assert client_for(bob).get(f"{second.get_absolute_url()}?stay=1").status_code == 200
    assert told(bob) == 1


def test_a_merge_is_taken_back_with_everything(
    first: Article, second: Article, alice: Person, bob: Person, client_for: ClientFor
) -> None:
    kept = accept_answer(add_answer(first, "経理に聞きます", by=bob), by=alice)
    moved = accept_answer(add_answer(second, "再発行を頼みます", by=alice), by=bob)
    merge_questions(second, first, by=alice)
    moved.refresh_from_db()
    assert not moved.is_accepted
    client_for(alice).post(reverse("question_unmerge", args=[second.pk]))
    moved.refresh_from_db()
    kept.refresh_from_db()
    assert (moved.question, moved.is_accepted) == (second, True)
    assert (kept.question, kept.is_accepted) == (first, True)
    assert client_for(bob).get(second.get_absolute_url()).status_code == 200


def test_nothing_is_merged_into_itself_or_around_a_circle(
    first: Article, second: Article, alice: Person, bob: Person, manual: Article, mine: Client
) -> None:
    merge_questions(second, first, by=alice)
    with pytest.raises(NotMergeable):
        merge_questions(first, second, by=alice)
    with pytest.raises(NotMergeable):
        merge_questions(first, manual, by=alice)
    third = ask(bob, "領収書")
    merge_questions(first, third, by=alice)
    assert mine.get(second.get_absolute_url())["Location"].startswith(third.get_absolute_url())
    for wrong in ("", "x", "9" * 30, str(first.pk)):
        mine.post(reverse("question_merge", args=[third.pk]), {"into": wrong})
    third.question.refresh_from_db()
    assert third.question.same_as is None


@pytest.fixture
def guide(alice: Person) -> Article:
    body = "## 申請\n\n申請します。\n\n## 承認\n\n承認されます。"
    return create_article(by=alice, kind="manual", title="経費の手順", body=body)


def test_a_question_hangs_on_a_section_and_is_taken_into_it(
    guide: Article, alice: Person, bob: Person, mine: Client, his: Client
) -> None:
    anchor = guide.contents[0]["id"]
    address = reverse("article_create", args=["question"])
    opened = his.get(address, {"about": guide.pk, "about_anchor": anchor}).content.decode()
    assert f'name="about" value="{guide.pk}"' in opened
    assert "経費の手順・申請" in opened
    his.post(address, form(title="だれが申請しますか", about=guide.pk, about_anchor=anchor))
    question = Article.objects.get(kind="question")
    assert question.question.about_heading == "申請"
    shown = mine.get(guide.get_absolute_url()).content.decode()
    assert "この節への質問 1件" in shown
    assert question.title in shown
    accept_answer(add_answer(question, "立て替えた本人です", by=alice), by=bob)
    editor = mine.get(f"{reverse('article_edit', args=[guide.pk])}?reflect={question.pk}")
    body = editor.context["form"]["body"].value()
    assert body.index("立て替えた本人です") < body.index("## 承認")
    assert question.get_absolute_url() in body
    mine.post(
        reverse("article_edit", args=[guide.pk]), edited(guide, body=body, reflect=question.pk)
    )
    question.question.refresh_from_db()
    assert question.question.reflected_at is not None
    assert "反映しました" in his.get(question.get_absolute_url()).content.decode()
    notice = Notification.objects.get(person=bob, kind="change", text__contains="反映")
    assert notice.url == f"{guide.get_absolute_url()}#{anchor}"


def test_a_form_about_nothing_that_is_there_opens_all_the_same(guide: Article, his: Client) -> None:
    address = reverse("article_create", args=["question"])
    for wrong in ("x", "9" * 40, str(guide.pk + 99)):
        assert "ここについての質問" not in his.get(address, {"about": wrong}).content.decode()


def test_questions_that_are_near_are_offered_first(
    first: Article, second: Article, mine: Client, search_index: object
) -> None:
    ask(first.author, "会議室の予約")
    outbox.drain()
    page = mine.get(reverse("question_merge", args=[first.pk])).content.decode()
    assert f'name="into" value="{second.pk}"' in page
    assert "会議室の予約" not in page
    third = ask(first.author, "領収書をなくしました")
    merge_questions(second, third, by=first.author)
    outbox.drain()
    page = mine.get(reverse("question_merge", args=[first.pk])).content.decode()
    assert f'name="into" value="{third.pk}"' in page
    assert f'name="into" value="{second.pk}"' not in page


def test_an_edited_question_stays_on_its_section(guide: Article, bob: Person, his: Client) -> None:
    anchor = guide.contents[0]["id"]
    his.post(
        reverse("article_create", args=["question"]),
        form(title="だれが", about=guide.pk, about_anchor=anchor),
    )
    question = Article.objects.get(kind="question")
    opened = his.get(reverse("article_edit", args=[question.pk])).context["form"]
    sent = edited(question, title="だれが申請を", body="本文")
    sent |= {name: opened[name].value() or "" for name in ("about", "about_anchor", "situation")}
    his.post(reverse("article_edit", args=[question.pk]), sent)
    question.question.refresh_from_db()
    assert (question.question.about, question.question.about_anchor) == (guide, anchor)


def test_the_asker_hears_of_answers(first: Article, alice: Person, bob: Person) -> None:
    add_answer(first, "経理に聞きます", by=bob)
    add_answer(first, "自分で見つけました", by=alice)
    assert Notification.objects.get(kind="answer").person == alice
    assert Answer.objects.count() == 2
