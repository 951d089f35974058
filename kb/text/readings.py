"""How a reading is stored: hiragana, with one plain space between family and given name."""

import unicodedata

import jaconv


def as_reading(text: str) -> str:
    """The reading in the form we store: 「ｻﾄｳ　ｹﾝｼﾞ」 → 「さとう けんじ」."""
    return " ".join(str(jaconv.kata2hira(unicodedata.normalize("NFKC", text))).split())


def is_reading(text: str) -> bool:
    """Whether the text is a reading: kana, long marks, middle dots, spaces and Latin letters."""
    return all(_is_reading_character(character) for character in as_reading(text))


def _is_reading_character(character: str) -> bool:
    return (
        "ぁ" <= character <= "ゖ"
        or character in "ー・-.' "
        or (character.isascii() and character.isalpha())
    )
