"""A merge of topics can be taken back for 30 days: both are as they were, and what came since stays."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kb.articles.models import Article
from kb.engagement.models import Comment, Follow, Notification
from kb.foundation.models import AuditEntry
from kb.portal.models import FeedAddress, FirstRead
from kb.portal.tasks import empty_bin
from kb.search import outbox
from kb.topics import merging
from kb.topics.models import Topic, TopicItem, TopicMerge, TopicSynonym
from people.models import AskMe, Endorsement, Person, TopicSteward
from people.stances import TopicStance

ClientFor = Callable[[Person], Client]


@pytest.fixture
def invoice(db: None) -> Topic:
    topic: Topic = Topic.objects.create(name="請求書")
    return topic


@pytest.fixture
def billing(db: None) -> Topic:
    topic: Topic = Topic.objects.create(name="請求と入金")
    return topic


@pytest.fixture
def steward(alice: Person, invoice: Topic, client_for: ClientFor) -> Client:
    """alice, who looks after the topic that goes."""
    TopicSteward.objects.create(person=alice, topic=invoice)
    return client_for(alice)


def article_about(person: Person, title: str, *topics: Topic) -> Article:
    article = Article.objects.create(title=title, author=person, published_at=timezone.now())
    article.topics.add(*topics)
    return article


def merge_by_form(client: Client, topic: Topic, into: Topic) -> str:
    """The page after the merge."""
    data = {"into": into.name, "confirmed": "1"}
    answer = client.post(f"{topic.get_absolute_url()}merge/", data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def undo_address(topic: Topic) -> str:
    return f"/merges/topics/{topic.merges.get(undone_at=None).pk}/undo/"


def undo(client: Client, topic: Topic) -> str:
    answer = client.post(undo_address(topic), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_around(*topics: Topic) -> list[Any]:
    """Every row of every app that leads to one of the topics, and the topics, column by column."""
    rows: list[Any] = list(Topic.objects.filter(pk__in=[topic.pk for topic in topics]).values())
    models: list[Any] = [TopicSynonym, TopicItem, AskMe, TopicSteward, Endorsement, TopicStance]
    for model in (*models, FirstRead, Follow, Comment):
        rows += [(model.__name__, *row) for row in model.objects.order_by("pk").values_list()]
    return rows


@pytest.fixture
def full(alice: Person, bob: Person, invoice: Topic, billing: Topic) -> Article:
    """Everything that can hang on a topic, part of it on both."""
    above = Topic.objects.create(name="お金")
    Topic.objects.filter(pk=invoice.pk).update(parent=above)
    invoice.refresh_from_db()
    Topic.objects.create(name="再発行", parent=invoice)
    TopicSynonym.objects.create(topic=invoice, word="インボイス")
    one = article_about(alice, "請求書を送り直す", invoice)
    article_about(alice, "入金を確かめる", invoice, billing)
    FirstRead.objects.create(topic=invoice, article=one, chosen_by=bob)
    for person, topic in ((bob, invoice), (bob, billing), (alice, invoice)):
        AskMe.objects.create(person=person, topic=topic, note=f"{topic.name}のこと")
        Follow.objects.create(person=person, target=topic)
    TopicStance.objects.create(person=bob, topic=invoice, kind="handed_over", to=alice)
    Endorsement.objects.create(person=bob, topic=invoice, endorsed_by=alice, words="助かりました")
    Comment.objects.create(author=bob, target=invoice, body="名前を変えませんか")
    return one


def test_the_toast_takes_a_merge_back_and_everything_is_as_it_was(
    steward: Client, full: Article, invoice: Topic, billing: Topic
) -> None:
    before = rows_around(invoice, billing)
    page = merge_by_form(steward, invoice, billing)
    assert f'action="{undo_address(invoice)}"' in page
    assert not TopicItem.objects.filter(tag=invoice).exists()
    assert not Follow.objects.on(invoice).exists()
    assert rows_around(invoice, billing) != before
    assert "「請求書」を元に戻しました。" in undo(steward, invoice)
    assert rows_around(invoice, billing) == before
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")][-2:] == [
        "topic.merge",
        "topic.merge_undo",
    ]


def test_follows_and_comments_go_along_and_double_follows_become_one(
    steward: Client, full: Article, alice: Person, bob: Person, invoice: Topic, billing: Topic
) -> None:
    merge_by_form(steward, invoice, billing)
    followers = Follow.objects.on(billing).values_list("person__login", flat=True)
    assert sorted(followers) == ["alice", "bob"]
    assert Comment.objects.on(billing).count() == 1


def test_what_came_after_the_merge_stays_with_the_topic_that_went_on(
    steward: Client, full: Article, alice: Person, bob: Person, invoice: Topic, billing: Topic
) -> None:
    merge_by_form(steward, invoice, billing)
    later = article_about(bob, "あとから書いた", billing)
    TopicSynonym.objects.create(topic=billing, word="売掛")
    undo(steward, invoice)
    assert list(later.topics.all()) == [billing]
    assert list(billing.synonyms.values_list("word", flat=True)) == ["売掛"]
    assert list(full.topics.all()) == [invoice]


def test_what_somebody_changed_since_stays_and_is_named(
    steward: Client, full: Article, invoice: Topic, billing: Topic
) -> None:
    merge_by_form(steward, invoice, billing)
    child = Topic.objects.get(name="再発行")
    child.parent = None
    child.save()
    page = undo(steward, invoice)
    assert "あとから変わったものは残しました：再発行" in page
    child.refresh_from_db()
    assert child.parent is None


def test_the_old_address_leads_on_and_opens_again_after_the_undo(
    steward: Client, invoice: Topic, billing: Topic
) -> None:
    merge_by_form(steward, invoice, billing)
    # 301 would be kept by the browser and lead away from the parted topic.
    assert steward.get(invoice.get_absolute_url()).status_code == 302
    undo(steward, invoice)
    assert steward.get(invoice.get_absolute_url()).status_code == 200


def test_feeds_and_lists_of_the_old_topic_show_the_new_one(
    steward: Client, alice: Person, invoice: Topic, billing: Topic
) -> None:
    article = article_about(alice, "送り直しの手順", invoice)
    AskMe.objects.create(person=alice, topic=invoice)
    feed = FeedAddress.objects.create(person=alice, secret="s" * 40)
    merge_by_form(steward, invoice, billing)
    atom = Client().get(f"/feeds/{feed.secret}/topics/{invoice.pk}.atom").content.decode()
    assert article.title in atom
    listed = steward.get("/people/", {"topic": invoice.slug}).content.decode()
    assert "テーマ：請求と入金" in listed
    assert alice.yomi in listed


def test_the_page_of_the_target_offers_the_way_back_for_thirty_days(
    steward: Client, client_for: ClientFor, bob: Person, invoice: Topic, billing: Topic
) -> None:
    merge_by_form(steward, invoice, billing)
    address = undo_address(invoice)
    page = billing.get_absolute_url()
    assert address in steward.get(page).content.decode()
    assert address not in client_for(bob).get(page).content.decode()
    TopicMerge.objects.update(merged_at=timezone.now() - dt.timedelta(days=29))
    empty_bin()
    assert address in steward.get(page).content.decode()
    TopicMerge.objects.update(merged_at=timezone.now() - dt.timedelta(days=31))
    assert address not in steward.get(page).content.decode()
    assert "30日が過ぎています" in steward.post(address, follow=True).content.decode()
    empty_bin()
    assert not TopicMerge.objects.exists()
    invoice.refresh_from_db()
    assert invoice.merged_into == billing


def test_a_merge_is_taken_back_once(steward: Client, invoice: Topic, billing: Topic) -> None:
    merge_by_form(steward, invoice, billing)
    address = undo_address(invoice)
    steward.post(address)
    assert "もう元に戻されたか" in steward.post(address, follow=True).content.decode()


def test_colleagues_leavers_and_strangers_part_nothing(
    steward: Client,
    client_for: ClientFor,
    bob: Person,
    charlie: Person,
    invoice: Topic,
    billing: Topic,
) -> None:
    merge_by_form(steward, invoice, billing)
    address = undo_address(invoice)
    assert client_for(bob).post(address).status_code == 403
    assert client_for(bob).get(address).status_code == 405
    assert client_for(charlie).post(address)["Location"].startswith("/login/")
    assert Client().post(address)["Location"].startswith("/login/")
    invoice.refresh_from_db()
    assert invoice.merged_into == billing


def test_whoever_looks_after_a_topic_or_follows_it_is_told(
    steward: Client, bob: Person, charlie: Person, invoice: Topic, billing: Topic
) -> None:
    for person in (bob, charlie):
        TopicSteward.objects.create(person=person, topic=billing)
    merge_by_form(steward, invoice, billing)
    notice = Notification.objects.get()
    assert notice.person == bob
    assert "「請求書」を「請求と入金」にまとめました" in notice.text
    assert notice.url.startswith(billing.get_absolute_url())
    undo(steward, invoice)
    assert "元に戻しました" in Notification.objects.exclude(pk=notice.pk).get().text


def test_the_search_follows_the_merge_and_the_undo(
    search_index: Any, steward: Client, alice: Person, invoice: Topic, billing: Topic
) -> None:
    article = article_about(alice, "送り直しの手順", invoice)
    TopicSynonym.objects.create(topic=invoice, word="インボイス")
    outbox.drain()

    def topics_found(word: str) -> set[str]:
        outbox.drain()
        page = steward.get("/search/", {"q": word, "kind": "topic"}).content.decode()
        return {topic.name for topic in (invoice, billing) if topic.get_absolute_url() in page}

    def is_found_with(topic: Topic) -> bool:
        outbox.drain()
        query = {"q": "送り直し", "topic": topic.slug}
        return article.get_absolute_url() in steward.get("/search/", query).content.decode()

    assert topics_found("インボイス") == {"請求書"}
    merge_by_form(steward, invoice, billing)
    assert topics_found("インボイス") == {"請求と入金"}
    assert is_found_with(billing)
    undo(steward, invoice)
    assert topics_found("インボイス") == {"請求書"}
    assert (is_found_with(invoice), is_found_with(billing)) == (True, False)


# --- Several merges -----------------------------------------------------------------------------


def test_a_record_of_two_merged_topics_keeps_the_target_when_one_of_them_parts(
    alice: Person, invoice: Topic, billing: Topic
) -> None:
    third = Topic.objects.create(name="請求")
    article = article_about(alice, "請求の手順", invoice, third)
    first = merging.merge(invoice, billing, by=alice)
    merging.merge(third, billing, by=alice)
    merging.undo_merge(first, by=alice)
    assert set(article.topics.all()) == {invoice, billing}


def test_the_first_of_two_merges_in_a_row_can_be_taken_back(
    alice: Person, invoice: Topic, billing: Topic
) -> None:
    end = Topic.objects.create(name="経理")
    one, two = article_about(alice, "一", invoice), article_about(alice, "二", billing)
    first = merging.merge(invoice, billing, by=alice)
    second = merging.merge(billing, end, by=alice)
    merging.undo_merge(first, by=alice)
    assert (list(one.topics.all()), list(two.topics.all())) == ([invoice], [end])
    merging.undo_merge(second, by=alice)
    assert (list(one.topics.all()), list(two.topics.all())) == ([invoice], [billing])
    assert not TopicSynonym.objects.exists()


def test_parting_leaves_no_circle_of_topics(alice: Person, invoice: Topic, billing: Topic) -> None:
    above = Topic.objects.create(name="お金")
    Topic.objects.filter(pk=invoice.pk).update(parent=above)
    child = Topic.objects.create(name="再発行", parent_id=invoice.pk)
    merged = merging.merge(Topic.objects.get(pk=invoice.pk), billing, by=alice)
    Topic.objects.filter(pk=above.pk).update(parent=child)
    merging.undo_merge(merged, by=alice)
    invoice.refresh_from_db()
    assert invoice.parent is None


def test_what_is_gone_for_good_by_now_hinders_nobody(
    alice: Person, bob: Person, invoice: Topic, billing: Topic
) -> None:
    article = article_about(alice, "古いメモ", invoice, billing)
    for topic in (invoice, billing):
        FirstRead.objects.create(topic=topic, article=article)
    merged = merging.merge(invoice, billing, by=alice)
    article.delete()
    merging.undo_merge(merged, by=alice)
    assert not FirstRead.objects.exists()
    assert not TopicItem.objects.filter(tag=invoice).exists()


# --- Operators ----------------------------------------------------------------------------------


@pytest.fixture
def operator(bob: Person, client_for: ClientFor) -> Client:
    bob.is_staff = bob.is_superuser = True
    bob.save()
    return client_for(bob)


def test_operators_part_several_at_once_from_their_list(
    operator: Client, alice: Person, invoice: Topic, billing: Topic
) -> None:
    third = Topic.objects.create(name="請求")
    for topic in (invoice, third):
        merging.merge(topic, billing, by=alice)
    address = "/admin/topics/topicmerge/"
    assert "請求書" in operator.get(address).content.decode()
    chosen = [merged.pk for merged in TopicMerge.objects.all()]
    page = operator.post(address, {"action": "part", "_selected_action": chosen}, follow=True)
    assert "「請求書」を元に戻しました。" in page.content.decode()
    assert not Topic.objects.exclude(merged_into=None).exists()
    assert "請求書" not in operator.get(address, {"standing": "yes"}).content.decode()
    assert "請求書" in operator.get(address, {"standing": "no"}).content.decode()
    again = operator.post(address, {"action": "part", "_selected_action": chosen}, follow=True)
    assert "もう元に戻されたか" in again.content.decode()


def test_operators_merge_by_merging_alone_and_delete_only_what_is_unused(
    operator: Client, alice: Person, invoice: Topic, billing: Topic
) -> None:
    form = operator.get(f"/admin/topics/topic/{invoice.pk}/change/").content.decode()
    assert 'name="merged_into"' not in form
    merging.merge(invoice, billing, by=alice)
    for topic in (invoice, billing):
        assert operator.post(f"/admin/topics/topic/{topic.pk}/delete/").status_code == 403
    unused = Topic.objects.create(name="使わない言葉")
    assert operator.get(f"/admin/topics/topic/{unused.pk}/delete/").status_code == 200
