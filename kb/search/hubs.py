"""Topics that a query finds without naming them: what carries such a topic has to do with the query.

「次のバージョンで何が変わるの」 names no topic, and few texts say バージョン; but the topic リリース has it among
its other words. Whoever wrote what carries the topic is asked first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kb.search.generation import Documents, SegmentView
from kb.search.posting_table import Numbers

# A topic is found when it scores at least this part of the best document.
_LEAST_PART = 0.7
# What carries the best topic counts as if half of the query stood in its title.
_COVER = 0.5
# A query that finds many topics alike is about none of them.
_MOST = 2
_KIND = "topic"

Scores = NDArray[np.float64]
# Some documents of each segment, with their scores.
Scored = dict[SegmentView, tuple[NDArray[np.intp], Scores]]


@dataclass(frozen=True)
class TopicWords:
    """The topics of the company: slugs with the pairs of letters of each word for the topic, and by key."""

    pairs: tuple[tuple[str, frozenset[str]], ...] = ()
    slugs: Mapping[str, str] = field(default_factory=dict)


def best_score(scored: Scored) -> float:
    """The score of the best document; 0 without any."""
    return max((float(scores.max(initial=0.0)) for _, scores in scored.values()), default=0.0)


def hub_covers(scored: Scored, slugs: Mapping[str, str]) -> dict[str, float]:
    """The slugs of the topics among the best documents, with a part of the query (0 to ½) for each."""
    best = best_score(scored)
    found = [
        (score, view.key(number))
        for view, (numbers, scores) in scored.items()
        if _KIND in view.kind_names
        for is_topic in (view.kinds[numbers] == view.kind_names.index(_KIND),)
        for chosen in (is_topic & (scores >= _LEAST_PART * best),)
        for number, score in zip(numbers[chosen].tolist(), scores[chosen].tolist(), strict=True)
    ]
    known = sorted((-score, slugs[key]) for score, key in found if key in slugs)
    return {slug: _COVER * -score / best for score, slug in known[:_MOST]}


def newest_on(view: SegmentView, slug: str, most: int, kept: Documents | None) -> Numbers:
    """The newest documents of a segment that carry a topic and may be found."""
    numbers = view.postings("facet", f"topic:{slug}")[0]
    if kept is not None:
        numbers = numbers[kept[numbers]]
    return numbers[np.argsort(-view.days[numbers], kind="stable")[:most]]
