"""Comments, 助かった, フォロー, 読みました: small POSTs with a way back."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb.articles.models import Article
from kb.articles.services import create_article, delete_article
from kb.engagement.mentions import people_named, topics_named
from kb.engagement.models import Comment, Follow, Notification, Thanks
from kb.engagement.services import add_comment
from kb.topics.models import Topic, TopicSynonym
from people.models import Person
from tests.conftest import make_person

ClientFor = Callable[[Person], Client]
LABEL = "articles.article"


@pytest.fixture
def note(alice: Person) -> Article:
    return create_article(by=alice, kind="note", title="ノート", body="本文")


@pytest.fixture
def his(client_for: ClientFor, bob: Person) -> Client:
    return client_for(bob)


def test_a_comment_sent_twice_is_one_comment(note: Article, his: Client) -> None:
    sent = {"body": "気づいたこと", "form_key": str(uuid.uuid4())}
    address = reverse("comment_create", args=[LABEL, note.pk])
    assert his.post(address, sent)["Location"] == his.post(address, sent)["Location"]
    assert Comment.objects.count() == 1


def test_an_empty_comment_is_refused_in_words(note: Article, his: Client) -> None:
    answer = his.post(reverse("comment_create", args=[LABEL, note.pk]), {"body": "  "})
    assert answer.status_code == 422
    assert "コメントが空です" in answer.content.decode()


def test_only_its_author_changes_a_comment_and_the_newly_named_hear_of_it(
    note: Article, alice: Person, bob: Person, charlie: Person, client_for: ClientFor, his: Client
) -> None:
    def told(person: Person, kind: str) -> int:
        return Notification.objects.filter(person=person, kind=kind).count()

    dan = make_person("dan", "壇 直", "だん なお", alice.memberships.get().department)
    comment = add_comment(note, "@有栖川玲 見てください", by=bob)
    address = reverse("comment_edit", args=[comment.pk])
    for client in (client_for(alice), client_for(charlie), Client()):
        assert client.get(address).status_code in (302, 404)
        assert client.post(address, {"body": "よその人"}).status_code in (302, 404)
    page = his.get(note.get_absolute_url()).content.decode()
    assert address in page
    assert "（直しました）" not in page
    assert "@有栖川玲 見てください" in his.get(address).content.decode()
    assert his.post(address, {"body": " "}).status_code == 422
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=5)):
        his.post(address, {"body": "@有栖川玲 @壇直 ご確認ください"})
    comment.refresh_from_db()
    assert "ご確認ください" in comment.body_html
    page = client_for(alice).get(note.get_absolute_url()).content.decode()
    assert "（直しました）" in page
    assert address not in page
    assert (told(alice, "mention"), told(dan, "mention")) == (1, 1)
    assert told(alice, "comment") == 0
    his.post(reverse("comment_delete", args=[comment.pk]))
    assert his.get(address).status_code == 404


def test_only_its_author_takes_a_comment_away_and_back(
    note: Article, alice: Person, bob: Person, his: Client, client_for: ClientFor
) -> None:
    comment = add_comment(note, "消すかもしれない", by=bob)
    assert client_for(alice).post(reverse("comment_delete", args=[comment.pk])).status_code == 404
    his.post(reverse("comment_delete", args=[comment.pk]))
    assert not Comment.objects.visible().exists()
    his.post(reverse("comment_restore", args=[comment.pk]))
    assert Comment.objects.visible().get() == comment


def test_thanks_are_given_once_with_words_added_later(note: Article, his: Client) -> None:
    address = reverse("thanks_give", args=[LABEL, note.pk])
    his.post(address)
    his.post(address, {"words": "電話が減りました"})
    assert Thanks.objects.get().words == "電話が減りました"
    his.post(reverse("thanks_take_back", args=[LABEL, note.pk]))
    assert not Thanks.objects.exists()


def test_thanks_show_names_and_words_never_a_number(
    note: Article, alice: Person, his: Client, client_for: ClientFor
) -> None:
    his.post(reverse("thanks_give", args=[LABEL, note.pk]), {"words": "電話が減りました"})
    page = client_for(alice).get(note.get_absolute_url()).content.decode()
    assert "「電話が減りました」 坊城さん" in page


def test_following_starts_and_stops(note: Article, his: Client) -> None:
    his.post(reverse("follow_start", args=[LABEL, note.pk]))
    his.post(reverse("follow_start", args=[LABEL, note.pk]))
    assert Follow.objects.count() == 1
    his.post(reverse("follow_stop", args=[LABEL, note.pk]))
    assert not Follow.objects.exists()


@pytest.mark.parametrize(
    "name", ["comment_create", "thanks_give", "follow_start", "reading_confirm"]
)
def test_what_one_may_not_see_takes_nothing(
    note: Article, alice: Person, charlie: Person, his: Client, client_for: ClientFor, name: str
) -> None:
    address = reverse(name, args=[LABEL, note.pk])
    assert his.get(address).status_code == 405
    for outsider in (Client(), client_for(charlie)):
        assert outsider.post(address, {"body": "x"}).status_code == 302
    delete_article(note, by=alice)
    assert his.post(address, {"body": "x"}).status_code == 404
    assert his.post(reverse(name, args=["people.membership", 1]), {"body": "x"}).status_code == 404
    assert not Comment.objects.exists()
    assert not Thanks.objects.exists()


def test_a_name_without_its_space_names_a_colleague_and_two_of_a_name_nobody(
    alice: Person, bob: Person, charlie: Person
) -> None:
    assert people_named(["有栖川玲さん", "bob"]) == {"有栖川玲": alice, "bob": bob}
    assert people_named(["茶谷理人"]) == {}
    Person.objects.create_user("reiko", name="有栖川 玲")
    assert people_named(["有栖川玲"]) == {}


@pytest.mark.django_db
def test_a_synonym_and_a_merged_topic_lead_to_the_topic_in_use() -> None:
    topic = Topic.objects.create(name="ヘルプ")
    old = Topic.objects.create(name="ヘルプ画面", merged_into=topic)
    TopicSynonym.objects.create(topic=topic, word="使い方ページ")
    named = topics_named(["ヘルプ画面", "使い方ページ"])
    assert (named["ヘルプ画面"], named["使い方ページ"]) == (topic, topic)
    assert old.merged_into == topic
