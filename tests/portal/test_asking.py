"""Questions find people: two who know, then whose chore it is, then the department."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.articles.asking_steps import workdays_later
from kb.articles.models import Article, QuestionAsk
from kb.articles.services import accept_answer, add_answer, create_article
from kb.articles.services.asking import AskedEnough, ask_person, may_be_asked
from kb.articles.services.merging import merge_questions
from kb.engagement.models import Notification
from kb.experts.ranking import Knower, WhoKnows
from kb.portal import asking
from kb.portal.tasks import ask_around, carry_on_questions
from kb.search import outbox
from people.models import Department, Person, Responsibility
from tests.conftest import make_person

ClientFor = Callable[[Person], Client]
# A Thursday; the Monday after is 勤労感謝の日.
THURSDAY = dt.datetime(2026, 11, 19, 14, tzinfo=dt.timezone(dt.timedelta(hours=9)))


def knower(person: Person) -> Knower:
    return Knower(person, f"{person.name}は返金の手順を書きました。", "", "", (), "", "")


@pytest.fixture
def chore(success_department: Department, development_department: Department) -> Responsibility:
    eve = make_person("eve", "江部 結", "えべ ゆい", success_department)
    return Responsibility.objects.create(name="返金", department=success_department, main=eve)


@pytest.fixture
def crowd(
    bob: Person, chore: Responsibility, monkeypatch: pytest.MonkeyPatch, alice: Person
) -> list[Person]:
    """Who knows, best first: the asker, a colleague, three more."""
    others = [make_person(f"p{n}", f"野田 {n}", "のだ", chore.department) for n in range(3)]
    people = [alice, bob, *others]
    known = WhoKnows(people=tuple(map(knower, people)), responsibilities=(chore,))
    monkeypatch.setattr(asking, "who_knows", lambda **_kwargs: known)
    return people


def put(alice: Person, title: str = "返金はどうしますか") -> Article:
    return create_article(by=alice, kind="question", title=title, body="")


def asked(question: Article) -> list[Person]:
    return [ask.person for ask in question.asks.all()]


def test_two_who_know_are_asked_with_the_reason_and_never_the_asker(
    crowd: list[Person], alice: Person, client_for: ClientFor
) -> None:
    question = put(alice)
    ask_around()
    ask_around()
    assert asked(question) == crowd[1:3]
    assert Notification.objects.filter(kind="question").count() == 2
    page = client_for(crowd[1]).get(question.get_absolute_url()).content.decode()
    assert "返金の手順を書きました" in page
    assert "別の人が詳しい" in page
    assert question.title in client_for(crowd[1]).get(reverse("home")).content.decode()


def test_nobody_gets_more_than_three_a_week(crowd: list[Person], alice: Person) -> None:
    for number in range(5):
        put(alice, f"質問{number}")
    ask_around()
    for person in crowd:
        assert QuestionAsk.objects.filter(person=person).count() <= 3
    extra = put(alice, "もうひとつ")
    assert not may_be_asked(crowd[1], extra)
    with pytest.raises(AskedEnough):
        ask_person(extra, crowd[1], why="knows")
    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        assert may_be_asked(crowd[1], extra)


def test_unanswered_it_goes_to_the_chore_and_then_to_the_department(
    crowd: list[Person], chore: Responsibility, alice: Person, client_for: ClientFor
) -> None:
    department = chore.department
    department.head = crowd[4]
    department.save()
    with time_machine.travel(THURSDAY):
        question = put(alice)
        ask_around()
    with time_machine.travel(THURSDAY + dt.timedelta(hours=20)):
        carry_on_questions()
        assert chore.main not in asked(question)
    with time_machine.travel(THURSDAY + dt.timedelta(days=1, hours=1)):
        carry_on_questions()
        carry_on_questions()
        assert asked(question)[-1] == chore.main
        assert question.asks.get(person=chore.main).reason == "「返金」の担当です。"
    # Saturday, Sunday and the holiday do not count.
    with time_machine.travel(THURSDAY + dt.timedelta(days=4, hours=1)):
        carry_on_questions()
        question.question.refresh_from_db()
        assert question.question.department_told_at is None
    with time_machine.travel(THURSDAY + dt.timedelta(days=5, hours=1)):
        carry_on_questions()
        carry_on_questions()
        page = client_for(alice).get(department.get_absolute_url()).content.decode()
        assert "2日たっても答えがありません" in page
    assert Notification.objects.filter(person=crowd[4], kind="question").count() == 1


def test_an_answer_stops_it(crowd: list[Person], chore: Responsibility, alice: Person) -> None:
    with time_machine.travel(THURSDAY):
        question = put(alice)
        ask_around()
        add_answer(question, "こうします", by=crowd[1])
    with time_machine.travel(THURSDAY + dt.timedelta(days=10)):
        carry_on_questions()
    assert chore.main not in asked(question)
    assert question.asks.get(person=crowd[1]).answered_at is not None


def test_who_was_asked_names_another(
    crowd: list[Person], alice: Person, bob: Person, charlie: Person, client_for: ClientFor
) -> None:
    question = put(alice)
    ask_around()
    address = reverse("question_pass", args=[question.pk])
    assert client_for(crowd[4]).get(address).status_code == 404
    his = client_for(bob)
    assert his.get(address).status_code == 200
    for wrong in ("", alice.login, charlie.login, crowd[2].login):
        assert his.post(address, {"person": wrong}).status_code == 422
    his.post(address, {"person": crowd[4].login})
    ask = question.asks.get(person=crowd[4])
    assert (ask.why, ask.named_by) == ("named", bob)
    assert not question.asks.get(person=bob).is_open
    assert "坊城 武さんの紹介" in Notification.objects.get(person=crowd[4]).text


def test_two_workers_ask_two_people_not_four(
    crowd: list[Person], alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = put(alice)
    known = WhoKnows(people=tuple(map(knower, crowd)))

    def interrupted(**_kwargs: Any) -> WhoKnows:
        """Another worker looks at the same question while this one looks for people."""
        monkeypatch.setattr(asking, "who_knows", lambda **_kwargs: known)
        ask_around()
        return known

    monkeypatch.setattr(asking, "who_knows", interrupted)
    ask_around()
    assert asked(question) == crowd[1:3]


def test_a_question_is_not_put_to_the_department_of_the_asker(
    alice: Person, success_department: Department, client_for: ClientFor
) -> None:
    hers = client_for(alice)
    page = hers.get(reverse("article_create", args=["question"])).content.decode()
    assert f'<option value="{success_department.pk}" selected' not in page
    sent = {"title": "返金はどうしますか"}
    told = hers.post(reverse("article_create", args=["question"]), sent, follow=True)
    assert "質問しました。くわしい人に届きます。" in told.content.decode()
    assert Article.objects.get().department is None
    assert put(alice, "もうひとつ").department is None
    page = hers.get(reverse("article_create", args=["manual"])).content.decode()
    assert f'<option value="{success_department.pk}" selected' in page


def test_the_head_who_asks_is_not_told_to_answer(
    crowd: list[Person], chore: Responsibility, alice: Person
) -> None:
    chore.department.head = alice
    chore.department.save()
    with time_machine.travel(THURSDAY):
        question = put(alice)
        ask_around()
    with time_machine.travel(THURSDAY + dt.timedelta(days=5, hours=1)):
        carry_on_questions()
    question.refresh_from_db()
    assert question.department == chore.department
    assert not Notification.objects.filter(person=alice).exists()


def test_a_clock_that_stood_still_leaves_no_step_out(
    crowd: list[Person], chore: Responsibility, alice: Person
) -> None:
    with time_machine.travel(THURSDAY):
        question = put(alice)
        ask_around()
    with time_machine.travel(THURSDAY + dt.timedelta(days=5, hours=1)):
        carry_on_questions()
    assert chore.main in asked(question)
    assert "理由：「返金」の担当です。" in Notification.objects.get(person=chore.main).text


def test_the_asker_sees_to_whom_it_went_and_what_comes_next(
    crowd: list[Person], chore: Responsibility, alice: Person, client_for: ClientFor
) -> None:
    def page(of: Person) -> str:
        return client_for(of).get(question.get_absolute_url()).content.decode()

    with time_machine.travel(THURSDAY):
        question = put(alice)
        assert "まもなく、くわしい人2人までに届きます。" in page(alice)
        ask_around()
        text = page(alice)
        assert (
            "答えがなければ、11/20（金）に担当業務の人に届き、11/24（火）に部署のページに出ます。"
            in text
        )
        assert "答えがなければ" not in page(crowd[1])
        # Whoever waits for an answer is not named as somebody who knows.
        assert "この質問を書いた人です。" not in text
    with time_machine.travel(THURSDAY + dt.timedelta(days=1, hours=1)):
        carry_on_questions()
        text = page(alice)
        assert "担当業務の人に届き" not in text
        assert "（担当業務の人）" in text
        assert "答えがなければ、11/24（火）に部署のページに出ます。" in text
    with time_machine.travel(THURSDAY + dt.timedelta(days=5, hours=1)):
        carry_on_questions()
        assert "部署のページに出ています。" in page(alice)
        add_answer(question, "こうします", by=crowd[1])
        assert "答えがついています。" in page(alice)
        assert "答えがついています。" not in page(crowd[2])


def test_the_asker_hears_when_nobody_who_knows_was_found(
    alice: Person, monkeypatch: pytest.MonkeyPatch, client_for: ClientFor
) -> None:
    monkeypatch.setattr(asking, "who_knows", lambda **_kwargs: WhoKnows())
    with time_machine.travel(THURSDAY):
        question, other = put(alice), put(alice, "同じ質問")
        ask_around()
        words = "くわしい人が見つかりませんでした。11/20（金）に担当業務の人に届き"
        assert words in client_for(alice).get(question.get_absolute_url()).content.decode()
        merge_questions(question, other, by=alice)
        page = client_for(alice).get(f"{question.get_absolute_url()}?stay=1").content.decode()
        assert words not in page


def test_whom_the_asker_wished_for_may_have_enough_questions(
    crowd: list[Person], alice: Person, bob: Person, client_for: ClientFor
) -> None:
    for number in range(3):
        ask_person(put(bob, f"質問{number}"), crowd[4], why="knows")
    hers = client_for(alice)
    address = reverse("article_create", args=["question"])
    hers.post(address, {"title": "返金はどうしますか", "owner": crowd[4].login})
    question = Article.objects.get(title="返金はどうしますか")
    ask_around()
    assert crowd[4] not in asked(question)
    page = hers.get(question.get_absolute_url()).content.decode()
    assert "さんには今週もう3件の質問が届いている" in page


def test_the_page_to_pass_a_question_on_offers_those_who_know(
    alice: Person,
    bob: Person,
    client_for: ClientFor,
    success_department: Department,
    search_index: object,
) -> None:
    dan = make_person("dan", "壇 直", "だん なお", success_department)
    create_article(by=dan, kind="manual", title="返金の手順", body="返金はこうします。")
    create_article(by=bob, kind="manual", title="返金の記録", body="返金を書き留めます。")
    outbox.drain()
    question = put(alice, "返金の手順はどれですか")
    ask_person(question, bob, why="knows")
    address = reverse("question_pass", args=[question.pk])
    page = client_for(bob).get(address).content.decode()
    assert 'name="person" value="dan"' in page
    assert 'name="person" value="bob"' not in page
    assert 'name="person" value="alice"' not in page
    client_for(bob).post(address, {"person": "dan"})
    assert dan in asked(question)


def test_what_is_done_is_not_told_again(
    crowd: list[Person], alice: Person, client_for: ClientFor
) -> None:
    def waiting(person: Person) -> int:
        return Notification.objects.filter(person=person, kind="question", read_at=None).count()

    question = put(alice)
    ask_around()
    answer = add_answer(question, "こうします", by=crowd[1])
    assert (waiting(crowd[1]), waiting(crowd[2])) == (0, 1)
    accept_answer(answer, by=alice)
    assert waiting(crowd[2]) == 0
    again = put(alice, "同じ質問")
    ask_around()
    assert waiting(crowd[1]) == 1
    merge_questions(again, question, by=alice)
    assert waiting(crowd[1]) == 0


def test_the_asker_hears_when_a_colleague_calls_it_solved(
    alice: Person, bob: Person, success_department: Department, client_for: ClientFor
) -> None:
    dan = make_person("dan", "壇 直", "だん なお", success_department)
    question = put(alice)
    answer = add_answer(question, "こうします", by=bob)
    Notification.objects.all().delete()
    accept_answer(answer, by=dan)
    assert (
        "壇 直さんが、あなたの質問「返金はどうしますか」への坊城 武さんの答えを採用しました。"
        in [notice.text for notice in Notification.objects.filter(person=alice)]
    )
    page = client_for(alice).get(question.get_absolute_url()).content.decode()
    assert "壇 直さんが採用" in page
    Notification.objects.all().delete()
    accept_answer(answer, by=alice)
    assert not Notification.objects.filter(person=alice).exists()


def test_an_answered_question_waits_for_its_asker_until_it_is_settled(
    alice: Person, bob: Person, client_for: ClientFor
) -> None:
    words = "「返金はどうしますか」に答えがつきました。解決しましたか"
    question = put(alice)
    add_answer(question, "自分で調べた途中です", by=alice)
    assert words not in client_for(alice).get(reverse("home")).content.decode()
    answer = add_answer(question, "こうします", by=bob)
    assert words in client_for(alice).get(reverse("home")).content.decode()
    assert words not in client_for(bob).get(reverse("home")).content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(days=15)):
        assert words not in client_for(alice).get(reverse("home")).content.decode()
    accept_answer(answer, by=alice)
    assert words not in client_for(alice).get(reverse("home")).content.decode()


@pytest.mark.parametrize(
    ("asked_at", "count", "due"),
    [
        ("2026-11-19 14:00", 1, "2026-11-20 14:00"),
        ("2026-11-20 14:00", 1, "2026-11-24 14:00"),
        ("2026-11-21 20:00", 1, "2026-11-25 09:00"),
        ("2026-12-28 10:00", 2, "2027-01-05 10:00"),
    ],
)
def test_days_off_do_not_count(asked_at: str, count: int, due: str) -> None:
    moment = timezone.make_aware(dt.datetime.fromisoformat(asked_at))
    assert workdays_later(moment, count) == timezone.make_aware(dt.datetime.fromisoformat(due))
