"""知識の地図: topics by departments from the evidence, in a fixed number of queries."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from kb.articles.models import Article
from kb.portal.knowledge_map import KnowledgeMap, MapQuery, knowledge_map
from kb.search import outbox
from kb.topics.models import Topic, TopicSynonym
from people.models import Department, Person, Responsibility
from people.services import leave, set_aside

MakeArticle = Callable[..., Article]


@pytest.fixture(autouse=True)
def evidence(search_index: Any) -> None:
    """Evidence is written with the index."""


def drawn(parent: str = "") -> KnowledgeMap:
    outbox.drain()
    return knowledge_map(MapQuery(parent=parent))


def places(shown: KnowledgeMap, topic: Topic) -> dict[str, tuple[str, int, bool]]:
    row = next(row for row in shown.rows if row.topic == topic)
    return {
        node.department.label: (node.person.login, node.step, node.is_only)
        for node in row.nodes
        if node
    }


def test_who_wrote_more_stands_larger(
    alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    for number in range(7):
        make_article(alice, f"ヘルプの直し方{number}", topic=help_topic)
    make_article(bob, "ヘルプ検索", topic=help_topic)
    assert places(drawn(), help_topic) == {
        "CS部": ("alice", 3, False),
        "開発部": ("bob", 1, False),
    }


def test_a_topic_that_one_person_knows_is_dashed_and_says_so(
    alice_client: Client, alice: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    outbox.drain()
    page = alice_client.get("/map/").content.decode()
    assert "node--only" in page
    assert "有栖川 玲 少し知っています（この人だけです）" in page
    assert f'href="{help_topic.get_absolute_url()}#people"' in page


def test_a_topic_that_nobody_knows_has_a_row_that_says_so(
    alice_client: Client, alice: Person, help_topic: Topic
) -> None:
    assert not drawn().rows[0].is_known
    assert "このテーマの記録は、まだありません" in alice_client.get("/map/").content.decode()


def test_where_only_leavers_have_written_the_row_does_not_call_it_unwritten(
    alice_client: Client, charlie: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    make_article(charlie, "昔の手引き", topic=help_topic)
    outbox.drain()
    page = alice_client.get("/map/").content.decode()
    assert "くわしいと言える人は、まだいません" in page
    assert "記録は、まだありません" not in page


def test_a_topic_speaks_for_those_below_it_and_can_be_opened(
    alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    below = Topic.objects.create(name="ヘルプ検索", parent=help_topic)
    make_article(bob, "検索窓のこと", topic=below)
    top = drawn()
    assert [row.topic for row in top.rows] == [help_topic]
    assert places(top, help_topic)["開発部"][0] == "bob"
    assert [row.topic for row in drawn(help_topic.slug).rows] == [help_topic, below]
    assert drawn("ない").parent is None


def test_people_of_a_team_stand_under_the_department_at_the_top(
    alice: Person, success_department: Department, help_topic: Topic, make_article: MakeArticle
) -> None:
    team = Department.objects.create(slug="team", name="チーム", parent=success_department)
    alice.memberships.update(department=team)
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    shown = drawn()
    assert shown.departments == [success_department]
    assert places(shown, help_topic)["CS部"][0] == "alice"


def test_a_chore_counts_for_the_topic_whose_word_it_shares(
    alice: Person, success_department: Department, help_topic: Topic
) -> None:
    TopicSynonym.objects.create(topic=help_topic, word="FAQ")
    Responsibility.objects.create(
        name="ヘルプ記事の更新", other_words="faq", department=success_department, main=alice
    )
    shown = drawn()
    assert places(shown, help_topic) == {"CS部": ("alice", 1, True)}
    assert shown.rows[0].record_count == 0


def test_leavers_and_those_who_set_the_topic_aside_are_not_on_the_map(
    alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    make_article(bob, "ヘルプ検索", topic=help_topic)
    set_aside(help_topic, by=bob)
    assert set(places(drawn(), help_topic)) == {"CS部"}
    leave(alice, by=bob)
    assert places(drawn(), help_topic) == {}


def test_who_took_over_stands_on_the_map(
    alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    set_aside(help_topic, by=alice, to=bob)
    assert places(drawn(), help_topic) == {"開発部": ("bob", 1, True)}


def test_more_topics_and_people_cost_no_more_queries(
    alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    outbox.drain()
    with CaptureQueriesContext(
        connection,
    ) as few:
        knowledge_map(MapQuery())
    for number in range(6):
        topic = Topic.objects.create(name=f"テーマ{number}")
        make_article(bob, f"記録{number}", topic=topic)
    outbox.drain()
    assert len(few) <= 10
    with django_assert_num_queries(len(few)):
        knowledge_map(MapQuery())


def test_the_table_keeps_its_meaning_on_phones(
    alice_client: Client, alice: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    outbox.drain()
    page = alice_client.get("/map/").content.decode()
    for role in ("table", "row", "columnheader", "rowheader", "cell"):
        assert f'role="{role}"' in page
    assert re.search(r'<li><a href="/topics/" aria-current="page">', page)
    assert 'href="/map/"' in alice_client.get("/topics/").content.decode()


def test_an_empty_company_has_a_blank_map(alice_client: Client) -> None:
    assert "地図は、まだ白紙です" in alice_client.get("/map/").content.decode()
    assert alice_client.get("/map/?parent=%00").status_code == 200


def test_the_people_of_one_department_stand_beside_each_other(
    alice_client: Client,
    alice: Person,
    bob: Person,
    success_department: Department,
    help_topic: Topic,
    make_article: MakeArticle,
) -> None:
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    make_article(bob, "ヘルプ検索", topic=help_topic)
    outbox.drain()
    shown = knowledge_map(MapQuery(department=success_department.slug))
    assert (shown.department, list(shown.people)) == (success_department, [alice])
    assert [node.person for node in shown.rows[0].nodes if node] == [alice]
    page = alice_client.get("/map/", {"department": success_department.slug}).content.decode()
    assert f'href="{alice.get_absolute_url()}"' in page
    assert alice_client.get("/map/", {"department": "ない"}).status_code == 200


def test_old_work_is_left_out_of_a_period(
    alice: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    old = timezone.now() - dt.timedelta(days=300)
    make_article(alice, "ヘルプの直し方", topic=help_topic, updated_at=old)
    outbox.drain()
    for period, is_known in (("", True), ("year", True), ("half", False), ("いつか", True)):
        assert knowledge_map(MapQuery(period=period)).rows[0].is_known == is_known


def test_the_map_can_be_narrowed_to_what_one_knows_and_to_what_nobody_does(
    alice_client: Client, alice: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    empty = Topic.objects.create(name="地震")
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    outbox.drain()
    for rows, expected in (("sole", help_topic), ("nobody", empty)):
        (row,) = knowledge_map(MapQuery(rows=rows)).rows
        assert row.topic == expected
    make_article(alice, "地震のとき", topic=empty)
    outbox.drain()
    page = alice_client.get("/map/", {"rows": "nobody"}).content.decode()
    assert "この選び方に合うテーマはありません。" in page


def test_what_one_person_knows_is_found_and_counted_however_deep_the_topic(
    alice_client: Client, alice: Person, bob: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    below = Topic.objects.create(name="ヘルプ検索", parent=help_topic)
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    make_article(bob, "検索窓のこと", topic=below)
    outbox.drain()
    page = alice_client.get("/map/").content.decode()
    assert re.search(r'href="\?rows=sole"[^>]*>ひとりだけが知っている 1<', page)
    assert "すべてのテーマ 1<" in page
    assert [row.topic for row in knowledge_map(MapQuery(rows="sole")).rows] == [below]
    assert [row.topic for row in knowledge_map(MapQuery()).rows] == [help_topic]


def test_every_bead_says_in_words_whose_it_is_for_screens_without_columns(
    alice_client: Client, alice: Person, help_topic: Topic, make_article: MakeArticle
) -> None:
    make_article(alice, "ヘルプの直し方", topic=help_topic)
    outbox.drain()
    page = alice_client.get("/map/").content.decode()
    assert "有栖川<small>CS部</small>" in page
