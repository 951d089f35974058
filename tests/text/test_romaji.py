"""Names in Latin letters meet the readings they stand for."""

import pytest

from kb.text.romaji import romaji_key


@pytest.mark.parametrize(
    ("reading", "written"),
    [
        ("さとう", "Sato"),
        ("さとう", "SATOH"),
        ("さとう", "Satō"),
        ("しんじょう", "Shinjo"),
        ("ほんま", "Homma"),
        ("なんば", "Namba"),
        ("はっとり", "Hattori"),
        ("いっちょうだ", "Icchoda"),
        ("つじ", "Tsuji"),
        ("ジョン", "John"),
    ],
)
def test_every_way_of_romanising_a_reading_meets_it(reading: str, written: str) -> None:
    assert romaji_key(reading) == romaji_key(written) != ""


def test_other_names_stay_apart_and_kanji_has_no_key() -> None:
    assert romaji_key("さとう") != romaji_key("Saito")
    assert romaji_key("佐藤") == romaji_key("") == romaji_key("sato1") == ""
