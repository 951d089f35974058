"""Whom to call for a problem: the best of every department first, each with one reason."""

from typing import Any

import pytest

from kb.articles.models import Article
from kb.experts.proposals import Proposal
from kb.search import outbox
from kb.search.proposals import propose_people
from people.models import Department, Person, Responsibility
from people.services import leave
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
PROBLEM = "お客さまがヘルプを見つけられない"


@pytest.fixture(autouse=True)
def people(search_index: Any, alice: Person) -> list[Person]:
    """Three departments of three people; the first has written most."""
    found = []
    for place, name in enumerate(("サポート部", "製品部", "開発2部")):
        department = Department.objects.create(slug=f"d{place}", name=name)
        for number in range(3):
            login = f"p{place}{number}"
            person = make_person(login, f"人{place} {number}", "ひと", department)
            found.append(person)
            for copy in range(4 - place):
                Article.objects.create(
                    author=person, title=f"ヘルプを見つける{login}{copy}", department=department
                )
    return found


def proposed(**more: Any) -> list[Proposal]:
    outbox.drain()
    return propose_people(PROBLEM, **more)


def test_three_departments_are_called_with_a_reason_each() -> None:
    found = proposed()
    assert 5 <= len(found) <= 8
    assert len({proposal.department for proposal in found}) == 3
    assert len({proposal.department for proposal in found[:3]}) == 3
    assert all(proposal.why.endswith("。") and proposal.url for proposal in found)


def test_a_department_has_no_more_than_its_places() -> None:
    found = proposed(limit_per_department=1)
    assert len(found) == len({proposal.department for proposal in found}) == 3


def test_neither_the_caller_nor_who_is_in_nor_leavers_are_proposed(
    people: list[Person], alice: Person
) -> None:
    caller, member, gone = people[0], people[3], people[6]
    leave(gone, by=alice)
    named = {proposal.person for proposal in proposed(by=caller, without=[member.pk])}
    assert named
    assert named.isdisjoint({caller, member, gone})


def test_who_left_the_evidence_comes_first(people: list[Person]) -> None:
    record = Article.objects.create(author=people[8], title="検索窓の記録")
    first = proposed(evidence=[record])[0]
    assert first.person == people[8]
    assert "材料" in first.why


def test_whose_chore_it_is_may_be_called(people: list[Person], alice: Person) -> None:
    assert alice.department is not None
    Responsibility.objects.create(
        name="ヘルプを見つけられないときの案内", department=alice.department, main=alice
    )
    why = {proposal.person: proposal.why for proposal in proposed()}
    assert "主担当" in why[alice]


def test_nobody_is_guessed_where_nothing_is_written() -> None:
    outbox.drain()
    assert propose_people("量子コンピューター") == []
