"""Where no recent article joins two departments, any other work on the same topic does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from customers.models import Touch
from kb.articles.models import Article
from kb.portal.neighbours import about_writers, neighbour_of
from kb.search import outbox
from kb.topics.models import Topic
from people.models import AskMe, Person
from people.services import leave, set_aside
from tests.conftest import make_person

MakeTouch = Callable[..., Touch]
WORDS = "ほかの部署で、あなたと同じ「ヘルプ」に関わっている人"


@pytest.fixture
def touched(
    search_index: Any, alice: Person, bob: Person, help_topic: Topic, make_touch: MakeTouch
) -> Topic:
    """alice offers the topic; bob has talked with a customer about it."""
    AskMe.objects.create(person=alice, topic=help_topic)
    make_touch(bob, "開き方を聞かれた").topics.add(help_topic)
    outbox.drain()
    return help_topic


def home(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_talked_with_customers_about_my_topic_is_named(
    touched: Topic, alice_client: Client, bob: Person
) -> None:
    page = home(alice_client)
    assert WORDS in page
    assert f"{bob.name}さん" in page
    assert "お客さまとのやりとり1件を記録しています。" in page


def test_whoever_asked_is_not_said_to_have_written(
    alice: Person, bob: Person, help_topic: Topic, make_article: Callable[..., Article]
) -> None:
    make_article(bob, "ヘルプはどこですか", kind="question", topic=help_topic)
    assert alice.department is not None
    own = about_writers([help_topic.pk], [alice.department.pk])
    articles = list(Article.objects.annotate(**own).select_related("author"))
    found = neighbour_of(articles, [help_topic.pk])
    assert found is not None
    assert (found.person, found.text) == (bob, "「ヘルプはどこですか」を質問した人です。")


def test_neither_mates_nor_leavers_nor_who_set_it_aside_are_named(
    touched: Topic, alice_client: Client, alice: Person, bob: Person, make_touch: MakeTouch
) -> None:
    assert alice.department is not None
    mate = make_person("dora", "堂本 楽", "どうもと らく", alice.department)
    for _number in range(3):
        make_touch(mate, "開き方を聞かれた").topics.add(touched)
    outbox.drain()
    assert f"{bob.name}さん" in home(alice_client)
    set_aside(touched, by=bob)
    assert WORDS not in home(alice_client)
    bob.stances.all().delete()
    leave(bob, by=alice)
    assert WORDS not in home(alice_client)


def test_the_way_around_costs_few_queries(
    touched: Topic, alice_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    home(alice_client)
    with django_assert_max_num_queries(32):
        assert WORDS in home(alice_client)
