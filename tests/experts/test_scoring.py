"""The arithmetic of くわしい人, against numbers computed by hand."""

import datetime as dt

import pytest

from kb.experts.scoring import (
    CHANCE_PENALTY,
    DIMINISHING,
    LEAST_FACTOR,
    NAME_BOOST,
    Contribution,
    ScoredDocument,
    Volume,
    rank_departments,
    rank_people,
    recency,
    strengths,
)

TODAY = dt.date(2026, 11, 20)
NOBODY_PROLIFIC = Volume({}, 0)


def part(document: str, person: int, weight: float = 1.0, days_ago: int = 0) -> Contribution:
    return Contribution(document, person, weight, TODAY - dt.timedelta(days=days_ago))


def test_scores_are_sharpened_by_the_cube() -> None:
    assert strengths([ScoredDocument("a", 10), ScoredDocument("b", 5)]) == {
        "a": pytest.approx(1.0),
        "b": pytest.approx(0.125),
    }


def test_names_that_stand_in_the_query_raise_a_document() -> None:
    raised = strengths([ScoredDocument("a", 10), ScoredDocument("b", 5, name_cover=0.5)])
    assert raised["b"] == pytest.approx((0.5 + NAME_BOOST * 0.5) ** 3)


def test_nothing_found_or_nothing_scored_is_nothing() -> None:
    assert strengths([]) == {}
    assert strengths([ScoredDocument("a", 0)]) == {}


def test_recency_falls_to_one_half_and_never_below() -> None:
    assert recency(TODAY, TODAY) == 1.0
    assert recency(TODAY + dt.timedelta(days=9), TODAY) == 1.0
    assert recency(TODAY - dt.timedelta(days=1461), TODAY) == pytest.approx(0.75)
    assert recency(dt.date(1970, 1, 1), TODAY) == pytest.approx(0.5, abs=0.01)


def test_later_documents_of_a_person_count_less() -> None:
    ranked = rank_people(
        {"a": 1.0, "b": 0.5}, [part("a", 1), part("b", 1)], NOBODY_PROLIFIC, today=TODAY
    )
    second = 0.5 / 2**DIMINISHING
    assert ranked[0].score == pytest.approx(1 + second)
    assert [share.document for share in ranked[0].shares] == ["a", "b"]
    assert ranked[0].shares[1].fraction == pytest.approx(second / (1 + second))


def test_shares_sum_to_one() -> None:
    parts = [part(f"d{n}", 1, weight=0.3 + n / 20, days_ago=n * 100) for n in range(12)]
    strength = {f"d{n}": 1 / (n + 1) for n in range(12)}
    (only,) = rank_people(strength, parts, NOBODY_PROLIFIC, today=TODAY)
    assert sum(share.fraction for share in only.shares) == pytest.approx(1)


def test_only_the_strongest_role_in_a_document_counts() -> None:
    both = rank_people(
        {"a": 1.0}, [part("a", 1, 1.0), part("a", 1, 0.75)], NOBODY_PROLIFIC, today=TODAY
    )
    one = rank_people({"a": 1.0}, [part("a", 1, 1.0)], NOBODY_PROLIFIC, today=TODAY)
    assert both == one


def test_a_weight_of_nothing_is_no_evidence() -> None:
    assert rank_people({"a": 1.0}, [part("a", 1, 0.0)], NOBODY_PROLIFIC, today=TODAY) == []


def test_who_writes_everything_must_exceed_chance() -> None:
    # Person 1 wrote 80 of 100 documents, person 2 one; both wrote one of the two hits.
    volume = Volume({1: 80.0, 2: 1.0}, 100)
    strength = {"a": 1.0, "b": 1.0}
    ranked = rank_people(strength, [part("a", 1), part("b", 2)], volume, today=TODAY)
    assert [standing.owner for standing in ranked] == [2, 1]
    assert ranked[0].score == pytest.approx(1 - CHANCE_PENALTY * (1 / 100 * 2) / 1)
    assert ranked[1].score == pytest.approx(
        max(LEAST_FACTOR, 1 - CHANCE_PENALTY * (80 / 100 * 2) / 1)
    )


def test_departments_are_divided_by_the_root_of_their_size() -> None:
    ranked = rank_departments({"a": 1.0, "b": 1.0}, {"a": [1], "b": [2]}, {1: 16, 2: 1})
    assert [standing.owner for standing in ranked] == [2, 1]
    assert ranked[1].score == pytest.approx(1 / 16**DIMINISHING)


def test_equal_people_stand_in_a_fixed_order() -> None:
    parts = [part("a", person) for person in (3, 1, 2)]
    ranked = rank_people({"a": 1.0}, parts, NOBODY_PROLIFIC, today=TODAY)
    assert [standing.owner for standing in ranked] == [1, 2, 3]
