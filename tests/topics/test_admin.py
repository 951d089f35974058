"""The operators' list of topics: unused ones are found, merged and deleted with one click."""

from collections.abc import Callable

import pytest
from django.test import Client

from kb.articles.models import Article
from kb.foundation.models import AuditEntry
from kb.topics.models import Topic
from people.models import AskMe, Person

pytestmark = pytest.mark.django_db
LIST = "/admin/topics/topic/"


@pytest.fixture
def operator(client_for: Callable[[Person], Client], alice: Person) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return client_for(alice)


def act(client: Client, action: str, *topics: Topic) -> str:
    chosen = {"action": action, "_selected_action": [topic.pk for topic in topics]}
    return client.post(LIST, chosen, follow=True).content.decode()


def used(alice: Person, name: str) -> Topic:
    topic: Topic = Topic.objects.create(name=name)
    Article.objects.create(author=alice, title=f"{name}の手順").topics.add(topic)
    return topic


def test_unused_topics_are_listed(operator: Client, alice: Person) -> None:
    used(alice, "請求書")
    Topic.objects.create(name="使わない言葉")
    page = operator.get(LIST, {"use": "unused"}).content.decode()
    assert "使わない言葉" in page
    assert "請求書</a>" not in page


def test_only_what_nothing_hangs_on_is_deleted(
    operator: Client, alice: Person, bob: Person
) -> None:
    kept, offered = used(alice, "請求書"), Topic.objects.create(name="聞かれる")
    AskMe.objects.create(person=bob, topic=offered)
    unused = Topic.objects.create(name="使わない言葉")
    page = act(operator, "delete_unused", kept, offered, unused)
    assert set(Topic.objects.all()) == {kept, offered}
    assert "使われているので残しました" in page


def test_the_chosen_become_the_one_with_most_records(operator: Client, alice: Person) -> None:
    few, many = Topic.objects.create(name="インボイス制度"), used(alice, "インボイス")
    page = act(operator, "merge_chosen", few, many)
    few.refresh_from_db()
    assert few.merged_into == many
    assert "まとめました" in page
    assert "2つ以上" in act(operator, "merge_chosen", many)


def test_a_topic_is_merged_after_a_look_at_what_moves(operator: Client, alice: Person) -> None:
    few, many = used(alice, "請求"), used(alice, "請求書")
    address = f"{few.get_absolute_url()}merge/"
    assert operator.get(address).status_code == 200
    preview = operator.post(address, {"into": "請求書"}).content.decode()
    assert "記事 1" in preview
    few.refresh_from_db()
    assert few.merged_into is None
    answer = operator.post(address, {"into": "請求書", "confirmed": "1"}, follow=True)
    assert "まとめました" in answer.content.decode()
    few.refresh_from_db()
    assert few.merged_into == many
    assert AuditEntry.objects.filter(action="topic.merge", person=alice).exists()


@pytest.mark.parametrize("into", ["", "ないテーマ", "請求書", "x" * 300])
def test_a_target_that_does_not_do_is_refused_and_kept(
    operator: Client, alice: Person, into: str
) -> None:
    topic = used(alice, "請求書")
    answer = operator.post(f"{topic.get_absolute_url()}merge/", {"into": into, "confirmed": "1"})
    assert answer.status_code == 422
    topic.refresh_from_db()
    assert topic.merged_into is None


def test_colleagues_and_leavers_merge_nothing(
    client_for: Callable[[Person], Client], alice: Person, bob: Person, charlie: Person
) -> None:
    topic, other = used(alice, "請求"), used(alice, "請求書")
    chosen = {"into": other.name, "confirmed": "1"}
    address = f"{topic.get_absolute_url()}merge/"
    assert client_for(bob).post(address, chosen).status_code == 403
    assert client_for(charlie).post(address, chosen)["Location"].startswith("/login/")
    assert Client().post(address, chosen)["Location"].startswith("/login/")
    topic.refresh_from_db()
    assert topic.merged_into is None
