"""Working days in Japan: Monday to Friday without public holidays and the turn of the year."""

import datetime as dt

import jpholiday

_SATURDAY = 5
_ONE_DAY = dt.timedelta(days=1)
# 年末年始: most offices are closed although only 元日 is a public holiday.
_TURN_OF_THE_YEAR = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def is_workday(day: dt.date) -> bool:
    """Whether people are at work on that day."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _TURN_OF_THE_YEAR:
        return False
    return not jpholiday.is_holiday(day)


def add_workdays(day: dt.date, count: int) -> dt.date:
    """The ``count``-th working day after ``day`` (``count`` ≥ 0; 0 is ``day`` or the next one)."""
    while not is_workday(day):
        day += _ONE_DAY
    for _step in range(count):
        day += _ONE_DAY
        while not is_workday(day):
            day += _ONE_DAY
    return day


def workdays_between(first: dt.date, last: dt.date) -> int:
    """How many working days lie after ``first`` up to and with ``last``; 0 when none."""
    count = 0
    while first < last:
        first += _ONE_DAY
        count += is_workday(first)
    return count
