"""この1年の足あと: the year as a ring of short strokes, one per week, and the same as a table.

Pure geometry: the strokes are drawn by the page's CSS, and the numbers are for the table only.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WEEKS = 52
KINDS = ("touch", "answer", "article")
CENTRE = 120.0
INNER = 56.0
LABEL_RADIUS = 108.0
GAP = 3.0
# The stroke of the busiest week reaches this far; a week with one record is still seen.
STROKE_MAX = 14.0
STROKE_MIN = 1.5


@dataclass(frozen=True)
class Mark:
    """A month by its first day, beside the week in which it begins."""

    x: int
    y: int
    month: dt.date


@dataclass(frozen=True)
class MonthRow:
    """One line of the table that says the same."""

    month: dt.date
    touch: int
    answer: int
    article: int


@dataclass(frozen=True)
class YearRing:
    """SVG path data per kind, the marks around the ring, and the table, oldest month first."""

    paths: Mapping[str, str]
    marks: Sequence[Mark]
    months: Sequence[MonthRow]
    is_empty: bool


def draw(days: Mapping[str, Iterable[dt.date]], *, today: dt.date) -> YearRing:
    """The ring of the 52 weeks that end today, clockwise, this week at the top left.

    ``days`` holds, per kind of ``KINDS``, the day of every record; days outside the year are left out.
    """
    first = today - dt.timedelta(days=WEEKS * 7 - 1)
    weeks = {kind: _per_week(days.get(kind, ()), first, today) for kind in KINDS}
    busiest = max((count for counts in weeks.values() for count in counts.values()), default=0)
    strokes: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for week in range(WEEKS):
        radius = INNER
        for kind in KINDS:
            count = weeks[kind][week]
            if count:
                length = _length(count, busiest)
                strokes[kind].append(_stroke(week, radius, length))
                radius += length + GAP + 2
    return YearRing(
        paths={kind: "".join(parts) for kind, parts in strokes.items()},
        marks=_marks(first),
        months=_months(days, first, today),
        is_empty=busiest == 0,
    )


def _per_week(days: Iterable[dt.date], first: dt.date, today: dt.date) -> Counter[int]:
    return Counter((day - first).days // 7 for day in days if first <= day <= today)


def _length(count: int, busiest: int) -> float:
    """By the root of the count: a busy week is seen, a quiet one does not vanish beside it."""
    return max(STROKE_MIN, STROKE_MAX * math.sqrt(count / busiest))


def _point(week: float, radius: float) -> tuple[int, int]:
    angle = 2 * math.pi * (week + 0.5) / WEEKS
    return (
        round(CENTRE + radius * math.sin(angle)),
        round(CENTRE - radius * math.cos(angle)),
    )


def _stroke(week: int, radius: float, length: float) -> str:
    angle = 2 * math.pi * (week + 0.5) / WEEKS
    sine, cosine = math.sin(angle), math.cos(angle)
    near, far = radius, radius + length
    return (
        f"M{CENTRE + near * sine:.1f} {CENTRE - near * cosine:.1f}"
        f"L{CENTRE + far * sine:.1f} {CENTRE - far * cosine:.1f}"
    )


def _marks(first: dt.date) -> list[Mark]:
    """One mark per quarter; a year has a day more than the ring, so the one before it belongs to it."""
    marks = []
    for past in range(-1, WEEKS * 7):
        day = first + dt.timedelta(days=past)
        if day.day == 1 and day.month in (3, 6, 9, 12):
            x, y = _point(max(past, 0) // 7, LABEL_RADIUS)
            marks.append(Mark(x, y + 4, day))
    return marks


def _months(
    days: Mapping[str, Iterable[dt.date]], first: dt.date, today: dt.date
) -> list[MonthRow]:
    counted = {
        kind: Counter(day.replace(day=1) for day in days.get(kind, ()) if first <= day <= today)
        for kind in KINDS
    }
    month, rows = first.replace(day=1), []
    while month <= today:
        rows.append(MonthRow(month, *(counted[kind][month] for kind in KINDS)))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return rows
