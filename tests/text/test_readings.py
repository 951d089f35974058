"""A reading is stored in one spelling however it was typed."""

import pytest

from kb.text.readings import as_reading, is_reading


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("サトウ　ケンジ", "さとう けんじ"),
        ("ｻﾄｳ ｹﾝｼﾞ", "さとう けんじ"),
        (" さとう  けんじ ", "さとう けんじ"),
        ("ヴィクトル・ユーゴー", "ゔぃくとる・ゆーごー"),
        ("", ""),
    ],
)
def test_a_reading_is_stored_in_one_spelling(typed: str, stored: str) -> None:
    assert as_reading(typed) == stored


@pytest.mark.parametrize(
    ("text", "expected"), [("さとう・ゆー", True), ("Smith", True), ("佐藤", False), ("", True)]
)
def test_kanji_are_no_reading(text: str, *, expected: bool) -> None:
    assert is_reading(text) is expected
