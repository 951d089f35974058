"""What somebody wrote about, month by month: dots for a picture, and the same as a table.

Pure geometry over days; a dot says that there was something, its size only roughly how much.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.topics.models import Topic

MONTHS = 12
LEFT = 104
STEP = 14
# The name of the last month reaches beyond its dot by so much.
RIGHT = 10
ROW_HEIGHT = 24
TOP = 24
RADIUS_MIN, RADIUS_MAX = 2.0, 6.5


@dataclass(frozen=True)
class Dot:
    """One month of one topic."""

    x: int
    radius: float


@dataclass(frozen=True)
class TopicRow:
    """One topic: its dots, and its numbers for the table, oldest month first."""

    topic: Topic
    y: int
    dots: Sequence[Dot]
    counts: Sequence[int]


@dataclass(frozen=True)
class TopicMonths:
    """The picture and the table; empty without rows. The lines begin at ``left``."""

    rows: Sequence[TopicRow]
    months: Sequence[dt.date]
    marks: Sequence[tuple[int, dt.date]]
    width: int
    height: int
    left: int = LEFT


def draw_topics(
    topics: Sequence[Topic], days: Mapping[int, Iterable[dt.date]], *, today: dt.date
) -> TopicMonths:
    """The twelve months that end with this one; ``days`` has the days of records by topic id.

    Topics keep their order; one without a record in these months is left out.
    """
    months = _months(today)
    counted = {
        topic.pk: Counter(d.replace(day=1) for d in days.get(topic.pk, ())) for topic in topics
    }
    shown = [topic for topic in topics if any(counted[topic.pk][month] for month in months)]
    busiest = max((counted[t.pk][m] for t in shown for m in months), default=1)
    rows = [
        _row(topic, [counted[topic.pk][month] for month in months], place, busiest)
        for place, topic in enumerate(shown)
    ]
    marks = [(_x(n), month) for n, month in enumerate(months) if month.month % 3 == 0]
    return TopicMonths(
        rows=rows,
        months=months,
        marks=marks,
        width=LEFT + MONTHS * STEP + RIGHT,
        height=TOP + ROW_HEIGHT * len(rows),
    )


def _months(today: dt.date) -> list[dt.date]:
    first = today.year * 12 + today.month - MONTHS
    return [dt.date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(MONTHS)]


def _x(place: int) -> int:
    return LEFT + place * STEP + STEP // 2


def _row(topic: Topic, counts: Sequence[int], place: int, busiest: int) -> TopicRow:
    dots = [Dot(_x(n), _radius(count, busiest)) for n, count in enumerate(counts) if count]
    return TopicRow(topic, TOP + place * ROW_HEIGHT + ROW_HEIGHT // 2, dots, counts)


def _radius(count: int, busiest: int) -> float:
    """By the root, so that the area grows with the count."""
    return round(max(RADIUS_MIN, RADIUS_MAX * math.sqrt(count / busiest)), 1)
