"""The arithmetic of くわしい人, against numbers computed by hand."""

import datetime as dt
import random

import pytest

from kb.experts.scoring import (
    CHANCE_PENALTY,
    DIMINISHING,
    LEAST_FACTOR,
    MOST_BY_ONE_PERSON,
    NAME_BOOST,
    OLDEST_COUNTS,
    STEEPNESS,
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


def test_recency_falls_to_a_third_and_never_below() -> None:
    assert recency(TODAY, TODAY) == 1.0
    assert recency(TODAY + dt.timedelta(days=9), TODAY) == 1.0
    assert recency(TODAY - dt.timedelta(days=1461), TODAY) == pytest.approx((1 + OLDEST_COUNTS) / 2)
    assert recency(dt.date(1970, 1, 1), TODAY) == pytest.approx(OLDEST_COUNTS, abs=0.01)


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


def test_who_writes_much_must_exceed_chance() -> None:
    # Person 1 wrote 150 of 950 documents, person 2 one; both wrote one of the two hits.
    volume = Volume({1: 150.0, 2: 1.0}, 950)
    strength = {"a": 1.0, "b": 1.0}
    ranked = rank_people(strength, [part("a", 1), part("b", 2)], volume, today=TODAY)
    assert [standing.owner for standing in ranked] == [2, 1]
    usual = 0.15 * (1 + (0.15 / MOST_BY_ONE_PERSON) ** STEEPNESS)
    assert ranked[0].score == pytest.approx(1 - CHANCE_PENALTY * (1 / 1000 * 2), abs=1e-6)
    assert ranked[1].score == pytest.approx(1 - CHANCE_PENALTY * usual * 2)


def test_the_author_of_a_third_of_everything_is_taken_for_an_importer() -> None:
    volume = Volume({1: 600.0}, 1950)
    (only,) = rank_people({"a": 1.0, "b": 1.0}, [part("a", 1)], volume, today=TODAY)
    assert only.score == pytest.approx(LEAST_FACTOR)


def test_among_few_documents_much_of_one_hand_is_no_import() -> None:
    volume = Volume({1: 12.0}, 30)
    (only,) = rank_people({"a": 1.0}, [part("a", 1)], volume, today=TODAY)
    assert only.score > 0.8


def test_an_importer_of_thirty_percent_is_rarely_among_the_first_five() -> None:
    # 300 authors of 6 documents each, 600 of the 1,800 imported besides; every topic hits ten at random.
    chance = random.Random(7)
    importer = 0
    authors = {f"d{n}": 1 + n % 300 for n in range(1800)}
    imported = set(chance.sample(sorted(authors), 600))
    volume = Volume({importer: 600.0, **dict.fromkeys(range(1, 301), 6.0)}, 1800)
    seen = 0
    for _topic in range(100):
        hits = chance.sample(sorted(authors), 10)
        strength = {key: chance.random() ** 3 for key in hits}
        parts = [part(key, authors[key]) for key in hits]
        parts += [part(key, importer) for key in hits if key in imported]
        ranked = rank_people(strength, parts, volume, today=TODAY)
        seen += importer in [standing.owner for standing in ranked[:5]]
    assert seen < 20


def test_departments_are_divided_by_the_root_of_their_size() -> None:
    ranked = rank_departments({"a": 1.0, "b": 1.0}, {"a": [1], "b": [2]}, {1: 16, 2: 1})
    assert [standing.owner for standing in ranked] == [2, 1]
    assert ranked[1].score == pytest.approx(1 / 16**DIMINISHING)


def test_equal_people_stand_in_a_fixed_order() -> None:
    parts = [part("a", person) for person in (3, 1, 2)]
    ranked = rank_people({"a": 1.0}, parts, NOBODY_PROLIFIC, today=TODAY)
    assert [standing.owner for standing in ranked] == [1, 2, 3]
