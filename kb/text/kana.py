"""Readings: one spelling for every way of typing them, and the あかさたな rows of a directory."""

import unicodedata

# Rows of the index with every kana that files under them.
ROWS: dict[str, str] = {
    "あ": "ぁあぃいぅうぇえぉおゔ",
    "か": "かがきぎくぐけげこごゕゖ",
    "さ": "さざしじすずせぜそぞ",
    "た": "ただちぢっつづてでとど",
    "な": "なにぬねの",
    "は": "はばぱひびぴふぶぷへべぺほぼぽ",
    "ま": "まみむめも",
    "や": "ゃやゅゆょよ",
    "ら": "らりるれろ",
    "わ": "ゎわゐゑをん",
}
OTHER_ROW = "他"

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_HIRAGANA = {plain: code for code, plain in _KATAKANA.items()}
_ROW_OF = {kana: row for row, members in ROWS.items() for kana in members}


def to_hiragana(text: str) -> str:
    """The text with full-width forms made one (NFKC) and katakana turned into hiragana."""
    return unicodedata.normalize("NFKC", text).translate(_KATAKANA)


def to_katakana(text: str) -> str:
    """The text with full-width forms made one (NFKC) and hiragana turned into katakana."""
    return unicodedata.normalize("NFKC", text).translate(_HIRAGANA)


def reading(text: str) -> str:
    """A reading as we store it: hiragana, one plain space between its parts."""
    return " ".join(to_hiragana(text).split())


def name_key(text: str) -> str:
    """What two spellings of a name or reading have in common: no spaces, width, case or script."""
    return "".join(to_hiragana(text).lower().split())


def row_of(yomi: str) -> str:
    """The row a reading files under: あ, か, … わ, or 他 without a reading in kana."""
    folded = to_hiragana(yomi).lstrip()
    return _ROW_OF.get(folded[:1], OTHER_ROW)


def is_reading(text: str) -> bool:
    """Whether the text is a reading: hiragana, long marks, middle dots, spaces and Latin letters."""
    return all(_is_reading_character(character) for character in to_hiragana(text))


def _is_reading_character(character: str) -> bool:
    return (
        "ぁ" <= character <= "ゖ"
        or character in "ー・-.' "
        or (character.isascii() and character.isalpha())
    )
