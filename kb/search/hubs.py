"""Topics that a query finds without naming them: what carries such a topic has to do with the query.

「次のバージョンで何が変わるの」 names no topic, and few texts say バージョン; but the topic リリース has it among
its other words. Whoever wrote what carries the topic is asked first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.search.generation import Documents, Generation
from kb.search.posting_table import Numbers

# A topic is found when it scores at least this part of the best document.
_LEAST_PART = 0.7
# What carries the best topic counts as if half of the query stood in its title.
_COVER = 0.5
# A query that finds many topics alike is about none of them.
_MOST = 2
_KIND = "topic"

Scores = NDArray[np.float64]


class Scored(NamedTuple):
    """Some documents, by their place in the row of all, with their scores."""

    numbers: NDArray[np.intp]
    scores: Scores

    @property
    def best(self) -> float:
        """The score of the best document; 0 without any."""
        return float(self.scores.max(initial=0.0))


@dataclass(frozen=True)
class TopicWords:
    """The topics of the company: slugs with the pairs of letters of each word for the topic, and by key."""

    pairs: tuple[tuple[str, frozenset[str]], ...] = ()
    slugs: Mapping[str, str] = field(default_factory=dict)


def hub_covers(
    generation: Generation, scored: Scored, slugs: Mapping[str, str]
) -> dict[str, float]:
    """The slugs of the topics among the best documents, with a part of the query (0 to ½) for each."""
    if _KIND not in generation.kind_names:
        return {}
    best = scored.best
    is_topic = generation.kinds[scored.numbers] == generation.kind_names.index(_KIND)
    chosen = is_topic & (scored.scores >= _LEAST_PART * best)
    found = zip(scored.scores[chosen].tolist(), scored.numbers[chosen].tolist(), strict=True)
    keys = [(score, generation.key(number)) for score, number in found]
    known = sorted((-score, slugs[key]) for score, key in keys if key in slugs)
    return {slug: _COVER * -score / best for score, slug in known[:_MOST]}


def newest_on(generation: Generation, slug: str, most: int, kept: Documents | None) -> Numbers:
    """The newest documents that carry a topic and may be found."""
    numbers = generation.postings("facet", f"topic:{slug}")[0]
    if kept is not None:
        numbers = numbers[kept[numbers]]
    return numbers[np.argsort(-generation.days[numbers], kind="stable")[:most]]
