"""One spelling for the many of a word in kana: サーバー and サーバ, ヴ and ブ, フェ and フエ."""

import re
from functools import lru_cache

# Small letters are often written large, and the other way round: キャビネット, キヤビネツト.
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
# Here they are large already.
_KATAKANA_VARIANTS = {
    **{"ヴア": "バ", "ヴイ": "ビ", "ヴエ": "ベ", "ヴオ": "ボ", "ヴユ": "ビユ", "ヴ": "ブ"},
    **{"ヰ": "イ", "ヱ": "エ", "ヂ": "ジ", "ヅ": "ズ", "ヲ": "オ", "イヤ": "イア", "ユウ": "ユー"},
    **{"フアイヤー": "フアイア", "フアイアー": "フアイア", "フアイヤ": "フアイア"},
    **{"デイジ": "デジ", "リポー": "レポー", "シユミレ": "シミユレ", "コミニユ": "コミユニ"},
}
_VARIANT = re.compile("|".join(sorted(_KATAKANA_VARIANTS, key=len, reverse=True)))
_EI = re.compile("(?<=[エケセテネヘメレェゲゼデベペ])イ")
_LONG = re.compile("ー{2,}")
_FINAL_LONG = re.compile("(?<=[ァ-ヺー]{3})ー+$")
KATAKANA_RUN = re.compile("[ァ-ヺー]+")
_KANA = re.compile("[ぁ-ゖァ-ヺー・ ]+$")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


@lru_cache(maxsize=50_000)
def fold_katakana(word: str) -> str:
    """Return one spelling for the usual variants of a loan word: サーバー → サーバ, ヴ → ブ, フェ → フエ."""
    word = _VARIANT.sub(lambda match: _KATAKANA_VARIANTS[match[0]], word.translate(_LARGE))
    return _FINAL_LONG.sub("", _LONG.sub("ー", _EI.sub("ー", word)))


def fold_runs(text: str) -> str:
    """Fold every katakana run of a text."""
    return KATAKANA_RUN.sub(lambda match: fold_katakana(match[0]), text)


def is_kana(text: str) -> bool:
    """Whether the text is written in kana alone."""
    return bool(_KANA.match(text))


def katakana(text: str) -> str:
    """Return hiragana as katakana, in the folded spelling."""
    return fold_katakana(text.translate(_TO_KATAKANA))
