"""The arithmetic of くわしい人: from scored documents and who did what to people, in pure functions.

Source of the formula: voting models for expert finding (Macdonald and Ounis 2006) with diminishing
returns and a correction for volume, measured on two public collections; see docs/experts.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
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
        total = sum(amount for _, amount in self.amounts)
        return tuple(Share(key, amount / total) for key, amount in self.amounts) if total else ()


def strengths(documents: Iterable[ScoredDocument]) -> dict[str, float]:
    """x_d of every document, 0 to 1: sharp, so that the best hits decide."""
    found = list(documents)
    best = max((document.score for document in found), default=0.0)
    if best <= 0:
        return {}
    return {d.key: _strength(d, best) for d in found}


def _strength(document: ScoredDocument, best: float) -> float:
    raised = max(document.score, 0.0) / best
    raised += NAME_BOOST * document.name_cover + VERBATIM_BOOST * document.verbatim
    return float(raised**SHARPNESS * substance(document.size))


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


def _diminishing(amounts: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """c / k^.25 for the k-th largest; ties in order of the key, so that runs are repeatable."""
    if len(amounts) == 1:
        # Most people of a search have written one of its documents.
        return tuple(amounts.items())
    ordered = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        (key, amount / rank**DIMINISHING) for rank, (key, amount) in enumerate(ordered, start=1)
    )


def _standing(owner: int, amounts: Mapping[str, float], factor: float) -> Standing:
    parts = _diminishing(amounts)
    return Standing(owner, sum(amount for _, amount in parts) * factor, parts)


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
    amounts: dict[int, dict[str, float]] = defaultdict(dict)
    weights: dict[int, dict[str, float]] = defaultdict(dict)
    for document, person, weight, last_on in contributions:
        own = amounts[person]
        amount = strength.get(document, 0.0) * weight * recency(last_on, today)
        if amount > own.get(document, 0.0):
            own[document] = amount
            weights[person][document] = strength[document] * weight
    all_strength = sum(strength.values())
    standings = [
        _standing(
            person,
            by_document,
            _chance_factor(person, sum(weights[person].values()), volume, all_strength),
        )
        for person, by_document in amounts.items()
        if by_document
    ]
    return sorted(standings, key=lambda standing: (-standing.score, standing.owner))


def _chance_factor(person: int, observed: float, volume: Volume, all_strength: float) -> float:
    """How far a person exceeds what their volume would give on any subject (.05 to 1)."""
    if not volume.document_count or not observed:
        return 1.0
    part = volume.weights.get(person, 0.0) / (volume.document_count + THOUGHT_DOCUMENTS)
    steep = 1 + (part / MOST_BY_ONE_PERSON) ** STEEPNESS
    expected = part * steep * all_strength
    return max(LEAST_FACTOR, 1 - CHANCE_PENALTY * expected / observed)


def rank_departments(
    strength: Mapping[str, float],
    owners: Mapping[str, Sequence[int]],
    document_counts: Mapping[int, int],
) -> list[Standing]:
    """Departments by score, highest first. ``owners``: departments of each document."""
    amounts: dict[int, dict[str, float]] = defaultdict(dict)
    for document, departments in owners.items():
        for department in departments:
            x = strength.get(document, 0.0)
            if x > 0:
                amounts[department][document] = x
    standings = [
        _standing(
            department, by_document, 1 / max(document_counts.get(department, 1), 1) ** DIMINISHING
        )
        for department, by_document in amounts.items()
    ]
    return sorted(standings, key=lambda standing: (-standing.score, standing.owner))
