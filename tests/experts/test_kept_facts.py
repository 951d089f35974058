"""What the index keeps of records for くわしい人 never outlives them, nor the people who have left."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from customers.models import Customer, Touch, VoiceTheme
from kb.articles.models import Article, Contributor
from kb.engagement.models import Thanks
from kb.experts.evidence import key_of
from kb.experts.models import Evidence
from kb.experts.reading import read_parts
from kb.meetings.models import Decision, Meeting, Series
from kb.search import outbox
from kb.search.engine import search, who_knows
from kb.search.facts import UNKNOWN, Facts
from kb.search.pieces import read_pieces
from kb.search.query import SearchQuery
from kb.search.search_indexes import index_for
from kb.topics.models import Topic
from people.models import AskMe, Department, Endorsement, Person, Responsibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def manual(search_index: Any, alice: Person, success_department: Department) -> Article:
    """A manual in the index, found once."""
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


def test_a_search_asks_nothing_of_the_evidence(manual: Article) -> None:
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


def facts(search_index: Any) -> dict[str, Facts]:
    """What the index keeps beside each document."""
    return {
        view.key(number): view.facts.of(number)
        for view, deleted in search_index.directory.generation().views
        for number in range(view.count)
        if number not in deleted
    }


def test_the_index_keeps_what_the_database_says(
    search_index: Any,
    manual: Article,
    success_department: Department,
    alice: Person,
    bob: Person,
) -> None:
    for person, role, edits in ((alice, "editor", 3), (bob, "editor", 1), (bob, "reviewer", 0)):
        Contributor.objects.create(article=manual, person=person, role=role, edits=edits)
    Thanks.objects.create(person=bob, target=manual, words="助かりました。")
    topic = Topic.objects.create(name="棚卸し", slug="stocktaking")
    Endorsement.objects.create(topic=topic, person=alice, endorsed_by=bob, words="早い")
    AskMe.objects.create(person=alice, topic=topic)
    customer = Customer.objects.create(name="棚卸し商事")
    touch = Touch.objects.create(customer=customer, author=bob, channel="phone", text="棚卸し")
    touch.colleagues.add(alice)
    VoiceTheme.objects.create(title="棚卸し", owner_department=success_department)
    Responsibility.objects.create(name="棚卸し", department=success_department, main=alice)
    Decision.objects.create(title="棚卸し", proposed_by=bob)
    series = Series.objects.create(name="棚卸し", slug="stocktaking")
    Meeting.objects.create(series=series, number=3, chair=alice, held_at=timezone.now())
    outbox.drain()
    kept = facts(search_index)
    assert len(kept) >= 10
    keys = dict.fromkeys(kept, b"")
    assert read_parts({key: one.said for key, one in kept.items()}) == read_parts(keys)
    names = {key: one.named for key, one in kept.items() if one.named}
    assert names == read_pieces(keys)
    assert set(kept) - set(names) == {f"people.person.{pk}" for pk in (alice.pk, bob.pk)}


def test_what_is_merged_is_kept(search_index: Any, manual: Article, alice: Person) -> None:
    before = facts(search_index)
    for number in range(12):
        Article.objects.create(author=alice, title=f"棚卸し{number}", kind="manual")
        outbox.drain()
    after = facts(search_index)
    assert {key: after[key] for key in before} == before
    assert all(one.said and (one.named or key.startswith("people")) for key, one in after.items())


def test_a_document_without_facts_is_asked_of_the_database(
    search_index: Any, manual: Article
) -> None:
    index = index_for("articles.article")
    assert index is not None
    # As Haystack's own commands write it.
    search_index.update(index, [Article.objects.get(pk=manual.pk)])
    assert facts(search_index)[key_of(manual)] == UNKNOWN
    assert knowing() == ["alice"]
    assert who_knows(text="棚卸し").people[0].why == "「年度末の棚卸し」を書いた人です。"


def test_a_department_with_a_new_name_is_a_reason_to_index_what_bears_it(
    search_index: Any, manual: Article, success_department: Department
) -> None:
    success_department.name = "棚卸しの部"
    success_department.save()
    outbox.drain()
    pairs = facts(search_index)[key_of(manual)].named.partition(b"\n")[0].decode()
    assert "の部" in pairs


def test_roles_keep_their_places() -> None:
    """The index holds numbers of roles: new ones come last, or the version of the analysis rises."""
    first = ["author", "approver", "reviewer", "editor", "asked", "answered", "accepted"]
    more = ["proposed", "presented", "chaired", "attended", "recorded", "joined_touch", "book_note"]
    last = ["main_chore", "sub_chore", "self_declared", "endorsed", "thanked", "bulk"]
    assert Evidence.Role.values == [*first, *more, *last]
