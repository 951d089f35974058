"""Topics that a query finds without naming them: what carries such a topic has to do with the query.

「次のバージョンで何が変わるの」 names no topic, and few texts say バージョン; but the topic リリース has it among
its other words. Whoever wrote what carries the topic is asked first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kb.search.generation import Documents, SegmentView

# A topic is found when it scores at least this part of the best document.
_LEAST_PART = 0.7
# What carries the best topic counts as if half of the query stood in its title.
_COVER = 0.5
# A query that finds many topics alike is about none of them.
_MOST = 2
_KIND = "topic"

Scores = Mapping[SegmentView, Mapping[int, float]]


@dataclass(frozen=True)
class TopicWords:
    """The topics of the company: slugs with the pairs of letters of each word for the topic, and by key."""

    pairs: tuple[tuple[str, frozenset[str]], ...] = ()
    slugs: Mapping[str, str] = field(default_factory=dict)


def hub_covers(scored: Scores, slugs: Mapping[str, str]) -> dict[str, float]:
    """The slugs of the topics among the best documents, with a part of the query (0 to ½) for each."""
    best = max((score for scores in scored.values() for score in scores.values()), default=0.0)
    found = [
        (score, view.key(number))
        for view, scores in scored.items()
        for number, score in scores.items()
        if score >= _LEAST_PART * best and view.kind(number) == _KIND
    ]
    known = sorted((-score, slugs[key]) for score, key in found if key in slugs)
    return {slug: _COVER * -score / best for score, slug in known[:_MOST]}


def newest_on(view: SegmentView, slug: str, most: int, kept: Documents | None) -> set[int]:
    """The newest documents of a segment that carry a topic and may be found."""
    numbers = view.postings("facet", f"topic:{slug}")[0]
    if kept is not None:
        numbers = numbers[kept[numbers]]
    newest = numbers[np.argsort(-view.days[numbers], kind="stable")[:most]]
    return set(newest.tolist())
