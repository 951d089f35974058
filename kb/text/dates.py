"""Dates as Japanese people write them."""

import datetime as dt
import re
import unicodedata

FISCAL_YEAR_STARTS_IN = 4
ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "r": 2018, "h": 1988, "s": 1925}
FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
ERA = re.compile(r"(令和|平成|昭和|[rhs])\.?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
SHORT = re.compile(r"(\d{1,2})[/月.](\d{1,2})日?")
RELATIVE_DAYS = {
    "今日": 0,
    "本日": 0,
    "明日": 1,
    "あした": 1,
    "明後日": 2,
    "あさって": 2,
    "昨日": -1,
}


def parse_day(text: str, *, today: dt.date) -> dt.date | None:
    """The day that a short text names, or None.

    Understands 2026-11-20, 2026/11/20, 2026年11月20日, 20261120, 令和8年11月20日, R8.11.20, 11/20, 11月20日,
    今日, 明日, 明後日 in any width. A day without a year is the one nearest to ``today``.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    plain = re.sub(r"\([月火水木金土日](?:曜日?)?\)$", "", plain)
    if plain in RELATIVE_DAYS:
        return today + dt.timedelta(days=RELATIVE_DAYS[plain])
    for pattern in (FULL, COMPACT):
        if match := pattern.fullmatch(plain):
            return _day(*map(int, match.groups()))
    if match := ERA.fullmatch(plain):
        year = 1 if match[2] == "元" else int(match[2])
        return _day(ERAS[match[1]] + year, int(match[3]), int(match[4]))
    if match := SHORT.fullmatch(plain):
        return _nearest(int(match[1]), int(match[2]), today)
    return None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, today: dt.date) -> dt.date | None:
    days = [_day(year, month, day) for year in (today.year - 1, today.year, today.year + 1)]
    return min((d for d in days if d is not None), key=lambda d: abs(d - today), default=None)


_MONTHS = (
    re.compile(r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})月?"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})"),
    re.compile(r"(?P<month>\d{1,2})月"),
)
_RELATIVE_MONTHS = {"今月": 0, "来月": 1, "再来月": 2}


def parse_month(text: str, *, today: dt.date) -> dt.date | None:
    """The first day of the month that a short text names, or None.

    Understands 2027-03, 2027/3, 2027年3月, 202703, 3月 (the next one to come), 来月, and any day.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if plain in _RELATIVE_MONTHS:
        months = today.year * 12 + today.month - 1 + _RELATIVE_MONTHS[plain]
        return dt.date(months // 12, months % 12 + 1, 1)
    for pattern in _MONTHS:
        if match := pattern.fullmatch(plain):
            parts = match.groupdict()
            month = int(parts["month"])
            coming = today.year + (1 if month < today.month else 0)
            return _day(int(parts.get("year") or coming), month, 1)
    day = parse_day(text, today=today)
    return day.replace(day=1) if day is not None else None
