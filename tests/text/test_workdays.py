"""Working days in Japan."""

import datetime as dt

import pytest

from kb.text.workdays import add_workdays, is_workday, workdays_between


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-20", True),
        ("2026-11-21", False),  # Saturday
        ("2026-11-23", False),  # 勤労感謝の日
        ("2026-09-22", False),  # 国民の休日 between two holidays
        ("2026-05-06", False),  # 振替休日
        ("2026-12-28", True),
        ("2026-12-29", False),  # 年末
        ("2027-01-04", True),
    ],
)
def test_holidays_and_the_turn_of_the_year_are_free(day: str, expected: bool) -> None:
    assert is_workday(dt.date.fromisoformat(day)) is expected


def test_a_working_day_after_a_long_weekend() -> None:
    friday = dt.date(2026, 11, 20)
    assert add_workdays(friday, 1) == dt.date(2026, 11, 24)
    assert add_workdays(dt.date(2026, 11, 21), 0) == dt.date(2026, 11, 24)
    assert workdays_between(friday, dt.date(2026, 11, 25)) == 2
    assert workdays_between(friday, friday) == 0
