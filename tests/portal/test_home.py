"""The morning page: what waits, what connects, and nothing that is not true."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from customers.models import Customer, Touch
from kb.articles.models import Answer, Article, Book, BookNoteDetail
from kb.articles.review_rounds import REVIEWS_PER_WEEK
from kb.communities.models import Community, CommunityMember
from kb.engagement.models import Confirmation, Follow
from kb.meetings.models import Decision, Meeting, Series
from kb.todos.models import ActionItem
from kb.topics.models import Topic
from people.models import AskMe, Department, Person
from people.services import set_aside

MakeArticle = Callable[..., Article]
MakeTouch = Callable[..., Touch]


def text_of(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_a_newcomer_finds_a_page_that_ends(alice_client: Client) -> None:
    page = text_of(alice_client)
    assert "いま、待っていることはありません" in page
    assert "聞いてくださいを書く" in page
    assert "ここまでで全部です" in page


def test_late_todos_wait_and_those_of_next_week_do_not(alice_client: Client, alice: Person) -> None:
    ActionItem.objects.create(text="おくれた仕事", person=alice, due_on=in_days(-2))
    ActionItem.objects.create(text="あさっての仕事", person=alice, due_on=in_days(2))
    ActionItem.objects.create(text="来月の仕事", person=alice, due_on=in_days(30))
    page = text_of(alice_client)
    assert "おくれた仕事" in page
    assert "2日遅れ" in page
    assert "あさっての仕事" not in page
    week = text_of(alice_client, "/?week=1")
    assert "あさっての仕事" in week
    assert "来月の仕事" not in week


def test_todos_of_others_and_done_ones_do_not_wait(
    alice_client: Client, alice: Person, bob: Person
) -> None:
    ActionItem.objects.create(text="坊城の仕事", person=bob, due_on=in_days(0))
    ActionItem.objects.create(
        text="済んだ仕事", person=alice, due_on=in_days(0), state="done", done_at=timezone.now()
    )
    page = text_of(alice_client)
    assert "坊城の仕事" not in page
    assert "済んだ仕事" not in page


def test_a_next_action_says_which_talk_it_comes_from(
    alice_client: Client, alice: Person, make_touch: MakeTouch
) -> None:
    touch = make_touch(alice, "取り込みの相談")
    ActionItem.objects.create(text="手順を送る", person=alice, due_on=in_days(0), origin=touch)
    assert "次にやること・あさぎ製菓の電話から" in text_of(alice_client)


def test_a_todo_is_checked_off_and_taken_back(alice_client: Client, alice: Person) -> None:
    item = ActionItem.objects.create(text="手順を送る", person=alice, due_on=in_days(0))
    page = alice_client.post(f"/todos/{item.pk}/done/", follow=True).content.decode()
    item.refresh_from_db()
    assert item.state == "done"
    assert f'action="/todos/{item.pk}/reopen/"' in page
    alice_client.post(f"/todos/{item.pk}/reopen/")
    item.refresh_from_db()
    assert (item.state, item.done_at) == ("open", None)


def test_checking_off_leads_back_to_our_pages_only(alice_client: Client, alice: Person) -> None:
    item = ActionItem.objects.create(text="手順を送る", person=alice)
    for target, leads_to in (("/wanted/", "/wanted/"), ("https://evil.example/", "/")):
        answer = alice_client.post(f"/todos/{item.pk}/done/", {"next": target})
        assert answer["Location"] == leads_to


def test_nobody_checks_off_the_todo_of_a_colleague(bob_client: Client, alice: Person) -> None:
    item = ActionItem.objects.create(text="手順を送る", person=alice)
    assert bob_client.post(f"/todos/{item.pk}/done/").status_code == 403
    item.refresh_from_db()
    assert item.state == "open"


def test_a_confirmation_asked_of_me_waits(
    alice_client: Client, alice: Person, bob: Person, make_article: MakeArticle
) -> None:
    rule = make_article(bob, "押印のルール", kind="rule")
    gone = make_article(bob, "消えたルール", kind="rule", deleted_at=timezone.now())
    for article in (rule, gone):
        Confirmation.objects.create(person=alice, target=article, asked_by=bob)
    page = text_of(alice_client)
    assert "押印のルール" in page
    assert "消えたルール" not in page


def test_a_question_to_me_waits_until_i_answer(
    alice_client: Client, alice: Person, bob: Person, make_article: MakeArticle
) -> None:
    question = make_article(bob, "だれに聞けばいいですか", kind="question", owner=alice)
    assert "坊城 武さんから、あなたへの質問" in text_of(alice_client)
    Answer.objects.create(question=question, author=alice, body="わたしです")
    assert "あなたへの質問" not in text_of(alice_client).replace("あなたへの質問、見直しが", "")


def test_at_most_three_reviews_a_week(
    alice_client: Client, alice: Person, make_article: MakeArticle
) -> None:
    for number in range(REVIEWS_PER_WEEK + 2):
        make_article(
            alice, f"手引き{number}", kind="manual", owner=alice, review_due_on=in_days(-number - 1)
        )
    assert text_of(alice_client).count("まだ正しいですか</a>") == REVIEWS_PER_WEEK
    oldest = Article.objects.order_by("review_due_on").first()
    assert oldest is not None
    alice_client.post(f"/reviews/{oldest.pk}/confirm/")
    oldest.refresh_from_db()
    assert oldest.confirmed_by == alice
    assert text_of(alice_client).count("まだ正しいですか</a>") == REVIEWS_PER_WEEK - 1


def test_the_company_now_shows_the_last_coffee_talk_and_the_next_meeting(
    alice_client: Client, bob: Person
) -> None:
    talk = Series.objects.create(slug="ct", name="COFFEE TALK", kind="coffee_talk")
    hands = Series.objects.create(slug="ah", name="ALL HANDS", kind="all_hands")
    now = timezone.now()
    held = Meeting.objects.create(
        series=talk, number=12, held_at=now - dt.timedelta(days=6), state="published"
    )
    Meeting.objects.create(series=hands, number=3, held_at=now + dt.timedelta(days=9))
    Decision.objects.create(title="ヘルプの入口を右上に置く", meeting=held)
    Decision.objects.create(title="消した決定", meeting=held, deleted_at=now)
    page = text_of(alice_client)
    assert "COFFEE TALK 第12回" in page
    assert "ヘルプの入口を右上に置く" in page
    assert "消した決定" not in page
    assert "次の ALL HANDS は" in page


def test_a_card_says_why_it_is_shown(
    alice_client: Client, alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    AskMe.objects.create(person=alice, topic=help_topic)
    make_article(bob, "入口の画面案", topic=help_topic)
    page = text_of(alice_client)
    assert "入口の画面案" in page
    assert "あなたが「聞いてください」に挙げた「ヘルプ」の記録" in page


def test_own_drafts_and_deleted_records_are_no_cards(
    alice_client: Client, alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    AskMe.objects.create(person=alice, topic=help_topic)
    make_article(alice, "自分の記事", topic=help_topic)
    make_article(bob, "書きかけの記事", topic=help_topic, status="draft")
    make_article(bob, "消した記事", topic=help_topic, deleted_at=timezone.now())
    page = text_of(alice_client)
    for title in ("自分の記事", "書きかけの記事", "消した記事"):
        assert title not in page


def test_what_others_heard_from_my_customer_connects(
    alice_client: Client, alice: Person, bob: Person, make_touch: MakeTouch
) -> None:
    mine = Customer.objects.create(name="北灯リゾート", success_owner=alice)
    make_touch(bob, "画面が開かないとのこと", customer=mine)
    make_touch(bob, "ほかの会社の話")
    page = text_of(alice_client)
    assert "担当のお客さまと、ほかの人が話しました" in page
    assert "画面が開かない" in page
    assert "ほかの会社の話" not in page


def test_one_card_comes_from_another_department(
    alice_client: Client,
    bob: Person,
    development_department: Department,
    make_article: MakeArticle,
) -> None:
    make_article(bob, "検索を直した記録", department=development_department)
    assert "ふだん話さない部署から：プロダクト開発部" in text_of(alice_client)


def test_a_card_names_the_department_of_the_record_not_of_its_writer(
    alice_client: Client, bob: Person, success_department: Department, make_article: MakeArticle
) -> None:
    make_article(bob, "請求の流れ", department=success_department)
    page = text_of(alice_client)
    assert "あなたの部署の新しい記事" in page
    assert '<span class="spread">CS部</span>' in page


def test_an_old_record_of_the_department_is_not_called_new(
    alice_client: Client, bob: Person, success_department: Department, make_article: MakeArticle
) -> None:
    made = timezone.now() - dt.timedelta(days=40)
    make_article(bob, "請求の流れ", department=success_department, created_at=made)
    page = text_of(alice_client)
    assert "あなたの部署の記事" in page
    assert "あなたの部署の新しい記事" not in page


def test_a_waiting_question_stands_on_the_page_once(
    alice_client: Client, bob: Person, success_department: Department, make_article: MakeArticle
) -> None:
    make_article(bob, "請求はいつですか", kind=Article.Kind.QUESTION, department=success_department)
    page = text_of(alice_client)
    assert "請求はいつですか" in page
    assert "あなたの部署に来た質問" not in page
    assert 'class="cards"' not in page


def test_what_i_have_not_published_is_no_reason(
    alice_client: Client, alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    make_article(alice, "書きかけ", topic=help_topic, status="draft")
    make_article(bob, "入口の画面案", topic=help_topic)
    assert "あなたも書いている" not in text_of(alice_client)


def test_readers_of_the_same_book_meet(
    alice_client: Client, alice: Person, bob: Person, make_article: MakeArticle
) -> None:
    book = Book.objects.create(title="はじめての問い合わせ設計")
    for person, title in ((alice, "読書メモA"), (bob, "読書メモB")):
        note = make_article(person, title, kind="book_note")
        BookNoteDetail.objects.create(article=note, book=book)
    assert "同じ本を読んでいます" in text_of(alice_client)


def test_a_leaver_is_no_newcomer_and_not_in_a_calling(
    alice_client: Client, bob: Person, charlie: Person
) -> None:
    Person.objects.filter(pk__in=[bob.pk, charlie.pk]).update(joined_on=in_days(-5))
    calling = Community.objects.create(title="解約の前ぶれに気づきたい", started_by=bob)
    for person in (bob, charlie):
        CommunityMember.objects.create(community=calling, person=person)
    page = text_of(alice_client)
    assert "解約の前ぶれに気づきたい" in page
    assert "坊城 武" in page
    assert "茶谷" not in page


@pytest.fixture
def busy_alice(
    alice: Person,
    bob: Person,
    charlie: Person,
    help_topic: Topic,
    make_article: MakeArticle,
    make_touch: MakeTouch,
) -> Person:
    """Something in every part of the page, several times."""
    AskMe.objects.create(person=alice, topic=help_topic)
    customer = Customer.objects.create(name="北灯リゾート", sales_owner=alice)
    series = Series.objects.create(slug="ct", name="COFFEE TALK", kind="coffee_talk")
    meeting = Meeting.objects.create(
        series=series, number=1, held_at=timezone.now(), state="published"
    )
    Person.objects.filter(pk=bob.pk).update(joined_on=in_days(-3))
    for number in range(4):
        make_article(bob, f"記事{number}", topic=help_topic)
        make_article(bob, f"質問{number}", kind="question", owner=alice if number % 2 else None)
        make_article(alice, f"手引き{number}", kind="manual", review_due_on=in_days(-1))
        touch = make_touch(bob, f"話{number}", customer=customer)
        Decision.objects.create(title=f"決定{number}", meeting=meeting, proposed_by=bob)
        calling = Community.objects.create(title=f"困りごと{number}", started_by=bob)
        CommunityMember.objects.create(community=calling, person=bob)
        for origin in (touch, meeting):
            ActionItem.objects.create(
                text="すること", person=alice, due_on=in_days(0), origin=origin
            )
        rule = make_article(bob, f"ルール{number}", kind="rule")
        Confirmation.objects.create(person=alice, target=rule)
    for record in (help_topic, customer):
        Follow.objects.create(person=alice, target=record)
    return alice


def test_the_page_costs_a_bounded_number_of_queries(
    busy_alice: Person,
    client_for: Callable[[Person], Client],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_for(busy_alice)
    text_of(client)
    ContentType.objects.get_for_model(Touch)
    # 25 queries, and the savepoint of the request inside the test's transaction.
    with django_assert_max_num_queries(25 + 2):
        page = text_of(client)
    for words in ("すること", "ルール3", "記事", "困りごと", "新しい仲間"):
        assert words in page


def test_a_colleague_from_elsewhere_on_my_topics_is_named(
    alice_client: Client,
    alice: Person,
    bob: Person,
    help_topic: Topic,
    make_article: MakeArticle,
) -> None:
    AskMe.objects.create(person=alice, topic=help_topic)
    make_article(alice, "わたしのヘルプ", topic=help_topic)
    for number in range(6):
        make_article(bob, f"ヘルプ検索{number}", topic=help_topic)
    page = text_of(alice_client)
    assert "ほかの部署で、あなたと同じ「ヘルプ」に関わっている人" in page
    assert f"{bob.name}さん" in page
    set_aside(help_topic, by=bob)
    assert "に関わっている人" not in text_of(alice_client)
