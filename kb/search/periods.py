"""Periods as people type them: 2026-04, 2026年4月, 2026/4-2026/9, 4月〜9月, 今年度, 令和8年, 先月, 30日, 1年."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta

from kb.search.kanji import KANJI_DIGITS, KANJI_UNITS, arabic
from kb.text.dates import ERAS, FISCAL_YEAR_STARTS_IN

Days = tuple[date, date]

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?$")
_YEAR = re.compile(r"(\d{4})年?$")
_FISCAL = re.compile(r"(?:(\d{4}|[今昨前去来])年度(?:([上下])半?期)?|([上下])半?期)$")
# Of this year, or of the last one where they are still to come.
_LONE_MONTH = re.compile(r"(\d{1,2})月$")
_LONE_DAY = re.compile(r"(\d{1,2})[/月](\d{1,2})日?$")
_SPAN = re.compile(r"(?:過去|直近|最近|この)?(\d{1,4})(日|週間?|[かヶケカヵ箇]月|年)間?$")
_ERA = re.compile(r"(令和|平成|昭和|[rhs])\.?(元|\d{1,2})(?=[-/.年])|(?<![a-z])([rhs])(\d{1,2})$")
_KANJI_NUMERAL = re.compile(
    f"[{''.join(KANJI_DIGITS)}{''.join(KANJI_UNITS)}]+(?=[日週かヶケカヵ箇月年])"
)
_RANGE = re.compile(r"\.\.|~|〜|から")
# A stroke parts days and months where no stroke stands within them.
_STROKE_RANGE = re.compile(r"([^-ー–—−]+)[-ー–—−]([^-ー–—−]+)$")
_OPEN = (("以降", "{}~"), ("以後", "{}~"), ("以前", "~{}"), ("まで", "~{}"))
_DAYS_BACK = {
    **dict.fromkeys(("今日", "本日", "きょう", "today"), 0),
    **dict.fromkeys(("昨日", "きのう", "yesterday"), 1),
    **dict.fromkeys(("一昨日", "おととい"), 2),
}
_WEEKS_ON = {"先々週": -2, "先週": -1, "今週": 0, "来週": 1}
_MONTHS_ON = {"先々月": -2, "先月": -1, "今月": 0, "来月": 1}
_YEARS_ON = {"一昨年": -2, "おととし": -2, "去年": -1, "昨年": -1, "今年": 0, "来年": 1}
_FISCAL_YEARS_ON = {"今": 0, "昨": -1, "前": -1, "去": -1, "来": 1}
_DAYS_PER = {"日": 1, "週": 7, "月": 30, "年": 365}
_HALF_A_YEAR = re.compile("(?:過去|直近|最近|この)?半年間?$")
_WITHOUT_YEAR = (_LONE_MONTH, _LONE_DAY)


def parse_period(text: str, *, today: date | None = None) -> tuple[date | None, date | None] | None:
    """Return (first day, last day) for 2026-04, 2026年4月, 2026-04-01..2026-06-30, 今月, 今年度, 30日, 1年."""
    value = _plain(text)
    now = today or datetime.now().astimezone().date()
    try:
        for ending, written in _OPEN:
            if value.endswith(ending) and not _RANGE.search(value):
                value = written.format(value.removesuffix(ending))
        sides = _RANGE.split(value)
        if len(sides) == 2:
            return _range(sides[0], sides[1].removesuffix("まで"), now)
        found = _one_period(value, now)
        if found is None and (parted := _STROKE_RANGE.match(value)):
            return _range(parted[1], parted[2], now)
        return found
    except (ValueError, OverflowError):
        return None


def _plain(text: str) -> str:
    """The text in one width, with years of the era and kanji numerals in figures."""
    value = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    value = _KANJI_NUMERAL.sub(lambda match: arabic(match[0]), value)
    return _ERA.sub(_common_year, value)


def _common_year(match: re.Match[str]) -> str:
    number = match[2] or match[4]
    return str(ERAS[match[1] or match[3]] + (1 if number == "元" else int(number)))


def _range(first: str, last: str, now: date) -> tuple[date | None, date | None] | None:
    since = _one_period(first, now) if first else (None, None)
    until = _one_period(last, now) if last else (None, None)
    if since is None or until is None or not (first or last):
        return None
    start, end = since[0], until[1]
    if start and end and end < start:
        if not any(pattern.match(last) for pattern in _WITHOUT_YEAR):
            return until[0], since[1]
        # 10月〜3月 ends in the year after.
        ends = (_one_period(last, date(year, 12, 31)) for year in (start.year, start.year + 1))
        end = next((found[1] for found in ends if found and found[1] >= start), end)
    return start, end


def _one_period(value: str, now: date) -> Days | None:
    if match := _DAY.match(value):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return day, day
    for pattern, period in _PATTERNS:
        if match := pattern.match(value):
            return period(match, now)
    return _relative_period(value, now)


def _span(match: re.Match[str], now: date) -> Days:
    unit = next(name for name in _DAYS_PER if name in match[2])
    return now - timedelta(days=int(match[1]) * _DAYS_PER[unit]), now


def _fiscal_year(match: re.Match[str], now: date) -> Days:
    """From April to March, or half of it."""
    if match[1] and match[1].isdigit():
        year = int(match[1])
    else:
        this = now.year if now.month >= FISCAL_YEAR_STARTS_IN else now.year - 1
        year = this + _FISCAL_YEARS_ON[match[1] or "今"]
    half = match[2] or match[3]
    first = _month_on(year, FISCAL_YEAR_STARTS_IN, 6 if half == "下" else 0)
    last = _month_on(year, FISCAL_YEAR_STARTS_IN, 5 if half == "上" else 11)
    return first[0], last[1]


def _lone_month(match: re.Match[str], now: date) -> Days:
    month = int(match[1])
    return _month(now.year if month <= now.month else now.year - 1, month)


def _lone_day(match: re.Match[str], now: date) -> Days:
    month, day = int(match[1]), int(match[2])
    year = now.year if (month, day) <= (now.month, now.day) else now.year - 1
    return date(year, month, day), date(year, month, day)


def _relative_period(value: str, now: date) -> Days | None:
    if value in _DAYS_BACK:
        day = now - timedelta(days=_DAYS_BACK[value])
        return day, day
    if value in _WEEKS_ON:
        monday = now + timedelta(days=7 * _WEEKS_ON[value] - now.weekday())
        return monday, monday + timedelta(days=6)
    if value in _MONTHS_ON:
        return _month_on(now.year, now.month, _MONTHS_ON[value])
    if value in _YEARS_ON:
        year = now.year + _YEARS_ON[value]
        return date(year, 1, 1), date(year, 12, 31)
    return None


def _month_on(year: int, month: int, months: int) -> Days:
    years, place = divmod(month - 1 + months, 12)
    return _month(year + years, place + 1)


def _month(year: int, month: int) -> Days:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, following - timedelta(days=1)


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Days]], ...] = (
    (_MONTH, lambda match, _now: _month(int(match[1]), int(match[2]))),
    (_YEAR, lambda match, _now: (date(int(match[1]), 1, 1), date(int(match[1]), 12, 31))),
    (_FISCAL, _fiscal_year),
    (_LONE_MONTH, _lone_month),
    (_LONE_DAY, _lone_day),
    (_SPAN, _span),
    (_HALF_A_YEAR, lambda _match, now: (now - timedelta(days=182), now)),
)
