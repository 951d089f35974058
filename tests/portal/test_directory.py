"""The directory: colleagues in reading order, found in any spelling; leavers never."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from kb.articles.models import Article
from kb.experts.models import Evidence
from kb.topics.models import Topic
from people.models import AskMe, Department, Membership, Person, Responsibility


def listing(client: Client, **params: str | int) -> str:
    answer = client.get("/people/", params)
    assert answer.status_code == 200
    return answer.content.decode()


def test_colleagues_stand_in_reading_order_and_leavers_do_not(
    alice_client: Client, alice: Person, bob: Person, charlie: Person
) -> None:
    page = listing(alice_client)
    assert page.index("有栖川 玲") < page.index("坊城 武")
    assert "茶谷" not in page


@pytest.mark.parametrize(
    "words", ["ぼうじょう", "ボウジョウ", "ﾎﾞｳｼﾞｮｳ", "坊城武", "坊城　武", "bob"]
)
def test_a_name_is_found_in_any_spelling(
    alice_client: Client, alice: Person, bob: Person, words: str
) -> None:
    page = listing(alice_client, q=words)
    assert "坊城 武" in page
    assert "ありすがわ れい" not in page


def test_the_rows_of_the_syllabary_narrow(alice_client: Client, alice: Person, bob: Person) -> None:
    page = listing(alice_client, kana="は")
    assert "坊城 武" in page
    assert "ありすがわ れい" not in page


def test_a_department_includes_its_teams(
    alice_client: Client, alice: Person, bob: Person, development_department: Department
) -> None:
    team = Department.objects.create(slug="qa", name="品質チーム", parent=development_department)
    tester = Person.objects.create_user("dora", name="堂本 楽", yomi="どうもと らく")
    Membership.objects.create(person=tester, department=team)
    page = listing(alice_client, department=development_department.pk)
    assert "堂本 楽" in page
    assert "坊城 武" in page
    assert "ありすがわ れい" not in page


def test_a_topic_finds_who_offers_and_who_has_written(
    alice_client: Client,
    alice: Person,
    bob: Person,
    help_topic: Topic,
    make_article: Callable[..., Article],
) -> None:
    AskMe.objects.create(person=alice, topic=help_topic)
    article = make_article(bob, "手引き", topic=help_topic)
    Evidence.objects.create(record=f"articles.article.{article.pk}", person=bob, role="author")
    Person.objects.create_user("dora", name="堂本 楽")
    page = listing(alice_client, topic=help_topic.slug)
    assert "有栖川 玲" in page
    assert "坊城 武" in page
    assert "堂本" not in page
    # Each card says why it stands under this topic.
    assert "「聞いてください」に挙げています。" in page
    assert "「手引き」を書きました。" in page


def test_words_that_find_nobody_are_looked_for_everywhere(alice_client: Client) -> None:
    assert "/search/?q=%E4%B8%83%26" in listing(alice_client, q="七&八")


def test_a_chore_a_language_and_the_first_day_narrow(
    alice_client: Client, alice: Person, bob: Person, development_department: Department
) -> None:
    chore = Responsibility.objects.create(
        name="一次受け", department=development_department, main=bob
    )
    Person.objects.filter(pk=bob.pk).update(
        languages="日本語、フランス語", joined_on=timezone.localdate() - dt.timedelta(days=10)
    )
    for params in ({"chore": chore.pk}, {"language": "フランス語"}, {"joined": "60"}):
        page = listing(alice_client, **params)
        assert "坊城 武" in page
        assert "ありすがわ れい" not in page
    assert "新しい仲間" in listing(alice_client)


def test_a_card_says_why_one_would_ask(
    alice_client: Client, bob: Person, help_topic: Topic, development_department: Department
) -> None:
    AskMe.objects.create(person=bob, topic=help_topic)
    Responsibility.objects.create(name="一次受け", department=development_department, main=bob)
    assert "一次受けの主担当。ヘルプのことは聞いてください。" in listing(alice_client)


@pytest.mark.parametrize(
    "params",
    [
        {"department": "x"},
        {"department": "9" * 40},
        {"chore": "-1"},
        {"topic": "ない"},
        {"kana": "ｘ"},
        {"joined": "1"},
        {"page": "zzz"},
        {"q": "\x00%_"},
        {"topic": "\x00"},
        {"language": "\x00"},
    ],
)
def test_an_address_that_means_nothing_is_no_error(
    alice_client: Client, params: dict[str, str]
) -> None:
    listing(alice_client, **params)


def test_no_match_leads_on(alice_client: Client) -> None:
    page = listing(alice_client, q="だれもいない")
    assert "当てはまる人が見つかりません" in page
    assert "全体からさがす" in page


def test_the_list_costs_the_same_for_many(
    alice_client: Client,
    development_department: Department,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        person = Person.objects.create_user(f"p{number}", name=f"人 {number}", yomi="ひと")
        Membership.objects.create(person=person, department=development_department)
    listing(alice_client)
    with django_assert_max_num_queries(24):
        assert listing(alice_client).count('class="face"') == 31


def test_colleagues_can_be_reached_by_thumb(
    alice_client: Client, bob: Person, settings: Settings
) -> None:
    settings.CHAT_ADDRESS = "https://chat.example.com/@{name}"
    Person.objects.filter(pk=bob.pk).update(extension="21 04", chat="bo b")
    page = alice_client.get("/people/").content.decode()
    for address in ("tel:2104", "mailto:bob@example.com", "https://chat.example.com/@bo%20b"):
        assert f'href="{address}"' in page
