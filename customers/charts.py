"""Small drawings: the numbers of an SVG and the sentence that says the same in words."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.models import Touch

LINE_WIDTH, LINE_HEIGHT, LINE_MARGIN = 240, 56, 8
BAR_WIDTH, BAR_GAP, BARS_HEIGHT = 14, 6, 28
TREND_MONTHS = 6
# 0 is the lowest place of the line.
LEVELS = {
    Touch.Mood.DANGER: 0,
    Touch.Mood.WORRIED: 1,
    Touch.Mood.PLAIN: 2,
    Touch.Mood.GOOD: 3,
}
TONES = {Touch.Mood.DANGER: "danger", Touch.Mood.WORRIED: "warn"}
WORDS_MOST = 6


@dataclass(frozen=True)
class MoodPoint:
    """One dot of the line; ``words`` say day and mood."""

    x: float
    y: float
    tone: str
    words: str


@dataclass(frozen=True)
class MoodLine:
    """The mood of a customer over time, oldest first; ``words`` say the same as the drawing."""

    points: Sequence[MoodPoint]
    words: str
    width: int = LINE_WIDTH
    height: int = LINE_HEIGHT

    @property
    def path(self) -> str:
        """The ``points`` of the polyline."""
        return " ".join(f"{point.x:.0f},{point.y:.0f}" for point in self.points)


def mood_line(moods: Iterable[tuple[dt.datetime, str]]) -> MoodLine | None:
    """The line through these moments and moods, oldest first; None for fewer than two."""
    known = [(at, Touch.Mood(mood)) for at, mood in moods if mood in LEVELS]
    if len(known) < 2:
        return None
    step = (LINE_WIDTH - 2 * LINE_MARGIN) / (len(known) - 1)
    rise = (LINE_HEIGHT - 2 * LINE_MARGIN) / max(LEVELS.values())
    points = [
        MoodPoint(
            x=LINE_MARGIN + number * step,
            y=LINE_HEIGHT - LINE_MARGIN - LEVELS[mood] * rise,
            tone=TONES.get(mood, ""),
            words=f"{_short_day(at)} {mood.label}",
        )
        for number, (at, mood) in enumerate(known)
    ]
    last = _("、").join(point.words for point in points[-WORDS_MOST:])
    return MoodLine(points, _("ようすの移り変わり（古い順）：%(moods)s") % {"moods": last})


@dataclass(frozen=True)
class Bar:
    """One month of a trend, with its place in the drawing."""

    x: int
    y: int
    height: int
    count: int


@dataclass(frozen=True)
class Trend:
    """Voices per month, oldest first; ``words`` say the same as the bars."""

    bars: Sequence[Bar]
    words: str
    width: int = TREND_MONTHS * (BAR_WIDTH + BAR_GAP)
    height: int = BARS_HEIGHT
    bar_width: int = BAR_WIDTH


def trend_months(today: dt.date) -> list[dt.date]:
    """The first days of the last months, oldest first, this month last."""
    months = [today.replace(day=1)]
    while len(months) < TREND_MONTHS:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    return months[::-1]


def month_bars(counts: Sequence[int], *, most: int) -> Trend:
    """One bar for each month; ``most`` is the count of the highest bar on the whole page."""
    bars = []
    for number, count in enumerate(counts):
        height = max(2, round(BARS_HEIGHT * count / max(most, 1))) if count else 1
        bars.append(Bar(number * (BAR_WIDTH + BAR_GAP), BARS_HEIGHT - height, height, count))
    words = _("、").join(str(count) for count in counts)
    return Trend(bars, _("この%(months)dか月の件数（古い順）：%(counts)s") % {
        "months": len(counts), "counts": words,
    })  # fmt: skip


def _short_day(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    is_this_year = local.year == timezone.localdate().year
    return date_format(local, _("n/j") if is_this_year else _("Y/n/j"))
