"""Periods as people type them: 2026-04, 2026年4月, 2026-04-01..2026-06-30, 今月, 先週, 30日, 1年."""

import re
import unicodedata
from datetime import date, datetime, timedelta

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?$")
_YEAR = re.compile(r"(\d{4})年?$")
_SPAN = re.compile(r"(?:過去|直近|最近)?(\d{1,4})(日|週間?|[かヶケカヵ箇]?月|年)間?$")
_RANGE = re.compile(r"\.\.|~|〜|から")
_RELATIVE_DAYS = {
    "今日": (0, 0),
    "本日": (0, 0),
    "昨日": (1, 1),
    "today": (0, 0),
    "yesterday": (1, 1),
}
_DAYS_PER = {"日": 1, "週": 7, "月": 30, "年": 365}


def parse_period(text: str, *, today: date | None = None) -> tuple[date | None, date | None] | None:
    """Return (first day, last day) for 2026-04, 2026年4月, 2026-04-01..2026-06-30, 今月, 先週, 30日, 1年."""
    value = unicodedata.normalize("NFKC", text).strip().lower()
    now = today or datetime.now().astimezone().date()
    try:
        sides = _RANGE.split(value)
        if len(sides) == 2:
            return _open_range(sides[0], sides[1], now)
        return _one_period(value, now)
    except (ValueError, OverflowError):
        return None


def _open_range(first: str, last: str, now: date) -> tuple[date | None, date | None] | None:
    last = last.removesuffix("まで")
    since = _one_period(first, now) if first else (None, None)
    until = _one_period(last, now) if last else (None, None)
    if since is None or until is None or not (first or last):
        return None
    return since[0], until[1]


def _one_period(value: str, now: date) -> tuple[date, date] | None:
    if match := _DAY.match(value):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return day, day
    if match := _MONTH.match(value):
        return _month(int(match[1]), int(match[2]))
    if match := _YEAR.match(value):
        return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)
    if match := _SPAN.match(value):
        unit = next(name for name in _DAYS_PER if name in match[2])
        return now - timedelta(days=int(match[1]) * _DAYS_PER[unit]), now
    return _relative_period(value, now)


def _relative_period(value: str, now: date) -> tuple[date, date] | None:
    if value in _RELATIVE_DAYS:
        back, _ = _RELATIVE_DAYS[value]
        day = now - timedelta(days=back)
        return day, day
    monday = now - timedelta(days=now.weekday())
    last_month = now.replace(day=1) - timedelta(days=1)
    periods = {
        "今週": (monday, monday + timedelta(days=6)),
        "先週": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "今月": _month(now.year, now.month),
        "先月": _month(last_month.year, last_month.month),
        "今年": (date(now.year, 1, 1), date(now.year, 12, 31)),
        "去年": (date(now.year - 1, 1, 1), date(now.year - 1, 12, 31)),
        "昨年": (date(now.year - 1, 1, 1), date(now.year - 1, 12, 31)),
    }
    return periods.get(value)


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1)
