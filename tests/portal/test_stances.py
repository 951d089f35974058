"""「もう担当していません」: only oneself, respected wherever people are proposed, taken back at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kb.articles.models import Article
from kb.engagement.models import Notification
from kb.portal.knowhow import sole_knowers
from kb.search import outbox
from kb.search.engine import search, who_knows
from kb.search.query import SearchQuery
from kb.topics.models import Topic
from people.models import AskMe, Person, Responsibility
from people.services import leave, set_aside, take_up_again
from people.stances import TopicStance

MakeArticle = Callable[..., Article]
ASIDE = "/topics/ヘルプ/aside/"
TAKE_UP = "/topics/ヘルプ/take-up/"


@pytest.fixture(autouse=True)
def written(search_index: Any, alice: Person, help_topic: Topic, make_article: MakeArticle) -> None:
    """alice has written about the topic."""
    for number in range(3):
        make_article(alice, f"ヘルプの直し方{number}", topic=help_topic)
    outbox.drain()


def named(topic: Topic) -> list[str]:
    return [knower.person.login for knower in who_knows(topic=topic).people]


def test_a_hidden_topic_is_gone_from_the_page_and_from_the_proposals(
    alice_client: Client, bob_client: Client, alice: Person, help_topic: Topic
) -> None:
    AskMe.objects.create(person=alice, topic=help_topic, note="いつでもどうぞ。")
    assert named(help_topic) == ["alice"]
    answer = alice_client.post(ASIDE, {"to": ""}, follow=True)
    assert "「ヘルプ」を、くわしいことから外しました。" in answer.content.decode()
    assert named(help_topic) == []
    assert who_knows(text="ヘルプ").people == ()
    own, others = (
        client.get(f"/people/{alice.pk}/").content.decode() for client in (alice_client, bob_client)
    )
    assert "あなたにだけ見えています" in own
    assert "くわしいことから外しています" not in others
    topic_page = bob_client.get(help_topic.get_absolute_url()).content.decode()
    assert "いつでもどうぞ。" not in topic_page
    listed = bob_client.get("/people/", {"topic": help_topic.slug}).content.decode()
    assert alice.yomi not in listed


def test_whoever_took_over_is_named_with_the_reason(
    alice_client: Client, bob_client: Client, alice: Person, bob: Person, help_topic: Topic
) -> None:
    answer = alice_client.post(ASIDE, {"to": bob.pk}, follow=True)
    assert "坊城さんに引き継ぎました" in answer.content.decode()
    (knower,) = who_knows(topic=help_topic).people
    assert (knower.person, knower.why) == (bob, "有栖川さんから、このテーマを引き継ぎました。")
    assert "有栖川さんから引き継ぎました" in bob_client.get(f"/people/{bob.pk}/").content.decode()
    assert "坊城 武さんに聞いてください" in bob_client.get(f"/people/{alice.pk}/").content.decode()
    assert "有栖川さんから、このテーマを引き継ぎました。" in bob_client.get(
        help_topic.get_absolute_url()
    ).content.decode()  # fmt: skip
    listed = bob_client.get("/people/", {"topic": help_topic.slug}).content.decode()
    assert f"{alice.name}さんから引き継ぎました。" in listed
    assert alice.yomi not in listed


def test_a_successor_with_evidence_keeps_their_own_reason(
    alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    make_article(bob, "ヘルプ検索", topic=help_topic)
    outbox.drain()
    set_aside(help_topic, by=alice, to=bob)
    (knower,) = who_knows(topic=help_topic).people
    assert knower.why == (
        "有栖川さんから、このテーマを引き継ぎました。「ヘルプ検索」を書いた人です。"
    )


def test_the_toast_takes_it_back(alice_client: Client, alice: Person, help_topic: Topic) -> None:
    page = alice_client.post(ASIDE, {"to": ""}, follow=True).content.decode()
    assert "take-up/" in page
    alice_client.post(TAKE_UP)
    assert named(help_topic) == ["alice"]
    assert not TopicStance.objects.exists()


def test_other_topics_stay(alice: Person, help_topic: Topic, make_article: MakeArticle) -> None:
    other = Topic.objects.create(name="請求書")
    make_article(alice, "請求書の出し方", topic=other)
    outbox.drain()
    set_aside(help_topic, by=alice)
    assert named(other) == ["alice"]


def test_one_speaks_for_oneself_alone(
    bob_client: Client, alice: Person, bob: Person, help_topic: Topic
) -> None:
    set_aside(help_topic, by=alice)
    bob_client.post(TAKE_UP)
    assert TopicStance.objects.get().person == alice
    bob_client.post(ASIDE, {"to": ""})
    assert set(TopicStance.objects.values_list("person", flat=True)) == {alice.pk, bob.pk}
    take_up_again(help_topic, by=alice)
    assert TopicStance.objects.get().person == bob
    assert "もう担当していません" not in bob_client.get(f"/people/{alice.pk}/").content.decode()


def test_nobody_hands_over_to_themselves_or_to_a_leaver(
    alice_client: Client, alice: Person, charlie: Person
) -> None:
    for pk in (alice.pk, charlie.pk, 0, "x"):
        answer = alice_client.post(ASIDE, {"to": pk})
        assert answer.status_code == 422
        assert "field__error" in answer.content.decode() or "error" in answer.content.decode()
    assert not TopicStance.objects.exists()


def test_a_successor_who_left_or_set_it_aside_too_is_not_named(
    alice: Person, bob: Person, help_topic: Topic
) -> None:
    set_aside(help_topic, by=alice, to=bob)
    set_aside(help_topic, by=bob)
    assert named(help_topic) == []
    take_up_again(help_topic, by=bob)
    assert named(help_topic) == ["bob"]
    leave(bob, by=alice)
    assert named(help_topic) == []


def test_looking_changes_nothing(alice_client: Client) -> None:
    assert alice_client.get(ASIDE).status_code == 200
    assert alice_client.get(TAKE_UP).status_code == 405
    assert alice_client.get("/topics/ない/aside/").status_code == 404
    assert not TopicStance.objects.exists()


@pytest.mark.parametrize("address", [ASIDE, TAKE_UP])
def test_leavers_and_visitors_say_nothing(
    client: Client, charlie: Person, client_for: Callable[[Person], Client], address: str
) -> None:
    for outside in (client, client_for(charlie)):
        answer = outside.post(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")
    assert not TopicStance.objects.exists()


def test_the_plain_search_asks_the_successor_too(
    alice: Person, bob: Person, help_topic: Topic
) -> None:
    assert alice.department is not None
    chore = Responsibility.objects.create(
        name="ヘルプの更新", department=alice.department, main=alice
    )
    outbox.drain()
    query = SearchQuery(text="ヘルプの更新はだれですか")
    assert search(query).who.people[0].person == alice
    set_aside(help_topic, by=alice, to=bob)
    who = search(query).who
    assert [knower.person for knower in who.people] == [bob]
    assert "引き継ぎました" in who.people[0].why
    assert [(shown.pk, shown.main) for shown in who.responsibilities] == [(chore.pk, bob)]
    set_aside(help_topic, by=alice)
    who = search(query).who
    assert who.people == ()
    assert who.responsibilities[0].main is None


def test_whoever_takes_over_is_told_once(
    alice_client: Client, alice: Person, bob: Person, help_topic: Topic
) -> None:
    alice_client.post(ASIDE, {"to": bob.pk})
    alice_client.post(ASIDE, {"to": bob.pk})
    (told,) = Notification.objects.filter(person=bob)
    assert told.kind == Notification.Kind.HANDOVER
    assert told.text == "有栖川 玲さんから、テーマ「ヘルプ」を引き継ぎました。"
    assert told.url == help_topic.get_absolute_url()
    assert not Notification.objects.filter(person=alice).exists()


def test_who_set_a_topic_aside_is_not_its_only_knower(
    alice: Person, bob: Person, help_topic: Topic
) -> None:
    assert [known.topic for known in sole_knowers([alice])] == [help_topic]
    set_aside(help_topic, by=alice)
    assert sole_knowers([alice]) == []
    take_up_again(help_topic, by=alice)
    set_aside(help_topic, by=bob, to=alice)
    assert [known.topic for known in sole_knowers([alice])] == [help_topic]
