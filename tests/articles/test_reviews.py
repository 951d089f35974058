"""Reviews: three a week, two weeks' patience, then the department; books ask once."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.articles.books import find_or_make_book
from kb.articles.fields import ArticleFields, BookNoteFields
from kb.articles.models import Article, ReviewAsk
from kb.articles.review_rounds import begin_week, reviews_for, waiting_in
from kb.articles.services import create_article, pass_review_on, save_article
from kb.articles.tasks import ask_about_books, ask_reviews
from kb.engagement.models import Notification
from kb.engagement.services import follow
from people.models import Department, Person
from tests.conftest import make_person

ClientFor = Callable[[Person], Client]
MONDAY = dt.date(2026, 11, 2)


def at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


@pytest.fixture
def due(alice: Person) -> list[Article]:
    fields = ArticleFields(review_due_on=dt.date(2026, 10, 1), at=at(dt.date(2026, 1, 5)))
    return [
        create_article(by=alice, kind="manual", title=f"手順{n}", body="本文", fields=fields)
        for n in range(5)
    ]


def test_an_owner_is_asked_about_three_a_week(due: list[Article], alice: Person) -> None:
    with time_machine.travel(at(MONDAY)):
        ask_reviews()
        ask_reviews()
    assert ReviewAsk.objects.count() == 3


def test_answers_count_against_the_week(due: list[Article], alice: Person, mine: Client) -> None:
    with time_machine.travel(at(MONDAY)):
        begin_week(MONDAY)
        first, second, third = reviews_for(alice, MONDAY)
        mine.post(reverse("article_confirm", args=[first.pk]))
        mine.post(reverse("article_retire", args=[second.pk]))
        assert reviews_for(alice, MONDAY) == [third]
    assert len(reviews_for(alice, MONDAY + dt.timedelta(weeks=1))) == 3


def test_two_ignored_weeks_make_it_the_departments(
    due: list[Article], alice: Person, bob: Person, success_department: Department
) -> None:
    success_department.head = bob
    success_department.save()
    for week in range(4):
        with time_machine.travel(at(MONDAY + dt.timedelta(weeks=week))):
            ask_reviews()
            ask_reviews()
    waiting = waiting_in([success_department.pk])
    assert {article.title for article in waiting} == {"手順0", "手順1", "手順2"}
    assert {a.title for a in reviews_for(alice, MONDAY + dt.timedelta(weeks=3))} == {
        "手順3",
        "手順4",
    }
    assert Notification.objects.filter(person=bob, kind="request").count() == 3


def test_somebody_else_knows_it_better(
    due: list[Article], alice: Person, bob: Person, charlie: Person, mine: Client
) -> None:
    address = reverse("review_pass", args=[due[0].pk])
    assert mine.get(address).status_code == 200
    for wrong in ("", "だれでもない", charlie.login):
        assert mine.post(address, {"person": wrong}).status_code == 422
    mine.post(address, {"person": "坊城武"})
    due[0].refresh_from_db()
    assert due[0].owner == bob
    assert Notification.objects.get(kind="handover").person == bob


def test_each_owner_has_the_patience_of_two_weeks(
    due: list[Article], alice: Person, bob: Person
) -> None:
    with time_machine.travel(at(MONDAY)):
        ask_reviews()
    with time_machine.travel(at(MONDAY + dt.timedelta(weeks=1))):
        ask_reviews()
        pass_review_on(due[0], bob, by=alice)
        ask_reviews()
    for week, is_handed_on in ((2, False), (3, True)):
        with time_machine.travel(at(MONDAY + dt.timedelta(weeks=week))):
            ask_reviews()
            due[0].refresh_from_db()
            assert (due[0].review_escalated_at is not None) == is_handed_on


def test_an_edit_by_the_department_answers_what_was_handed_on(
    due: list[Article], alice: Person, bob: Person, success_department: Department
) -> None:
    dan = make_person("dan", "壇 直", "だん なお", success_department)
    for article in due[:2]:
        article.review_escalated_at = at(MONDAY)
        article.save(update_fields=["review_escalated_at"])
    with time_machine.travel(at(MONDAY)):
        save_article(due[0], by=bob, base_revision=1, title="手順0", body="よその部署が直した")
        save_article(due[1], by=dan, base_revision=1, title="手順1", body="部署で直した")
    assert waiting_in([success_department.pk]) == [due[0]]
    due[1].refresh_from_db()
    assert due[1].review_due_on is not None
    assert due[1].review_due_on > MONDAY


@pytest.mark.parametrize("answer", ["article_confirm", "review_confirm", "article_retire"])
def test_an_answer_to_a_review_is_taken_back_as_it_was(
    due: list[Article], bob: Person, mine: Client, his: Client, answer: str
) -> None:
    follow(due[0], by=bob)
    with time_machine.travel(at(MONDAY)):
        ask_reviews()
        waiting = reviews_for(due[0].author, MONDAY)
        page = mine.post(reverse(answer, args=[due[0].pk]), follow=True).content.decode()
        assert reverse("review_undo", args=[due[0].pk]) in page
        assert reviews_for(due[0].author, MONDAY) != waiting
        # Only one's own answer is taken back.
        his.post(reverse("review_undo", args=[due[0].pk]))
        assert reviews_for(due[0].author, MONDAY) != waiting
        mine.post(reverse("review_undo", args=[due[0].pk]))
        assert reviews_for(due[0].author, MONDAY) == waiting
        mine.post(reverse("review_undo", args=[due[0].pk]))
    due[0].refresh_from_db()
    assert due[0].status == "published"
    assert due[0].confirmed_at is None
    assert due[0].review_due_on == dt.date(2026, 10, 1)
    # Followers are told of news, not of a slip.
    assert not Notification.objects.filter(person=bob).exists()


def test_what_somebody_changed_since_stays_when_an_answer_is_taken_back(
    due: list[Article], bob: Person, mine: Client, his: Client
) -> None:
    mine.post(reverse("article_retire", args=[due[0].pk]))
    his.post(reverse("article_confirm", args=[due[0].pk]))
    answer = mine.post(reverse("review_undo", args=[due[0].pk]), follow=True)
    assert "あとから変わったので、元に戻せませんでした" in answer.content.decode()
    due[0].refresh_from_db()
    assert due[0].confirmed_by == bob
    his.post(reverse("review_undo", args=[due[0].pk]))
    assert not due[0].contributors.filter(person=bob).exists()


def test_whoever_was_named_by_mistake_never_hears_of_it(
    due: list[Article], alice: Person, bob: Person, mine: Client
) -> None:
    def waiting() -> list[str]:
        rows = Notification.objects.filter(person=bob, kind="handover", read_at=None)
        return list(rows.values_list("text", flat=True))

    name_bob = reverse("review_pass", args=[due[0].pk])
    mine.post(name_bob, {"person": bob.login})
    mine.post(reverse("review_undo", args=[due[0].pk]))
    due[0].refresh_from_db()
    assert due[0].owner == alice
    assert waiting() == []
    mine.post(name_bob, {"person": bob.login})
    Notification.objects.update(read_at=timezone.now())
    mine.post(reverse("review_undo", args=[due[0].pk]))
    assert waiting() == ["有栖川 玲さんが、「手順0」の担当を元に戻しました。"]


def test_all_four_answers_stand_on_the_home_page(due: list[Article], mine: Client) -> None:
    page = mine.get(reverse("home")).content.decode()
    for name in ("review_confirm", "article_edit", "article_retire", "review_pass"):
        assert f'"{reverse(name, args=[due[0].pk])}"' in page


def test_a_text_that_is_used_again_is_reviewed_again_and_is_no_news(
    due: list[Article], bob: Person, mine: Client
) -> None:
    follow(due[0], by=bob)
    mine.post(reverse("article_retire", args=[due[0].pk]))
    mine.post(reverse("article_publish", args=[due[0].pk]))
    due[0].refresh_from_db()
    assert due[0].review_due_on is not None
    assert due[0].review_due_on > timezone.localdate()
    assert not Notification.objects.filter(person=bob).exists()


def test_books_are_asked_about_once_and_answered_in_a_line(
    alice: Person, bob: Person, mine: Client, his: Client
) -> None:
    written = dt.date(2026, 8, 1)
    with time_machine.travel(at(written)):
        book = find_or_make_book("伝わる説明", author="山田", isbn="9784000000000")
        note = create_article(
            by=alice,
            kind="book_note",
            title="伝わる説明",
            body="",
            fields=ArticleFields(details=BookNoteFields(book=book, one_line="短く書く")),
        )
    for days in (30, 61, 62, 100):
        with time_machine.travel(at(written + dt.timedelta(days=days))):
            ask_about_books()
    asked = Notification.objects.get(kind="request")
    assert asked.person == alice
    assert "使ってみてどうでした" in asked.text
    his.post(reverse("book_follow_up", args=[note.pk]), {"follow_up": "人の本"})
    mine.post(reverse("book_follow_up", args=[note.pk]), {"follow_up": "会議が短くなった"})
    note.book_note.refresh_from_db()
    assert note.book_note.follow_up == "会議が短くなった"
    page = his.get(book.get_absolute_url()).content.decode()
    assert "会議が短くなった" in page
    assert "読書会を呼びかける" in page
    assert f"{reverse('community_create')}?title=" in page
    assert "会議が短くなった" in his.get(note.get_absolute_url()).content.decode()
    history = mine.get(reverse("article_revision", args=[note.pk, 2])).content.decode()
    assert "会議が短くなった" in history
