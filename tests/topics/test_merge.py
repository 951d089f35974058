"""Two topics become one: nothing is lost, the old words and address still lead there."""

import pytest

from kb.articles.models import Article
from kb.topics import merging
from kb.topics.merging import CannotMerge
from kb.topics.models import Topic, TopicSynonym
from kb.topics.services import find
from people.models import AskMe, Person


@pytest.fixture
def invoice(db: None) -> Topic:
    topic: Topic = Topic.objects.create(name="請求書", slug="請求書")
    return topic


@pytest.fixture
def billing(db: None) -> Topic:
    topic: Topic = Topic.objects.create(name="請求と入金", slug="請求と入金")
    return topic


def merge(topic: Topic, into: Topic) -> Topic:
    goes_on: Topic = merging.merge(topic, into, by=None).into
    return goes_on


def article_about(person: Person, *topics: Topic) -> Article:
    article = Article.objects.create(title="請求書を送り直す", author=person)
    article.topics.add(*topics)
    return article


def test_records_move_to_the_target(alice: Person, invoice: Topic, billing: Topic) -> None:
    article = article_about(alice, invoice)
    merge(invoice, billing)
    assert list(article.topics.all()) == [billing]


def test_a_record_with_both_topics_keeps_one(alice: Person, invoice: Topic, billing: Topic) -> None:
    article = article_about(alice, invoice, billing)
    merge(invoice, billing)
    assert list(article.topics.all()) == [billing]


def test_the_old_name_and_its_synonyms_find_the_target(invoice: Topic, billing: Topic) -> None:
    TopicSynonym.objects.create(topic=invoice, word="インボイス")
    merge(invoice, billing)
    assert find("請求書") == find("インボイス") == billing


def test_offers_to_be_asked_move_and_double_ones_become_one(
    alice: Person, bob: Person, invoice: Topic, billing: Topic
) -> None:
    for person, topic in [(alice, invoice), (alice, billing), (bob, invoice)]:
        AskMe.objects.create(person=person, topic=topic)
    merge(invoice, billing)
    assert set(billing.ask_me.values_list("person__login", flat=True)) == {"alice", "bob"}
    assert not invoice.ask_me.exists()


def test_a_row_that_bears_the_number_of_the_target_moves_like_any_other(
    alice: Person, invoice: Topic, billing: Topic
) -> None:
    AskMe.objects.create(pk=billing.pk, person=alice, topic=invoice)
    merge(invoice, billing)
    assert billing.ask_me.get().person == alice


def test_topics_below_move_along(invoice: Topic, billing: Topic) -> None:
    child = Topic.objects.create(name="再発行", parent=invoice)
    merge(invoice, billing)
    child.refresh_from_db()
    assert child.parent == billing


def test_merging_into_a_topic_below_leaves_no_circle(invoice: Topic) -> None:
    child = Topic.objects.create(name="再発行", parent=invoice)
    merge(invoice, child)
    child.refresh_from_db()
    assert child.parent is None
    assert find("請求書") == child


def test_merging_into_what_was_merged_away_leads_to_its_end(invoice: Topic, billing: Topic) -> None:
    help_topic = Topic.objects.create(name="ヘルプ")
    merge(billing, help_topic)
    assert merge(invoice, billing) == help_topic


def test_a_topic_is_not_merged_into_itself(invoice: Topic, billing: Topic) -> None:
    merge(invoice, billing)
    with pytest.raises(CannotMerge):
        merge(billing, invoice)


def test_a_topic_of_signs_alone_has_an_address(db: None) -> None:
    assert Topic.objects.create(name="!?").slug
