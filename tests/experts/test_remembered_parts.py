"""What is remembered of records never outlives them, nor the people who have left."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kb.articles.models import Article, Contributor
from kb.meetings.models import Meeting, Series
from kb.search import outbox
from kb.search.engine import search, who_knows
from kb.search.query import SearchQuery
from people.models import Department, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manual(
    search_index: Any,
    alice: Person,
    success_department: Department,
    monkeypatch: pytest.MonkeyPatch,
) -> Article:
    """A manual in an index that has not been written to for a while, found once."""
    monkeypatch.setattr("kb.search.generation._SETTLED_AFTER_S", -1.0)
    article: Article = Article.objects.create(
        author=alice, title="年度末の棚卸し", kind="manual", department=success_department
    )
    outbox.drain()
    assert knowing() == ["alice"]
    return article


def knowing() -> list[str]:
    answer = search(SearchQuery(text="棚卸し"))
    beside = [knower.person.login for knower in answer.who.people]
    assert beside == [knower.person.login for knower in who_knows(text="棚卸し").people]
    return beside


def test_a_second_search_asks_nothing_of_the_evidence(manual: Article) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert knowing() == ["alice"]
    assert not [query for query in captured if "experts_evidence" in query["sql"]]


def test_a_new_part_is_seen_once_it_is_indexed(manual: Article, bob: Person) -> None:
    for person, lines in ((manual.author, 60), (bob, 40)):
        Contributor.objects.create(
            article=manual, person=person, role="author", changed_lines=lines
        )
    outbox.drain()
    assert sorted(knowing()) == ["alice", "bob"]


def test_a_new_title_is_the_reason_once_it_is_indexed(manual: Article) -> None:
    manual.title = "期末の棚卸し"
    manual.save()
    outbox.drain()
    assert who_knows(text="棚卸し").people[0].why == "「期末の棚卸し」を書いた人です。"


def test_a_meeting_is_named_in_the_language_of_each_reader(manual: Article, alice: Person) -> None:
    series = Series.objects.create(name="棚卸し", slug="stocktaking")
    Meeting.objects.create(series=series, number=3, chair=alice, held_at=timezone.now())
    outbox.drain()
    for language, title in (("ja", "棚卸し 第3回"), ("en", "棚卸し no. 3"), ("ja", "棚卸し 第3回")):
        with translation.override(language):
            pieces = who_knows(text="棚卸し").people[0].evidence
        assert title in [piece.record.title for piece in pieces]


def test_whoever_leaves_is_gone_before_anything_is_indexed(manual: Article, alice: Person) -> None:
    Person.objects.filter(pk=alice.pk).update(is_active=False, left_on="2026-01-31")
    assert knowing() == []


def test_a_deleted_record_speaks_for_nobody_before_anything_is_indexed(manual: Article) -> None:
    manual.delete()
    assert knowing() == []


def test_a_closed_department_is_gone_before_anything_is_indexed(manual: Article) -> None:
    assert [known.department for known in who_knows(text="棚卸し").departments] == [
        manual.department
    ]
    Department.objects.filter(pk=manual.department_id or 0).update(closed_on="2026-01-31")
    assert who_knows(text="棚卸し").departments == ()
