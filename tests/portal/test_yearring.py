"""The year as a ring: every week is a stroke, every month a line of the table."""

import datetime as dt

from kb.portal.yearring import KINDS, draw

TODAY = dt.date(2026, 11, 20)


def test_a_year_without_records_is_empty() -> None:
    ring = draw({}, today=TODAY)
    assert ring.is_empty
    assert all(path == "" for path in ring.paths.values())


def test_each_week_with_records_has_one_stroke_per_kind() -> None:
    days = [TODAY, TODAY - dt.timedelta(days=1), TODAY - dt.timedelta(days=30)]
    ring = draw({"touch": days, "article": [TODAY]}, today=TODAY)
    assert ring.paths["touch"].count("M") == 2
    assert ring.paths["article"].count("M") == 1
    assert ring.paths["answer"] == ""


def test_the_table_says_the_same_and_reaches_over_the_year() -> None:
    ring = draw({"answer": [dt.date(2026, 4, 3), dt.date(2026, 4, 30)]}, today=TODAY)
    rows = {row.month: row for row in ring.months}
    assert rows[dt.date(2026, 4, 1)].answer == 2
    assert ring.months[-1].month == dt.date(2026, 11, 1)
    assert sum(getattr(row, kind) for row in ring.months for kind in KINDS) == 2


def test_what_is_older_than_a_year_is_left_out() -> None:
    assert draw({"touch": [dt.date(2025, 11, 1)]}, today=TODAY).is_empty


def test_the_marks_name_the_four_quarters_on_every_day() -> None:
    for day in (TODAY + dt.timedelta(days=n) for n in range(400)):
        assert sorted(mark.month.month for mark in draw({}, today=day).marks) == [3, 6, 9, 12]
