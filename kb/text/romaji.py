"""Names in Latin letters: one key for a reading and the ways in which it is romanised."""

import re

from kb.text.kana import to_hiragana

_ROWS = (
    ("あいうえお", ""), ("かきくけこ", "k"), ("がぎぐげご", "g"), ("さしすせそ", "s"),
    ("ざじずぜぞ", "z"), ("たちつてと", "t"), ("だぢづでど", "d"), ("なにぬねの", "n"),
    ("はひふへほ", "h"), ("ばびぶべぼ", "b"), ("ぱぴぷぺぽ", "p"), ("まみむめも", "m"),
    ("らりるれろ", "r"),
)  # fmt: skip
_OF_KANA = {
    kana: consonant + vowel
    for row, consonant in _ROWS
    for kana, vowel in zip(row, "aiueo", strict=True)
} | {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ぢ": "zi", "づ": "zu"}
_SMALL_Y = {"ゃ": "ya", "ゅ": "yu", "ょ": "yo"}
_SMALL = {"ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}
# Hepburn to the one form that the table above gives (Kunrei, ISO 3602).
_HEPBURN = (
    ("sh", "sy"), ("cch", "tty"), ("ch", "ty"), ("tsu", "tu"), ("j", "zy"), ("fu", "hu"), ("dzu", "zu"),
    ("syi", "si"), ("tyi", "ti"), ("zyi", "zi"), ("yy", "y"),
)  # fmt: skip
_MACRONS = str.maketrans("āīūēōâîûêô", "aiueoaiueo")
_LONG = re.compile(r"ou|oo|oh(?![aiueoy])|ô")
_DOUBLE = re.compile(r"([aiue])\1")


def romaji_key(name: str) -> str:
    """What さとう, Sato, Satoh, Satou and SATŌ have in common; "" for what is neither kana nor Latin.

    Long and short vowels are not told apart, so that 小野 and 大野 share a key: whoever asks must
    be ready for several people.
    """
    letters = _latin(to_hiragana(name).lower().translate(_MACRONS))
    if not letters.isascii() or not letters.isalpha():
        return ""
    for written, plain in _HEPBURN:
        letters = letters.replace(written, plain)
    letters = re.sub(r"m(?=[bmp])", "n", letters)
    return _DOUBLE.sub(r"\1", _LONG.sub("o", letters))


def _latin(text: str) -> str:
    """The text with its kana turned into letters; spaces and marks inside a name are dropped."""
    letters: list[str] = []
    doubles = False
    for character in text:
        if character in " ー-'.’":
            continue
        if character == "っ":
            doubles = True
            continue
        if character in _SMALL_Y and letters:
            letters[-1] = letters[-1][:-1] + _SMALL_Y[character]
            continue
        sound = _OF_KANA.get(character) or _SMALL.get(character) or character
        letters.append(sound[0] + sound if doubles else sound)
        doubles = False
    return "".join(letters)
