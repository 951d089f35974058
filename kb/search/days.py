"""Years, days and times of day that are written in several ways: 令和8年 and 2026年, 12/3 and 12月3日."""

import re
from collections.abc import Iterator

# The year before each era's first.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_LAST_YEAR = {"令和": 99, "平成": 31, "昭和": 64, "大正": 15, "明治": 45}
_ERA_YEAR = re.compile(f"({'|'.join(_ERAS)})(元|\\d{{1,2}})年")
# R7年, H30.4.1 as forms have it: the era by its first letter.
_ERA_LETTERS = {"r": "令和", "h": "平成", "s": "昭和", "t": "大正"}
_LETTERED_YEAR = re.compile(
    r"(?<![a-z0-9])([rhst])\.?(\d{1,2})(?:年|[/.-](\d{1,2})[/.-](\d{1,2})(?![\d/.-]))"
)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)年")
_DAY = re.compile(r"(?<!\d)(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_SLASHED_DAY = re.compile(r"(?<![\d/.-])(?:(\d{4})([/.-]))?(\d{1,2})([/.-])(\d{1,2})(?![\d/.-])")
_TIME = re.compile(r"(?<!\d)(\d{1,2})時(?:(\d{1,2})分|(半))?(?!間|点|期|\d)")
_AFTERNOON = re.compile(r"午後(\d{1,2})(時|:)")
_NOON = 12
_COLON_TIME = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?![\d:])")


def other_spellings(normalized: str) -> tuple[str, ...]:
    """Return the text with its first year, day or time written in the other ways; empty when it has none."""
    found = dict.fromkeys(
        spelling
        for ways in (_years, _days, _slashed_days, _times)
        for spelling in ways(normalized)
        if spelling != normalized
    )
    return tuple(found)


def _years(text: str) -> Iterator[str]:
    if match := _LETTERED_YEAR.search(text):
        day = f"{int(match[3])}月{int(match[4])}日" if match[3] else ""
        text = _replaced(text, match, f"{_ERA_LETTERS[match[1]]}{int(match[2])}年{day}")
        yield text
    if match := _ERA_YEAR.search(text):
        number = 1 if match[2] == "元" else int(match[2])
        if 1 <= number <= _LAST_YEAR[match[1]]:
            yield _replaced(text, match, f"{_ERAS[match[1]] + number}年")
            yield from _first_year(text, match, match[1], number)
            yield from _lettered(text, match, match[1], number)
    elif match := _YEAR.search(text):
        year = int(match[1])
        for era, before in _ERAS.items():
            number = year - before
            if 1 <= number <= _LAST_YEAR[era]:
                yield _replaced(text, match, f"{era}{number}年")
                yield from _lettered(text, match, era, number)
                yield from _first_year(text, match, era, number)


def _first_year(text: str, match: re.Match[str], era: str, number: int) -> Iterator[str]:
    if number == 1:
        yield _replaced(text, match, f"{era}元年")
        yield _replaced(text, match, f"{era}1年")


def _lettered(text: str, match: re.Match[str], era: str, number: int) -> Iterator[str]:
    for letter, name in _ERA_LETTERS.items():
        if name == era:
            yield _replaced(text, match, f"{letter}{number}年")


def _days(text: str) -> Iterator[str]:
    match = _DAY.search(text)
    if match is None:
        return
    year, month, day = match[1] or "", match[2].lstrip("0"), match[3].lstrip("0")
    for mark in "/-.":
        start = f"{year}{mark}" if year else ""
        if year or mark == "/":
            yield _replaced(text, match, f"{start}{month}{mark}{day}")
            yield _replaced(text, match, f"{start}{month:0>2}{mark}{day:0>2}")


def _slashed_days(text: str) -> Iterator[str]:
    match = _SLASHED_DAY.search(text)
    if match is None or not _is_day(match):
        return
    year = f"{match[1]}年" if match[1] else ""
    yield _replaced(text, match, f"{year}{int(match[3])}月{int(match[5])}日")


def _is_day(match: re.Match[str]) -> bool:
    """Whether it is a day of the calendar; without a year only a stroke makes one: 12/3, not 3.5 or 1-2."""
    is_marked = match[2] == match[4] if match[1] else match[4] == "/"
    return is_marked and 1 <= int(match[3]) <= 12 and 1 <= int(match[5]) <= 31


def _times(text: str) -> Iterator[str]:
    if match := _AFTERNOON.search(text):
        hour = int(match[1])
        if hour < _NOON:
            text = _replaced(text, match, f"{hour + _NOON}{match[2]}")
            yield text
    if match := _TIME.search(text):
        if int(match[1]) > _NOON and not match[2]:
            yield _replaced(text, match, f"午後{int(match[1]) - _NOON}時{match[3] or ''}")
        minutes = "30" if match[3] else match[2] or "00"
        yield _replaced(text, match, f"{match[1]}:{minutes:0>2}")
        if match[3]:
            yield _replaced(text, match, f"{match[1]}時30分")
        elif minutes == "30":
            yield _replaced(text, match, f"{match[1]}時半")
    elif match := _COLON_TIME.search(text):
        minutes = str(int(match[2]))
        yield _replaced(text, match, f"{match[1]}時" + (f"{minutes}分" if minutes != "0" else ""))


def _replaced(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]
