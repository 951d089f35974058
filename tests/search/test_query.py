"""Our own query language: what parses, and that everything else is words."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.periods import parse_period
from kb.search.query import FieldFilter, ParsedText, SearchQuery, parse_text

TODAY = date(2026, 4, 15)

PARSED = [
    ("経費　精算", ParsedText(words=("経費", "精算"))),
    ('"完全 一致" 会議', ParsedText(words=("会議",), exact=("完全 一致",))),
    ("“経費”　会議", ParsedText(words=("会議",), exact=("経費",))),
    ("「ヘルプの書き方」", ParsedText(exact=("ヘルプの書き方",))),
    ("『本』 書評", ParsedText(words=("書評",), exact=("本",))),
    ("会議 -東京", ParsedText(words=("会議",), excluded=("東京",))),
    ("会議　－東京", ParsedText(words=("会議",), excluded=("東京",))),
    ("会議 ー東京", ParsedText(words=("会議",), excluded=("東京",))),
    ('会議 -"本社 移転"', ParsedText(words=("会議",), excluded=("本社 移転",))),
    (
        "種類：マニュアル 請求",
        ParsedText(words=("請求",), filters=(FieldFilter("kind", "マニュアル"),)),
    ),
    ("KIND:manual", ParsedText(filters=(FieldFilter("kind", "manual"),))),
    ('部署:"開発 部"', ParsedText(filters=(FieldFilter("department", "開発 部"),))),
    (
        "書いた人:佐藤 テーマ:採用",
        ParsedText(filters=(FieldFilter("person", "佐藤"), FieldFilter("topic", "採用"))),
    ),
    ("期間:2026-03", ParsedText(since=date(2026, 3, 1), until=date(2026, 3, 31))),
]
WORDS = [
    ("「進撃の巨人」の作者", ("「進撃の巨人」の作者",)),
    ("Wi-Fi", ("Wi-Fi",)),
    ("id:*", ("id:*",)),
    ("secret OR *:*", ("secret", "OR", "*:*")),
    ("種類:", ("種類:",)),
    ("期間:いつか", ("いつか",)),
    ("10:30 開始", ("10:30", "開始")),
    ("-だけ", ("だけ",)),
    ("冷凍庫 -18℃", ("冷凍庫", "-18℃")),
    ("在庫 －３％", ("在庫", "－３％")),
    ("(a b]^~", ("(a", "b]^~")),
]
PERIODS = [
    ("2026", (date(2026, 1, 1), date(2026, 12, 31))),
    ("2026年2月", (date(2026, 2, 1), date(2026, 2, 28))),
    ("2026-02-03", (date(2026, 2, 3), date(2026, 2, 3))),
    ("2026-01..2026-03", (date(2026, 1, 1), date(2026, 3, 31))),
    ("2026-01〜", (date(2026, 1, 1), None)),
    ("..2026-03", (None, date(2026, 3, 31))),
    ("今月", (date(2026, 4, 1), date(2026, 4, 30))),
    ("先月", (date(2026, 3, 1), date(2026, 3, 31))),
    ("今週", (date(2026, 4, 13), date(2026, 4, 19))),
    ("昨日", (date(2026, 4, 14), date(2026, 4, 14))),
    ("30日", (date(2026, 3, 16), date(2026, 4, 15))),
    ("過去３か月", (date(2026, 1, 15), date(2026, 4, 15))),
]
NO_PERIODS = ["", "..", "2026-13", "2026-02-30", "いつか", "9999年間", "0000"]
HUGE = [
    "a" * 1_000_000,
    '"' * 1_000_000,
    '" ' * 5_000,
    "\x00" * 1_000_000,
    "「" * 500_000,
    "種類:" * 200_000,
    "-" * 1_000_000,
]


@pytest.mark.parametrize(("text", "expected"), PARSED)
def test_operators_are_understood(text: str, expected: ParsedText) -> None:
    assert parse_text(text, today=TODAY) == expected


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_what_does_not_parse_is_words(text: str, words: tuple[str, ...]) -> None:
    assert parse_text(text, today=TODAY) == ParsedText(words=words)


@pytest.mark.parametrize(("text", "expected"), PERIODS)
def test_periods_in_words_and_dates(text: str, expected: tuple[date | None, date | None]) -> None:
    assert parse_period(text, today=TODAY) == expected


@pytest.mark.parametrize("text", NO_PERIODS)
def test_impossible_periods_are_none(text: str) -> None:
    assert parse_period(text, today=TODAY) is None


@pytest.mark.parametrize("text", HUGE)
def test_a_megabyte_is_cut_at_once_and_says_so(text: str) -> None:
    started = time.perf_counter()
    parsed = parse_text(text)
    assert time.perf_counter() - started < 1
    assert parsed.is_truncated
    assert len(parsed.plain) <= 1100


def test_characters_without_meaning_disappear() -> None:
    assert parse_text("\ud800会\x00議\u202e𠮷葛\U000e0100").words == ("会議𠮷葛",)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_breaks_the_parser(text: str) -> None:
    parsed = parse_text(text)
    assert all(part for part in (*parsed.words, *parsed.exact, *parsed.excluded))


def test_filters_are_recognised() -> None:
    assert not SearchQuery(text="会議").has_filters
    assert SearchQuery(since=TODAY).has_filters
    assert SearchQuery(states=frozenset({"draft"})).has_filters
