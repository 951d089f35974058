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
    ("種類： マニュアル", ParsedText(filters=(FieldFilter("kind", "マニュアル"),))),
    (
        "部署：　経理 経費",
        ParsedText(words=("経費",), filters=(FieldFilter("department", "経理"),)),
    ),
    ("種類: 部署:経理", ParsedText(words=("種類:",), filters=(FieldFilter("department", "経理"),))),
    ("種類: -経理", ParsedText(words=("種類:",), excluded=("経理",))),
    (
        "期間：2026/1 〜 2026/3 経費",
        ParsedText(words=("経費",), since=date(2026, 1, 1), until=date(2026, 3, 31)),
    ),
    (
        "期間：先月 －2025",
        ParsedText(excluded=("2025",), since=date(2026, 3, 1), until=date(2026, 3, 31)),
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
    ("この三か月", (date(2026, 1, 15), date(2026, 4, 15))),
    ("半年", (date(2025, 10, 15), date(2026, 4, 15))),
    ("3月", (date(2026, 3, 1), date(2026, 3, 31))),
    ("12月", (date(2025, 12, 1), date(2025, 12, 31))),
    ("4/1", (date(2026, 4, 1), date(2026, 4, 1))),
    ("12月24日", (date(2025, 12, 24), date(2025, 12, 24))),
    ("2026/4-2026/9", (date(2026, 4, 1), date(2026, 9, 30))),
    ("２０２６年４月－９月", (date(2026, 4, 1), date(2026, 9, 30))),
    ("10月〜3月", (date(2025, 10, 1), date(2026, 3, 31))),
    ("2025年10月から3月まで", (date(2025, 10, 1), date(2026, 3, 31))),
    ("2026/9〜2026/4", (date(2026, 4, 1), date(2026, 9, 30))),
    ("2026年4月以降", (date(2026, 4, 1), None)),
    ("2026年3月以前", (None, date(2026, 3, 31))),
    ("今年度", (date(2026, 4, 1), date(2027, 3, 31))),
    ("昨年度", (date(2025, 4, 1), date(2026, 3, 31))),
    ("2025年度下期", (date(2025, 10, 1), date(2026, 3, 31))),
    ("上期", (date(2026, 4, 1), date(2026, 9, 30))),
    ("令和8年", (date(2026, 1, 1), date(2026, 12, 31))),
    ("R8.4.1", (date(2026, 4, 1), date(2026, 4, 1))),
    ("令和元年度", (date(2019, 4, 1), date(2020, 3, 31))),
    ("おととい", (date(2026, 4, 13), date(2026, 4, 13))),
    ("先々月", (date(2026, 2, 1), date(2026, 2, 28))),
    ("来週", (date(2026, 4, 20), date(2026, 4, 26))),
]
NO_PERIODS = ["", "..", "2026-13", "2026-02-30", "いつか", "9999年間", "0000", "13月", "-", "2/30"]
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


@pytest.mark.parametrize(
    ("text", "no_filters"),
    [
        ("期間:いつか 経費", ("いつか",)),
        ("経費 -種類:マニュアル", ("-種類:マニュアル",)),
        ("期間:先月 -経費", ()),
    ],
)
def test_what_looks_like_a_filter_and_is_none_is_told(
    text: str, no_filters: tuple[str, ...]
) -> None:
    assert parse_text(text, today=TODAY).no_filters == no_filters


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
