"""Completion of @people and #topics: two kana of a reading, or one kanji, are enough."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from kb.search.readings import readings_of
from kb.topics.models import Topic, TopicSynonym
from people.models import Person

ClientFor = Callable[[Person], Client]


@pytest.fixture
def ask(client_for: ClientFor, alice: Person) -> Callable[[str, str], list[str]]:
    def names(view: str, words: str) -> list[str]:
        answer = client_for(alice).get(reverse(view), {"q": words})
        return [line["title"] for line in answer.json()]

    return names


@pytest.fixture
def topics(alice: Person) -> None:
    for name in ("経費精算", "クラウドの費用", "SBOM", "採用"):
        Topic.objects.create(name=name)
    TopicSynonym.objects.create(topic=Topic.objects.get(name="SBOM"), word="部品表")


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("けい", ["経費精算"]),
        ("ケイヒ", ["経費精算"]),
        ("けいひせいさん", ["経費精算"]),
        ("ひよう", ["クラウドの費用"]),
        ("くら", ["クラウドの費用"]),
        ("ひ", []),
        ("く", ["クラウドの費用"]),
        ("ぶひん", ["SBOM"]),
        ("費", ["経費精算", "クラウドの費用"]),
        ("採", ["採用"]),
        ("んん", []),
    ],
)
def test_topics_without_a_reading_are_found_by_it(
    ask: Callable[[str, str], list[str]], words: str, found: list[str]
) -> None:
    assert ask("topic_suggest", words) == found


def test_the_reading_that_an_admin_gives_counts(ask: Callable[[str, str], list[str]]) -> None:
    Topic.objects.create(name="明日香", yomi="みょうにちか")
    assert ask("topic_suggest", "みょう") == ["明日香"]
    assert ask("topic_suggest", "あす") == []


def test_colleagues_without_a_reading_are_found_by_the_usual_one(
    ask: Callable[[str, str], list[str]], charlie: Person
) -> None:
    Person.objects.create_user("tanaka", name="田中 花子", yomi="")
    Person.objects.create_user("sato", name="佐藤 健", yomi="さとう たけし")
    Person.objects.filter(pk=charlie.pk).update(name="田中 退", yomi="")
    assert ask("person_suggest", "たな") == ["田中 花子"]
    assert ask("person_suggest", "さと") == ["佐藤 健"]
    Person.objects.create_user("toudou", name="藤堂 恵", yomi="とうどう めぐみ")
    assert ask("person_suggest", "藤") == ["藤堂 恵", "佐藤 健"]


def test_names_are_read_from_each_word_to_the_end() -> None:
    assert readings_of("費用の精算") == ("ヒヨウノセーサン", "セーサン")
    assert readings_of("!?") == ()


def test_the_admin_page_says_how_a_topic_is_read(
    client_for: ClientFor, alice: Person, topics: None
) -> None:
    Person.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    topic = Topic.objects.get(name="経費精算")
    page = client_for(alice).get(reverse("admin:topics_topic_change", args=[topic.pk]))
    assert "けいひせいさん" in page.content.decode()
