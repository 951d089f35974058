"""Days named inside a sentence: 「12/3（水）まで」, 「来週水曜」, 「月末」, each with how sure it is."""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kb.text.dates import ERAS

# A day without a year that lies further ahead than this may as well have been meant as a past one.
AHEAD_MAX = dt.timedelta(days=200)
# Whoever notes a date a little later still means that one.
LATE_MAX = dt.timedelta(days=10)
WEEKDAYS = "月火水木金土日"

_YOUBI = r"(?:\s*[(]\s*(?P<wd>[月火水木金土日])(?:曜日?)?(?:[・,]?祝)?\s*[)])?"
_AFTER = r"(?!\d)"
_FULL = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?"
    + _AFTER
    + _YOUBI
)
_COMPACT = re.compile(r"(?<![\d/-])(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)" + _YOUBI)
_ERA = re.compile(
    r"(?P<e>令和|平成|昭和|(?<![A-Za-z])[RHS])\s*\.?(?P<y>元|\d{1,2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?"
    + _AFTER
    + _YOUBI
)
_KANJI = re.compile(
    r"(?:(?P<rel>来年|今年)の?)?(?<!\d)(?P<m>\d{1,2})月\s*(?P<d>\d{1,2})日?" + _AFTER + _YOUBI
)
_SLASH = re.compile(
    r"(?<![\d/.A-Za-z_])(?P<m>\d{1,2})/(?P<d>\d{1,2})(?![\d/]|\s*(?:人|名|件|個|社))" + _YOUBI
)
_MONTH_PART = re.compile(r"(?<!\d)(?P<m>\d{1,2})月\s*(?P<part>末|上旬|中旬|下旬|頭|初め|中)")
_WEEK = re.compile(
    r"(?P<w>今週|来週|再来週|翌週|さ来週|次週)の?(?P<wd>[月火水木金土日])(?:曜日?)?(?![ぁ-ん一-龠])"
    r"|(?P<w2>今週|来週|再来週|翌週|次週)の?(?P<wd2>[月火水木金土日])曜日?"
)
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAME = (
    r"(?P<mon>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_ENGLISH = re.compile(
    rf"(?<![A-Za-z]){_MONTH_NAME}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s+(?P<y>20\d{{2}})(?!\d))?"
)
_ENGLISH_DAY_FIRST = re.compile(
    rf"(?<![\d/.:])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH_NAME}(?![A-Za-z])(?:,?\s+(?P<y>20\d{{2}})(?!\d))?"
)
_WEEK_END = re.compile(r"(?P<w>今週|来週|再来週|翌週|次週)(?P<part>中|末|いっぱい|前半|後半|頭)?")
_MONTH_END = re.compile(r"(?P<w>今月|来月|再来月|翌月|当月)?(?P<part>月末|末日?|中|上旬|中旬|下旬)")
_WEEKDAY_ONLY = re.compile(r"(?<![一-龠])(?P<wd>[月火水木金土日])曜日?(?=まで|に|中|[\s、。,)]|$)")
_DAY_ONLY = re.compile(r"(?<![\d/月.第])(?P<d>\d{1,2})日(?![間目程以])" + _YOUBI)
_RELATIVE = {
    "明々後日": 3,
    "明後日": 2,
    "あさって": 2,
    "明日": 1,
    "あす": 1,
    "あした": 1,
    "本日": 0,
    "今日": 0,
}
_SIMPLE = re.compile(r"明々後日|明後日|あさって|明日|あした|本日(?!の|は|、)|今日(?=中|まで|に)")
_OTHERS = re.compile(r"週明け|年内|年末|年度末|次回(?:会議|定例)?まで")
_WEEKS = {"今週": 0, "来週": 1, "翌週": 1, "次週": 1, "再来週": 2, "さ来週": 2}
_MONTHS = {"今月": 0, "当月": 0, None: 0, "来月": 1, "翌月": 1, "再来月": 2}


@dataclass(frozen=True)
class DayFound:
    """A day as it was written, where it stands in the text, and which day it is.

    ``day`` is None for a day that does not exist (2/30) or was left open (次回まで).
    ``is_sure`` is False when the year, the month or the day had to be guessed.
    """

    words: str
    start: int
    end: int
    day: dt.date | None
    is_sure: bool


def find_days(text: str, *, base: dt.date, ahead: bool = True) -> list[DayFound]:
    """All days that a text names, in its order. Positions count in the text's NFKC form.

    ``base`` is the day on which the text was written. ``ahead``: days without a year lie ahead of
    it (as of a ToDo); else they are those nearest to it (as of the meeting itself).
    """
    plain = unicodedata.normalize("NFKC", text)
    found: list[DayFound] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(plain):
            free = all(match.end() <= f.start or match.start() >= f.end for f in found)
            if free and (one := read(match, base, ahead)) is not None:
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def _found(match: re.Match[str], day: dt.date | None, *, is_sure: bool) -> DayFound:
    return DayFound(match[0].strip(), match.start(), match.end(), day, is_sure and day is not None)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _full(match: re.Match[str], _base: dt.date, _ahead: bool) -> DayFound | None:
    day = _day(int(match["y"]), int(match["m"]), int(match["d"]))
    return _found(match, day, is_sure=_weekday_fits(match["wd"], day))


def _compact(match: re.Match[str], base: dt.date, ahead: bool) -> DayFound | None:
    found = _full(match, base, ahead)
    return found if found is not None and found.day is not None else None


def _era(match: re.Match[str], _base: dt.date, _ahead: bool) -> DayFound | None:
    year = ERAS[match["e"].lower()] + (1 if match["y"] == "元" else int(match["y"]))
    day = _day(year, int(match["m"]), int(match["d"]))
    return _found(match, day, is_sure=_weekday_fits(match["wd"], day))


def _short(match: re.Match[str], base: dt.date, ahead: bool) -> DayFound | None:
    month, number = int(match["m"]), int(match["d"])
    if not 1 <= month <= 12 or not 1 <= number <= 31:
        return None if "月" not in match[0] else _found(match, None, is_sure=False)
    relative = match.groupdict().get("rel")
    if relative:
        day = _day(base.year + (relative == "来年"), month, number)
        return _found(match, day, is_sure=_weekday_fits(match["wd"], day))
    day, is_sure = _with_year(month, number, base, ahead=ahead, weekday=match["wd"])
    return _found(match, day, is_sure=is_sure)


def _english(match: re.Match[str], base: dt.date, ahead: bool) -> DayFound | None:
    month, number = _MONTH_NAMES.index(match["mon"][:3]) + 1, int(match["d"])
    if match["y"]:
        return _found(match, _day(int(match["y"]), month, number), is_sure=True)
    day, is_sure = _with_year(month, number, base, ahead=ahead, weekday=None)
    return _found(match, day, is_sure=is_sure)


def _with_year(
    month: int, number: int, base: dt.date, *, ahead: bool, weekday: str | None
) -> tuple[dt.date | None, bool]:
    """The day of the year that is meant, and whether that is sure."""
    days = [d for y in (-1, 0, 1) if (d := _day(base.year + y, month, number)) is not None]
    if not days:
        return None, False
    if weekday is not None:
        fitting = [day for day in days if _weekday_fits(weekday, day)]
        if len(fitting) == 1 and abs(fitting[0] - base) < AHEAD_MAX:
            return fitting[0], True
    nearest = min(days, key=lambda day: abs(day - base))
    if not ahead or weekday is not None:
        return nearest, weekday is None and abs(nearest - base) < AHEAD_MAX / 2
    coming = min((day for day in days if day >= base - LATE_MAX), default=nearest)
    if coming - base > AHEAD_MAX:
        return nearest, False
    return coming, coming >= base


def _weekday_fits(weekday: str | None, day: dt.date | None) -> bool:
    return day is not None and (weekday is None or WEEKDAYS[day.weekday()] == weekday)


def _month_part(match: re.Match[str], base: dt.date, ahead: bool) -> DayFound | None:
    month, part = int(match["m"]), match["part"]
    if not 1 <= month <= 12 or part == "中":
        return None if not 1 <= month <= 12 else _end_of(match, base, month, ahead, is_sure=False)
    if part in ("末", "下旬"):
        return _end_of(match, base, month, ahead, is_sure=part == "末")
    number = 20 if part == "中旬" else 10
    day, _sure = _with_year(month, number, base, ahead=ahead, weekday=None)
    return _found(match, day, is_sure=False)


def _end_of(
    match: re.Match[str], base: dt.date, month: int, ahead: bool, *, is_sure: bool
) -> DayFound:
    first, sure = _with_year(month, 28, base, ahead=ahead, weekday=None)
    day = _last_day(first) if first is not None else None
    return _found(match, day, is_sure=is_sure and sure)


def _last_day(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _monday(base: dt.date, weeks: int) -> dt.date:
    return base - dt.timedelta(days=base.weekday()) + dt.timedelta(weeks=weeks)


def _week_day(match: re.Match[str], base: dt.date, _ahead: bool) -> DayFound | None:
    week, weekday = match["w"] or match["w2"], match["wd"] or match["wd2"]
    day = _monday(base, _WEEKS[week]) + dt.timedelta(days=WEEKDAYS.index(weekday))
    return _found(match, day, is_sure=True)


def _week_end(match: re.Match[str], base: dt.date, _ahead: bool) -> DayFound | None:
    if match["part"] is None:
        return _found(match, _monday(base, _WEEKS[match["w"]]) + dt.timedelta(4), is_sure=False)
    offset = {"頭": 0, "前半": 2}.get(match["part"], 4)
    day = _monday(base, _WEEKS[match["w"]]) + dt.timedelta(days=offset)
    return _found(match, day, is_sure=match["part"] not in ("前半", "頭"))


def _month_end(match: re.Match[str], base: dt.date, _ahead: bool) -> DayFound | None:
    if match["w"] is None and match["part"] != "月末":
        return None
    months = base.month - 1 + _MONTHS[match["w"]]
    first = dt.date(base.year + months // 12, months % 12 + 1, 1)
    number = {"上旬": 10, "中旬": 20}.get(match["part"])
    day = first.replace(day=number) if number else _last_day(first)
    return _found(match, day, is_sure=match["part"] in ("月末", "末", "末日", "中"))


def _weekday_only(match: re.Match[str], base: dt.date, _ahead: bool) -> DayFound | None:
    ahead_by = (WEEKDAYS.index(match["wd"]) - base.weekday() - 1) % 7 + 1
    return _found(match, base + dt.timedelta(days=ahead_by), is_sure=False)


def _day_only(match: re.Match[str], base: dt.date, _ahead: bool) -> DayFound | None:
    number = int(match["d"])
    this = _day(base.year, base.month, number)
    following = _day(base.year + base.month // 12, base.month % 12 + 1, number)
    day = this if this is not None and this >= base else following
    return _found(match, day, is_sure=False) if 1 <= number <= 31 else None


def _simple(match: re.Match[str], base: dt.date, _ahead: bool) -> DayFound | None:
    return _found(match, base + dt.timedelta(days=_RELATIVE[match[0]]), is_sure=True)


def _other(match: re.Match[str], base: dt.date, _ahead: bool) -> DayFound | None:
    words = match[0]
    if words == "週明け":
        return _found(match, _monday(base, 1), is_sure=False)
    if words in ("年内", "年末"):
        return _found(match, dt.date(base.year, 12, 31), is_sure=words == "年内")
    if words == "年度末":
        return _found(match, dt.date(base.year + (base.month > 3), 3, 31), is_sure=True)
    return _found(match, None, is_sure=False)


_Reader = Callable[[re.Match[str], dt.date, bool], DayFound | None]
# What says most comes first; later ones read only what is left.
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_FULL, _full),
    (_ENGLISH, _english),
    (_ENGLISH_DAY_FIRST, _english),
    (_ERA, _era),
    (_COMPACT, _compact),
    (_KANJI, _short),
    (_SLASH, _short),
    (_MONTH_PART, _month_part),
    (_WEEK, _week_day),
    (_WEEK_END, _week_end),
    (_MONTH_END, _month_end),
    (_OTHERS, _other),
    (_SIMPLE, _simple),
    (_WEEKDAY_ONLY, _weekday_only),
    (_DAY_ONLY, _day_only),
)

_CLOCK = re.compile(
    r"(?P<half>午前|午後|AM|PM)?\s*(?<!\d)(?P<h>\d{1,2})\s*(?:[:時]\s*(?P<min>\d{2})?分?(?P<h30>半)?|(?=\s*[-~〜]\s*\d{1,2}時))"
)


def find_clock(text: str) -> dt.time | None:
    """The first time of day that a text names (15:00, 15時, 17-18時, 午後3時半, PM5:00), or None."""
    plain = unicodedata.normalize("NFKC", text)
    for match in _CLOCK.finditer(plain):
        hour = int(match["h"]) + (12 if match["half"] in ("午後", "PM") else 0)
        minute = 30 if match["h30"] else int(match["min"] or 0)
        if hour < 24 and minute < 60:
            return dt.time(hour, minute)
    return None


def spans(found: list[DayFound]) -> Iterator[tuple[int, int]]:
    """The places of the days, last first, so that they can be cut out one after the other."""
    for one in reversed(found):
        yield one.start, one.end
