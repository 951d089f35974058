"""Queries whose SQL is kept give what Django's own would."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kb.articles.models import Article
from kb.foundation.prepared import (
    Prepared,
    PreparedAbsent,
    PreparedAll,
    PreparedFor,
    PreparedRecords,
    PreparedUnion,
)
from kb.topics.models import Topic
from people.models import Department, Membership, Person

pytestmark = pytest.mark.django_db


def article_rows(ids: Any) -> Any:
    rows = Article.objects.visible().filter(pk__in=ids).order_by("pk")
    return rows.values_list("pk", "title", "updated_at", "manual__is_official")


@pytest.fixture
def articles(alice: Person) -> list[Article]:
    return [Article.objects.create(author=alice, title=f"手順{number}") for number in range(4)]


def test_rows_come_as_django_gives_them(articles: list[Article]) -> None:
    wanted = [article.pk for article in articles[:3]]
    prepared = Prepared(article_rows)
    assert prepared(wanted) == list(article_rows(wanted))
    assert [row[0] for row in prepared([articles[3].pk, 0])] == [articles[3].pk]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads a list as it comes")
def test_postgresql_looks_a_few_rows_up_by_their_keys(articles: list[Article]) -> None:
    prepared = PreparedRecords(
        lambda ids: Article.objects.visible().filter(pk__in=ids).select_related("author", "owner")
    )
    with CaptureQueriesContext(connection) as captured:
        prepared([articles[0].pk])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    # A list that is selected from is joined as a table, and a page of one article read every article.
    assert "ProjectSet" not in plan


def test_what_is_not_there_is_told_by_name(
    articles: list[Article], alice: Person, charlie: Person
) -> None:
    absent = PreparedAbsent(
        {
            "articles": lambda pk: Article.objects.visible().filter(pk=pk),
            "people": lambda pk: Person.objects.visible().filter(pk=pk),
            "departments": lambda pk: Department.objects.visible().filter(pk=pk),
        }
    )
    gone, *there = (article.pk for article in articles)
    articles[0].delete()
    asked = {"articles": [gone, *there, 2**70], "people": [alice.pk, charlie.pk], "departments": []}
    for _again in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert absent(asked) == {"articles": {gone, 2**70}, "people": {charlie.pk}}
        assert len(captured) == 1


def test_nothing_is_asked_for_no_values(articles: list[Article]) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert PreparedAbsent({"articles": article_rows})({"articles": []}) == {}
        assert Prepared(article_rows)([]) == []
        assert PreparedUnion({"articles": article_rows})({"articles": []}) == []
    assert len(captured) == 0


def test_rows_are_the_same_while_queries_are_counted(articles: list[Article]) -> None:
    wanted = [article.pk for article in articles]
    prepared = Prepared(article_rows)
    unheard = prepared(wanted)
    with CaptureQueriesContext(connection) as captured:
        assert prepared(wanted) == unheard
    assert len(captured) == 1


def test_nothing_is_asked_in_a_broken_transaction(articles: list[Article]) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            Prepared(article_rows)([articles[0].pk])


def test_rows_may_be_asked_for_by_text(articles: list[Article]) -> None:
    titled = Prepared(
        lambda titles: Article.objects.filter(title__in=titles).values_list("pk"), by_text=True
    )
    assert titled(["手順2", "'); DROP TABLE", "手順%s"]) == [(articles[2].pk,)]


def test_what_no_column_can_hold_is_of_no_row(articles: list[Article]) -> None:
    titled = Prepared(
        lambda titles: Article.objects.filter(title__in=titles).values_list("pk"), by_text=True
    )
    assert titled(["手順\0", "手順2"]) == [(articles[2].pk,)]
    by_number = Prepared(lambda ids: Article.objects.filter(pk__in=ids).values_list("pk"))
    assert by_number([10**25, -(2**63) - 1, articles[0].pk]) == [(articles[0].pk,)]


def test_all_rows_need_no_values(articles: list[Article]) -> None:
    every = PreparedAll(lambda _all: Article.objects.order_by("pk").values_list("title"))
    assert every() == [(f"手順{number}",) for number in range(4)]


def test_records_come_with_what_belongs_to_them(
    articles: list[Article], alice: Person, success_department: Department
) -> None:
    articles[1].topics.add(Topic.objects.create(name="手順", slug="tejun"))
    Article.objects.filter(pk=articles[1].pk).update(department=success_department)
    prepared = PreparedRecords(
        lambda ids: (
            Article.objects.filter(pk__in=ids)
            .select_related("author", "department")
            .defer("body")
            .annotate(topic_count=Count("topics"))
            .order_by("pk")
        )
    )
    with CaptureQueriesContext(connection) as captured:
        found = prepared([articles[0].pk, articles[1].pk])
        said = [(a.title, a.author.name, a.department, a.topic_count) for a in found]
    assert said == [
        ("手順0", alice.name, None, 0),
        ("手順1", alice.name, success_department, 1),
    ]
    assert len(captured) == 1
    assert found[0].get_deferred_fields() == {"body"}
    assert found[0].updated_at == articles[0].updated_at


def test_several_questions_are_one_query(articles: list[Article], alice: Person) -> None:
    union = PreparedUnion(
        {
            "articles": lambda ids: Article.objects.filter(pk__in=ids).values_list("pk").order_by(),
            "people": lambda ids: Person.objects.filter(pk__in=ids).values_list("pk").order_by(),
            "topics": lambda ids: Topic.objects.filter(pk__in=ids).values_list("pk").order_by(),
        }
    )
    with CaptureQueriesContext(connection) as captured:
        found = union({"people": [alice.pk], "articles": [articles[0].pk, 0]})
    assert sorted(found) == [("articles", (articles[0].pk,)), ("people", (alice.pk,))]
    assert len(captured) == 1
    assert "topics" not in captured[0]["sql"]


def test_several_values_are_given_by_name(
    articles: list[Article], alice: Person, bob: Person
) -> None:
    prepared = PreparedFor(
        lambda given: (
            Article.objects.filter(
                author=given.one("author"),
                title__in=Article.objects.filter(pk__in=given.ids("some")).values("title"),
                created_at__lte=given.one("until"),
            )
            .exclude(title=given.one("title"))
            .order_by("pk")
        )
    )
    some, until = [article.pk for article in articles], timezone.now()
    assert prepared(author=alice.pk, some=some, until=until, title="手順1") == [
        articles[0],
        *articles[2:],
    ]
    assert prepared(author=alice.pk, some=some, until=until, title="'%s")[0].author_id == alice.pk
    assert prepared(author=alice.pk, some=[], until=until, title="") == []
    assert prepared(author=bob.pk, some=some, until=until, title="") == []
    assert prepared(author=alice.pk, some=some, until=date(2000, 1, 1), title="") == []
    with pytest.raises(KeyError):
        prepared(author=alice.pk)


def test_values_by_name_may_be_asked_for_rows(articles: list[Article], alice: Person) -> None:
    prepared = PreparedFor(
        lambda given: (
            Article.objects.exclude(pk__in=given.ids("without"))
            .values_list("updated_at", "author__login")
            .order_by("pk")[:1]
        )
    )
    assert prepared(without=[articles[0].pk]) == [(articles[1].updated_at, alice.login)]


def test_a_query_of_today_is_made_anew_tomorrow(
    alice: Person, development_department: Department
) -> None:
    with time_machine.travel("2026-11-20 10:00+09:00", tick=False):
        Membership.objects.create(
            person=alice,
            department=development_department,
            started_on=date(2026, 11, 21),
            is_primary=False,
        )
        current = PreparedRecords(
            lambda ids: Membership.objects.current().filter(person__in=ids).order_by("pk")
        )
        assert len(current([alice.pk])) == 1
    with time_machine.travel("2026-11-21 10:00+09:00", tick=False):
        assert timezone.localdate() == date(2026, 11, 21)
        assert len(current([alice.pk])) == 2
