"""Days named inside a sentence, and the time of day beside them."""

import datetime as dt

import pytest

from kb.text.day_words import find_clock, find_days
from kb.text.encodings import UnknownEncoding, decode_text

BASE = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("12/3 と 12月10日に分ける", ["2026-12-03", "2026-12-10"]),
        ("3/4人が賛成した", []),
        ("第2週に行う", []),
        ("版は 1.2/3 です", []),
        ("再来週の金曜", ["2026-12-11"]),
        ("週明けに連絡", ["2026-11-30"]),
        ("12月末まで", ["2026-12-31"]),
        ("明日送る", ["2026-11-25"]),
        ("30日間使える", []),
        ("13/45 まで", []),
    ],
)
def test_days_in_sentences(text: str, days: list[str]) -> None:
    assert [str(found.day) for found in find_days(text, base=BASE)] == days


def test_a_meetings_day_without_a_year_is_the_nearest() -> None:
    (found,) = find_days("9/4(金)", base=BASE, ahead=False)
    assert (found.day, found.is_sure) == (dt.date(2026, 9, 4), True)


def test_a_weekday_that_fits_no_near_year_makes_the_day_unsure() -> None:
    (found,) = find_days("12/3(日)", base=BASE)
    assert not found.is_sure


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("10:30～12:00", "10:30"),
        ("15時〜17時", "15:00"),
        ("17-18時", "17:00"),
        ("PM5:00-", "17:00"),
        ("午後3時半", "15:30"),
        ("１３：００", "13:00"),
        ("25:99", ""),
        ("2026/11/24", ""),
    ],
)
def test_the_time_of_day(text: str, time: str) -> None:
    found = find_clock(text)
    assert (f"{found:%H:%M}" if found else "") == time


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UnknownEncoding):
        decode_text(bytes(range(128, 256)) * 4)


@pytest.mark.parametrize(
    ("words", "day", "is_sure"),
    [
        ("due Nov 25", "2026-11-25", True),
        ("by December 3rd, 2026", "2026-12-03", True),
        ("18 Nov 2026 17:00", "2026-11-18", True),
        ("Sept. 5", "2026-09-05", False),
        ("じゃあ12/11で", "2026-12-11", True),
    ],
)
def test_days_with_english_months_and_days_glued_to_words(
    words: str, day: str, is_sure: bool
) -> None:
    found = find_days(words, base=dt.date(2026, 11, 20))
    assert [(str(one.day), one.is_sure) for one in found] == [(day, is_sure)]


@pytest.mark.parametrize("words", ["May I ask", "Marketing 3", "Nov 30 31 Feb 30"])
def test_english_words_are_not_days_and_impossible_days_have_none(words: str) -> None:
    days = [one.day for one in find_days(words, base=dt.date(2026, 11, 20))]
    assert days in ([], [dt.date(2026, 11, 30), None])
