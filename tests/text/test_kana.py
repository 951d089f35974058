"""Readings are compared and filed the same however they were typed."""

import pytest

from kb.text.kana import is_reading, name_key, reading, row_of, to_hiragana


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("サトウ　ケンジ", "さとう けんじ"),
        ("ｻﾄｳ ｹﾝｼﾞ", "さとう けんじ"),
        (" さとう  けんじ ", "さとう けんじ"),
        ("ヴィクトル", "ゔぃくとる"),
    ],
)
def test_a_reading_is_stored_in_one_spelling(typed: str, stored: str) -> None:
    assert reading(typed) == stored


def test_a_name_is_found_without_its_space_and_in_any_width() -> None:
    assert name_key("ＳＡＴＯ　健二") == name_key("sato健二")


@pytest.mark.parametrize(
    ("yomi", "row"),
    [
        ("がのう", "か"),
        ("ぱーく", "は"),
        ("っつ", "た"),
        ("んどう", "わ"),
        ("Smith", "他"),
        ("", "他"),
    ],
)
def test_every_reading_files_under_a_row(yomi: str, row: str) -> None:
    assert row_of(yomi) == row


@pytest.mark.parametrize(
    ("text", "expected"), [("さとう・ゆー", True), ("佐藤", False), ("", True)]
)
def test_kanji_are_no_reading(text: str, *, expected: bool) -> None:
    assert is_reading(text) is expected


def test_katakana_become_hiragana() -> None:
    assert to_hiragana("カー") == "かー"
