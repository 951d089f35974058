"""A topic's page joins what is written with who knows; merged topics lead to their target."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from customers.models import Touch, Voice
from kb.articles.models import Article, ManualDetail
from kb.engagement.models import Follow
from kb.portal.models import FirstRead
from kb.search import outbox
from kb.topics.merging import merge
from kb.topics.models import Topic, TopicSynonym
from people.models import AskMe, Person, TopicSteward

MakeArticle = Callable[..., Article]


def page_of(client: Client, topic: Topic) -> str:
    answer = client.get(topic.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_japanese_address_opens_the_topic(alice_client: Client, help_topic: Topic) -> None:
    assert "ヘルプ記事のこと。" in page_of(alice_client, help_topic)
    for slug in ("ない", "a%00b", "%0A", "..", "a" * 500):
        assert alice_client.get(f"/topics/{slug}/").status_code == 404
    assert alice_client.get("/topics/?q=%00").status_code == 200


def test_a_merged_topic_leads_to_its_target(alice_client: Client, help_topic: Topic) -> None:
    old = Topic.objects.create(name="使い方")
    middle = Topic.objects.create(name="マニュアル類")
    merge(old, middle, by=None)
    merge(middle, help_topic, by=None)
    answer = alice_client.get("/topics/使い方/")
    assert (answer.status_code, answer["Location"]) == (302, f"/topics/{quote('ヘルプ')}/")


def test_the_list_is_a_tree_without_merged_topics_and_opens_by_synonym(
    alice_client: Client, help_topic: Topic
) -> None:
    Topic.objects.create(name="ヘルプ検索", parent=help_topic)
    merge(Topic.objects.create(name="旧ヘルプ"), help_topic, by=None)
    TopicSynonym.objects.create(topic=help_topic, word="FAQ")
    page = alice_client.get("/topics/").content.decode()
    assert "ヘルプ検索" in page
    assert "旧ヘルプ" not in page
    assert alice_client.get("/topics/", {"q": "faq"})["Location"].startswith("/topics/")
    assert (
        "というテーマはありません" in alice_client.get("/topics/", {"q": "焚き火"}).content.decode()
    )


def test_what_to_read_first_is_confirmed_until_a_steward_chooses(
    alice_client: Client, alice: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    official = make_article(alice, "公式の手引き", kind="manual", topic=help_topic)
    ManualDetail.objects.create(article=official, is_official=True)
    plain = make_article(alice, "ふつうの手引き", kind="manual", topic=help_topic)
    ManualDetail.objects.create(article=plain)
    page = page_of(alice_client, help_topic)
    assert "まだ選ばれていないので" in page
    assert page.count("公式の手引き") == 1
    FirstRead.objects.create(topic=help_topic, article=plain)
    chosen = page_of(alice_client, help_topic)
    assert "世話役が選びました" in chosen
    assert chosen.index("ふつうの手引き") < chosen.index("公式の手引き")


def test_records_of_every_kind_meet_and_deleted_ones_do_not(
    alice_client: Client,
    alice: Person,
    help_topic: Topic,
    make_article: MakeArticle,
    make_touch: Callable[..., Touch],
) -> None:
    for kind in ("rule", "manual", "question", "note"):
        make_article(alice, f"題名 {kind}", kind=kind, topic=help_topic)
    make_article(alice, "消した記事", topic=help_topic, deleted_at=timezone.now())
    touch = make_touch(alice, "開き方を聞かれた")
    touch.topics.add(help_topic)
    Voice.objects.create(touch=touch, quote="どこにあるのか分からない", kind="request")
    page = page_of(alice_client, help_topic)
    for words in ("題名 rule", "題名 question", "開き方を聞かれた", "どこにあるのか分からない"):
        assert words in page
    assert "消した記事" not in page


def test_of_many_records_of_a_kind_the_rest_is_one_link_away(
    alice_client: Client,
    alice: Person,
    help_topic: Topic,
    make_article: MakeArticle,
    make_touch: Callable[..., Touch],
) -> None:
    for number in range(6):
        make_article(alice, f"質問{number}", kind="question", topic=help_topic)
        make_touch(alice, f"開き方を聞かれた{number}").topics.add(help_topic)
    make_article(alice, "手引き", kind="manual", topic=help_topic)
    page = page_of(alice_client, help_topic)
    slug = quote(help_topic.slug)
    assert f"/search/?kind=question&amp;topic={slug}" in page
    assert f"/search/?kind=touch&amp;topic={slug}" in page
    assert "kind=manual" not in page
    assert page.count("開き方を聞かれた") == 5


def test_who_offers_to_be_asked_is_shown_and_leavers_are_not(
    alice_client: Client, bob: Person, charlie: Person, help_topic: Topic
) -> None:
    for person in (bob, charlie):
        AskMe.objects.create(person=person, topic=help_topic, note="呼んでください")
    TopicSteward.objects.create(person=charlie, topic=help_topic)
    page = page_of(alice_client, help_topic)
    assert "坊城 武" in page
    assert "茶谷" not in page


def test_an_empty_topic_is_no_dead_end(alice_client: Client, help_topic: Topic) -> None:
    page = page_of(alice_client, help_topic)
    assert "書いてほしいと頼む" in page
    assert "質問する" in page


def test_related_topics_stand_on_the_same_records(
    alice_client: Client, alice: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    other = Topic.objects.create(name="名寄せ")
    make_article(alice, "記事", topic=help_topic).topics.add(other)
    assert "近いテーマ" in page_of(alice_client, help_topic)


def test_one_follows_a_topic_and_sees_it_beside_every_page(
    alice_client: Client, alice: Person, help_topic: Topic
) -> None:
    Follow.objects.create(person=alice, target=help_topic)
    assert "フォロー中" in alice_client.get("/wanted/").content.decode()
    assert "フォロー中" in page_of(alice_client, help_topic)


# --- The steward's form -------------------------------------------------------------------------


@pytest.fixture
def steward(alice: Person, help_topic: Topic) -> Person:
    TopicSteward.objects.create(person=alice, topic=help_topic)
    return alice


def test_only_a_steward_edits(alice_client: Client, help_topic: Topic) -> None:
    address = f"{help_topic.get_absolute_url()}edit/"
    assert alice_client.get(address).status_code == 403
    assert alice_client.post(address, {"description": "x"}).status_code == 403


def test_the_steward_sets_words_and_first_reads(
    alice_client: Client, steward: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    article = make_article(steward, "手引き", kind="manual", topic=help_topic)
    TopicSynonym.objects.create(topic=help_topic, word="古い言葉")
    data = {
        "description": "新しい説明",
        "synonyms": "FAQ\n使い方　ページ\n\n",
        "first_reads": article.pk,
    }
    assert alice_client.post(f"{help_topic.get_absolute_url()}edit/", data).status_code == 302
    help_topic.refresh_from_db()
    assert help_topic.description == "新しい説明"
    assert set(help_topic.synonyms.values_list("word", flat=True)) == {"FAQ", "使い方 ページ"}
    assert FirstRead.objects.get().article == article


def test_a_word_of_another_topic_is_refused_and_kept(
    alice_client: Client, steward: Person, help_topic: Topic
) -> None:
    Topic.objects.create(name="名寄せ")
    data = {"description": "", "synonyms": "名寄せ"}
    page = alice_client.post(f"{help_topic.get_absolute_url()}edit/", data).content.decode()
    assert "テーマ「名寄せ」で使われています" in page
    assert "名寄せ</textarea>" in page


def test_articles_of_other_topics_cannot_be_chosen(
    alice_client: Client, steward: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    stranger = make_article(steward, "よその記事")
    make_article(steward, "手引き", topic=help_topic)
    data = {"description": "", "synonyms": "", "first_reads": stranger.pk}
    answer = alice_client.post(f"{help_topic.get_absolute_url()}edit/", data)
    assert answer.status_code == 200
    assert not FirstRead.objects.exists()


def test_the_page_costs_a_bounded_number_of_queries(
    search_index: Any,
    alice_client: Client,
    alice: Person,
    bob: Person,
    help_topic: Topic,
    make_article: MakeArticle,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    TopicSteward.objects.create(topic=help_topic, person=bob)
    AskMe.objects.create(topic=help_topic, person=bob)
    for number in range(8):
        make_article(bob if number % 2 else alice, f"ヘルプ{number}", topic=help_topic)
    outbox.drain()
    page_of(alice_client, help_topic)
    with django_assert_max_num_queries(20):
        assert "ヘルプ7" in page_of(alice_client, help_topic)


def test_part_of_a_name_offers_the_topics_that_have_it(
    alice_client: Client, help_topic: Topic
) -> None:
    part = help_topic.name[:2]
    Topic.objects.create(name=f"もう使わない{part}", slug="gone", merged_into=help_topic)
    text = alice_client.get("/topics/", {"q": part}).content.decode()
    offered = text.split("近いテーマ")[-1].split("topictree")[0]
    assert help_topic.get_absolute_url() in offered
    assert "もう使わない" not in offered
    assert "近いテーマ" not in alice_client.get("/topics/", {"q": "ぜんぜん違う"}).content.decode()
