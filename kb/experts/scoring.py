"""The arithmetic of くわしい人: from scored documents and who did what to people, in pure functions.

Source of the formula: voting models for expert finding (Macdonald and Ounis 2006) with diminishing
returns and a correction for volume, measured on two public collections; see docs/experts.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

SHARPNESS = 3
NAME_BOOST = 0.5
# A text that holds the words of the query one after another is about the thing of that name.
VERBATIM_BOOST = 0.6
# Long texts show more work than notes; a text of this length counts as it is.
SIZE_EXPONENT = 0.1
TYPICAL_SIZE = 1000
LEAST_SIZE = 50
HALF_LIFE_DAYS = 4 * 365.25
OLDEST_COUNTS = 0.35
DIMINISHING = 0.2
CHANCE_PENALTY = 0.75
LEAST_FACTOR = 0.05
# Nobody writes more than this part of everything a company knows: beyond it the penalty grows steeply,
# for whoever imported a shared drive looks exactly like the author of a third of all documents.
MOST_BY_ONE_PERSON = 0.25
STEEPNESS = 4
# Of fewer documents than some hundreds, a large part says little: so many are thought besides.
THOUGHT_DOCUMENTS = 50


class ScoredDocument(NamedTuple):
    """One hit: its score, and how much of the query its title and topics name (0 to 1).

    ``verbatim`` (0 to 1) says how often the whole query stands in the text, ``size`` how long that is
    (characters, 0 when unknown).
    """

    key: str
    score: float
    name_cover: float = 0.0
    verbatim: float = 0.0
    size: int = 0


class Contribution(NamedTuple):
    """What one person did for one document; ``weight`` is that of the role, 0 to 1."""

    document: str
    person: int
    weight: float
    last_on: date


@dataclass(frozen=True)
class Volume:
    """How much each person did in the whole company: Σ of weights, and the number of documents."""

    weights: Mapping[int, float]
    document_count: int

    @cached_property
    def expected_parts(self) -> dict[int, float]:
        """What part of any subject each person's volume alone would give, and more beyond a quarter of everything."""
        parts = {
            person: weight / (self.document_count + THOUGHT_DOCUMENTS)
            for person, weight in self.weights.items()
        }
        return {
            person: part * (1 + (part / MOST_BY_ONE_PERSON) ** STEEPNESS)
            for person, part in parts.items()
        }


# What a person did for a document: person, weight, and how recently (see ``recency``).
Aged = tuple[int, float, float]


class Share(NamedTuple):
    """The part of a standing that comes from one document; all parts sum to 1."""

    document: str
    fraction: float


class Standing(NamedTuple):
    """How well one person or department knows; ``amounts`` are what each document adds, largest first."""

    owner: int
    score: float
    amounts: tuple[tuple[str, float], ...]

    @property
    def shares(self) -> tuple[Share, ...]:
        """The part of each document in the whole, largest first."""
        total = sum([amount for _, amount in self.amounts])
        return tuple([Share(key, amount / total) for key, amount in self.amounts]) if total else ()


def strengths(documents: Iterable[tuple[str, float, float, float, int]]) -> dict[str, float]:
    """x_d of every document (see ``ScoredDocument``), 0 to 1: sharp, so that the best hits decide."""
    found = list(documents)
    best = max([document[1] for document in found], default=0.0)
    if best <= 0:
        return {}
    return {
        key: _raised(max(score, 0.0) / best, name_cover, verbatim) * substance(size)
        for key, score, name_cover, verbatim, size in found
    }


def _raised(part: float, name_cover: float, verbatim: float) -> float:
    raised = part + (NAME_BOOST * name_cover + VERBATIM_BOOST * verbatim)
    return float(raised**SHARPNESS)


@lru_cache(maxsize=10_000)
def substance(size: int) -> float:
    """How much the length of a text adds, gently: .74 for a line, 1.26 for ten pages; 1 if unknown."""
    return float((max(size, LEAST_SIZE) / TYPICAL_SIZE) ** SIZE_EXPONENT) if size else 1.0


def verbatim(count: int) -> float:
    """What it says that a text holds the whole query so many times: half of all for the first."""
    return count / (count + 1)


@lru_cache(maxsize=5000)
def recency(last_on: date, today: date) -> float:
    """r, from 1 (today) down to about a third for what is long ago; half of the way in four years."""
    age_days = max((today - last_on).days, 0)
    return float(OLDEST_COUNTS + (1 - OLDEST_COUNTS) * 0.5 ** (age_days / HALF_LIFE_DAYS))


def _diminishing(amounts: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """c / k^.2 for the k-th largest; ties in order of the key, so that runs are repeatable."""
    ordered = sorted([(-amount, key) for key, amount in amounts])
    return tuple([(key, -amount / _divisor(rank)) for rank, (amount, key) in enumerate(ordered, 1)])


@lru_cache(maxsize=1000)
def _divisor(rank: int) -> float:
    return float(rank**DIMINISHING)


def rank_people(
    strength: Mapping[str, float],
    contributions: Iterable[Contribution],
    volume: Volume,
    *,
    today: date,
) -> list[Standing]:
    """People by score, highest first; those who contributed nothing of weight are left out.

    Of several roles of a person in one document only the strongest counts.
    """
    aged: dict[str, list[Aged]] = defaultdict(list)
    for key, person, weight, day in contributions:
        aged[key].append((person, weight, recency(day, today)))
    return rank_aged(strength, aged, volume)


def rank_aged(
    strength: Mapping[str, float],
    contributions: Mapping[str, Iterable[Aged]],
    volume: Volume,
    *,
    least_part: float = 0.0,
) -> list[Standing]:
    """The same of what people did for each document.

    Who has less than ``least_part`` of the best score is left out.
    """
    found: list[tuple[float, int, tuple[tuple[str, float], ...]]] = []
    all_strength = sum(strength.values()) if volume.document_count else 0.0
    expected_parts = volume.expected_parts
    for person, own in _amounts(strength, contributions).items():
        expected = expected_parts.get(person, 0.0) * all_strength
        if len(own) == 1:
            # Most people of a search have written one of its documents.
            amount, observed, key = own[0]
            found.append((-amount * _chance_factor(expected, observed), person, ((key, amount),)))
            continue
        factor = _chance_factor(expected, sum([observed for _, observed, _ in own]))
        parts = _diminishing([(key, amount) for amount, _, key in own])
        found.append((-sum([amount for _, amount in parts]) * factor, person, parts))
    found.sort()
    most = least_part * found[0][0] if found else 0.0
    return [Standing(person, -score, parts) for score, person, parts in found if score <= most]


def _amounts(
    strength: Mapping[str, float], contributions: Mapping[str, Iterable[Aged]]
) -> dict[int, list[tuple[float, float, str]]]:
    """What each document adds to a person: with its recency, without, and which document it is."""
    amounts: dict[int, list[tuple[float, float, str]]] = {}
    for key, parts in contributions.items():
        strong = strength.get(key, 0.0)
        for person, weight, recent in parts:
            observed = strong * weight
            amount = observed * recent
            if amount <= 0:
                continue
            own = amounts.get(person)
            if own is None:
                amounts[person] = [(amount, observed, key)]
            elif own[-1][2] != key:
                own.append((amount, observed, key))
            elif amount > own[-1][0]:
                own[-1] = (amount, observed, key)
    return amounts


def _chance_factor(expected: float, observed: float) -> float:
    """How far a person exceeds what their volume would give on any subject (.05 to 1)."""
    factor = 1 - CHANCE_PENALTY * expected / observed
    return factor if factor > LEAST_FACTOR else LEAST_FACTOR


def rank_departments(
    strength: Mapping[str, float],
    owners: Mapping[str, Sequence[int]],
    document_counts: Mapping[int, int],
) -> list[Standing]:
    """Departments by score, highest first. ``owners``: departments of each document."""
    amounts: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for document, departments in owners.items():
        x = strength.get(document, 0.0)
        if x > 0:
            for department in departments:
                amounts[department].append((document, x))
    standings = []
    for department, own in amounts.items():
        parts = _diminishing(own)
        divisor = _divisor(max(document_counts.get(department, 1), 1))
        standings.append(Standing(department, sum([x for _, x in parts]) * (1 / divisor), parts))
    return sorted(standings, key=lambda standing: (-standing.score, standing.owner))
