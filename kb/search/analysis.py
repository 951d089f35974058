"""How text becomes tokens, the same for documents and queries. Pure: text in, tokens out.

The chain: NFKC → lower case → old kanji to new → kanji numerals before counters to figures → company marks,
hyphens and thousands separators → tokens of two kinds:

``bigram_tokens``  pairs of neighbouring Japanese characters (pairs of hiragana alone say little and are left
                   out) after folding of katakana variants, and stemmed Latin words
``word_tokens``    Sudachi's shortest words in their normalised form, without particles, auxiliaries and marks
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from sudachipy import Morpheme
from whoosh.lang.porter import stem

from kb.search.dictionary import tokenizer
from kb.search.kanji import NEW_KANJI, arabic
from kb.search.katakana import fold_runs, is_kana, katakana
from kb.search.morphemes import Morphemes
from kb.search.query import clean_text

# Part of the index directory's name: raise it with every change of tokens, postings or schema, and of what is
# kept beside the texts.
ANALYSIS_VERSION = "6"

_MAX_WORD = 64
_MAX_FORMS = 200_000
_CHUNK = 6000  # Sudachi refuses more than 49,149 bytes at once.

# Signs that stand for words and stay signs in NFKC; marks of voiced sounds join the letter before: フ゜ is プ.
SIGNS = {ord("㏍"): "株式会社", ord("〒"): "郵便番号", ord("゛"): "\u3099", ord("゜"): "\u309a"}
_SIGN = re.compile(f"[{''.join(map(chr, SIGNS))}]")

_ONE_NUMERAL = "[〇一二三四五六七八九十百千]"
_NUMERAL = f"{_ONE_NUMERAL}+"
_COUNTERS = (
    "年|月(?!雨|蝿|蠅)|日(?![市町月酔])|時|分|秒|週|周|世紀|世代|四半期|半期|期|章|条|項|節|号|版|回|度目|掛(?=け)|番|位|級|等|段|階|丁目|"
    "件|個|台|枚|本|冊|部|通|点|名|人|歳|才|社|店|校|円|万|億|割|倍|株|票|か月|ヶ月|ヵ月|カ月|ケ月|箇月|箇条|"
    "か所|ヶ所|箇所|拍子|次|軍|巻|話|曲|試合|連覇"
)


def _figures(match: re.Match[str]) -> str:
    """Return a numeral before a counter in figures; 十分 (enough) and the 四 of 四半期 are none."""
    numeral, following = match[0], match.string[match.end() : match.end() + 2]
    if match.string[match.start() - 1 : match.start()].isdigit():
        return numeral
    if numeral == "十" and following[:1] == "分" and following[1:] not in {"間", "前", "後"}:
        return numeral
    if numeral.endswith("四") and following == "半期":
        return (arabic(numeral[:-1]) if len(numeral) > 1 else "") + "四"
    return arabic(numeral)


def _thousands(match: re.Match[str]) -> str:
    return str(int(match[1]) * 1000 + int(match[2] or 0))


def _new_kanji(match: re.Match[str]) -> str:
    return NEW_KANJI[match[0]]


# Applied in this order; each may change the length, so passages keep a map of positions. A pattern begins
# with the characters it changes and looks back afterwards: so most of a text is skipped without a look.
REWRITES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(f"[{''.join(NEW_KANJI)}]"), _new_kanji),
    (re.compile("[‐‑‒–—―−]"), "-"),
    (re.compile("[一-](?:(?<=[ァ-ヺ]一)(?=[ァ-ヺ])|(?<=[ァ-ヺー]-)(?![a-z0-9]))"), "ー"),
    # デ〜タ, but カナダ〜メキシコ are two.
    (re.compile("[〜~](?<=[ァ-ヺ].)(?<![ァ-ヺー]{3}.)(?=[ァ-ヺ])"), "ー"),
    (re.compile("佐佐木"), "佐々木"),
    (re.compile("廿"), "二十"),
    (re.compile(r"\(株\)"), "株式会社"),
    (re.compile(r"\(有\)"), "有限会社"),
    (re.compile(r"\(同\)"), "合同会社"),
    (re.compile(r"\((?:一)?社\)"), "社団法人"),
    (re.compile(r"\((?:一)?財\)"), "財団法人"),
    (re.compile("[斉斎]藤"), "斎藤"),
    # From its beginning and without going back: a long row of numerals takes no longer than its length.
    (
        re.compile(f"{_ONE_NUMERAL}(?<!{_ONE_NUMERAL}{{2}}){_ONE_NUMERAL}*+(?={_COUNTERS})"),
        _figures,
    ),
    (re.compile(rf"(?<=第){_NUMERAL}"), _figures),
    (re.compile(r",(?<=\d,)(?=\d{3})"), ""),
    (re.compile(r"(?<![\d.])(\d{1,3})千(\d{3}(?!\d))?(?=[円人名件個台枚本冊部])"), _thousands),
    (re.compile("[ヶケヵカ箇](?<=[0-9].)(?=[月所国条年])"), "か"),
    (re.compile("%(?<=[0-9]%)"), "パーセント"),
)


# For each of them the characters without one of which it changes nothing.
_NEEDED = tuple(
    (frozenset(needed), pattern, replacement)
    for needed, (pattern, replacement) in zip(
        (
            *(
                "".join(NEW_KANJI),
                "‐‑‒–—―−",
                "一-",
                "〜~",
                "佐",
                "廿",
                "株",
                "有",
                "同",
                "社",
                "財",
            ),
            *("斉斎", "〇一二三四五六七八九十百千", "第", ",", "千", "ヶケヵカ箇", "%"),
        ),
        REWRITES,
        strict=True,
    )
)
# Any of these characters.
_ANY_NEEDED = re.compile(
    f"[{re.escape(''.join(sorted(frozenset[str]().union(*(row[0] for row in _NEEDED)))))}]"
)
# What a rewriting may bring in that a later one looks for.
_MADE = frozenset("-佐株有同社財斉斎一二三四五六七八九十百千第,ヶケヵカ箇") & frozenset(
    ["-", "十", *NEW_KANJI.values()]
)


def is_rewritten(letter: str) -> bool:
    """Whether a rewriting may change this letter; figures may always be changed."""
    return _ANY_NEEDED.match(letter) is not None


def normalize(text: str) -> str:
    """Return the text as both indexing and queries see it."""
    text = clean_text(text)
    if _SIGN.search(text):
        text = text.translate(SIGNS)
    text = unicodedata.normalize("NFKC", text).lower()
    letters = set(_ANY_NEEDED.findall(text))
    if not letters:
        return text
    for needed, pattern, replacement in _NEEDED:
        if not needed.isdisjoint(letters):
            rewritten = pattern.sub(replacement, text)
            if rewritten != text:
                text = rewritten
                letters |= _MADE
    return text


def fold(text: str) -> str:
    """Normalise, and fold every katakana run: the form in which texts are compared character by character."""
    return fold_runs(normalize(text))


# --- Tokens ------------------------------------------------------------------------------------

# The letters of Japanese words, for a class of a pattern.
JAPANESE = "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(
    "(?P<latin>[a-z0-9\u00c0-\u024f\u0370-\u052f]+(?:[-_.'+#&@/][a-z0-9\u00c0-\u024f\u0370-\u052f]+)*[+#]*)"
    f"|(?P<japanese>[{JAPANESE}]+)"
    "|(?P<other>[^\\W_]+)"
)
_JOINTS = re.compile("[-_.'+#&@/]+")


def bigram_tokens(text: str) -> list[str]:
    """Return neighbouring Japanese characters in pairs, and stemmed Latin words."""
    return bigrams_of(normalize(text))


def bigrams_of(normalized: str) -> list[str]:
    """Like ``bigram_tokens``, for text that is normalised already."""
    return bigrams_in(fold_runs(normalized))


def bigrams_in(folded: str) -> list[str]:
    """Like ``bigram_tokens``, for text that is folded already."""
    tokens: list[str] = []
    for match in _RUN.finditer(folded):
        run = match[0]
        if match.lastgroup == "japanese":
            tokens += _pairs(run)
        elif match.lastgroup == "latin":
            tokens += _latin_tokens(run)
        else:
            tokens.append(run[:_MAX_WORD])
    return tokens


def _pairs(run: str) -> list[str]:
    if len(run) == 1:
        return [run] if run > "\u3096" else []
    # A pair of hiragana (below U+3097) carries next to nothing: a quarter of all postings saved.
    return [
        run[i : i + 2] for i in range(len(run) - 1) if run[i] > "\u3096" or run[i + 1] > "\u3096"
    ]


def _latin_tokens(run: str) -> list[str]:
    """Return the stems of a run such as ``wi-fi``: the joined word first, then its parts."""
    parts = [part for part in _JOINTS.split(run) if part]
    if len(parts) == 1:
        whole = run if run != parts[0] else ""
        return [stemmed(parts[0]), *([whole] if whole else [])]
    return [stemmed("".join(parts)), *(stemmed(part) for part in parts)]


@lru_cache(maxsize=50_000)
def stemmed(word: str) -> str:
    """Return the Porter stem of a Latin word; figures stay, and what one letter would be left of (AED)."""
    word = word[:_MAX_WORD]
    stemmed_word: str = stem(word) if word.isalpha() and word.isascii() else word
    return stemmed_word if len(stemmed_word) > 1 else word


_DROPPED = frozenset({"助詞", "助動詞", "補助記号", "空白"})
_VERB = "動詞"
_KANJI = "\u4e00-\u9fff"
# Compound verbs, their nouns and their short spellings meet: 申し込む, 申し込み, 申込 → 申込.
_COMPOUND = re.compile(f"[^{_KANJI}]*[{_KANJI}].*[{_KANJI}][^{_KANJI}]*$")
_STEM = re.compile(f"[{_KANJI}]$")
_TWO_STEMS = re.compile(f"[{_KANJI}]{{2}}$")
_PREFIXES = frozenset({"御"})
_HIRAGANA = re.compile("[\u3041-\u3096]+")
# Without their hiragana these would become other words.
KEPT_WHOLE = frozenset(
    ["組み合わせ", "組み合わせる", "組み合う", "生き物", "食べ物", "書き物", "上り下り", "売り買い"]
)
_LATIN_FORM = re.compile("[a-z][a-z0-9 .'&/_-]*$")
# What was worked out of the dictionary, for all threads: parts of speech that are dropped, those that are verbs,
# and each word's token with what makes it a part of a compound.
_parts: dict[int, bool] = {}
_verbs: set[int] = set()
_forms: dict[int, tuple[str, int]] = {}
# Two words side by side can only be a compound when they have one of these in common.
_IS_VERB = 1
_IS_ONE_KANJI = 2


class Word(NamedTuple):
    """One word of a text: its token (empty for particles and marks) and where it stands."""

    token: str
    start: int
    end: int


def morphemes_of(normalized: str) -> Morphemes:
    """Return the morphemes of normalised text; their lengths are the length of the text."""
    this_thread = tokenizer()
    tokens: list[str] = []
    ends: list[int] = []
    compounds: list[tuple[int, str]] = []
    for offset, chunk in _chunks(normalized):
        previous: Morpheme | None = None
        before = 0
        for morpheme in this_thread.tokenize(chunk):
            token, part = _forms.get(morpheme.word_id()) or _known(morpheme)
            if part & before and previous is not None:
                compound = _compound(previous, morpheme)
                if compound:
                    compounds.append((len(tokens) - 1, compound))
            tokens.append(token)
            ends.append(offset + morpheme.end())
            previous, before = morpheme, part
    return Morphemes(tokens, ends, compounds)


def words_of(normalized: str) -> list[Word]:
    """Return the words of normalised text with positions; a compound verb comes again as a whole."""
    tokens, ends, compounds = morphemes_of(normalized)
    starts = [0, *ends]
    whole = dict(compounds)
    words: list[Word] = []
    for number, token in enumerate(tokens):
        words.append(Word(token, starts[number], ends[number]))
        if number - 1 in whole:
            words.append(Word(whole[number - 1], starts[number - 1], ends[number]))
    return words


def word_tokens(text: str) -> list[str]:
    """Return the words of a text in their normalised form, without particles, auxiliaries and marks."""
    return words_in(normalize(text))


def words_in(normalized: str) -> list[str]:
    """Like ``word_tokens``, for text that is normalised already."""
    this_thread = tokenizer()
    tokens: list[str] = []
    for _, chunk in _chunks(normalized):
        previous: Morpheme | None = None
        before = 0
        for morpheme in this_thread.tokenize(chunk):
            token, part = _forms.get(morpheme.word_id()) or _known(morpheme)
            if token:
                tokens.append(token)
            if part & before and previous is not None:
                compound = _compound(previous, morpheme)
                if compound:
                    tokens.append(compound)
            previous, before = morpheme, part
    return tokens


def asked_words(normalized: str) -> list[str]:
    """Like ``words_in``, for a query: a compound verb is asked for as a whole, not by its two verbs besides."""
    asked: list[Word] = []
    for word in words_of(normalized):
        while word.token and asked and asked[-1].start >= word.start:
            asked.pop()
        if word.token:
            asked.append(word)
    return [word.token for word in asked]


def read_words(normalized: str) -> Iterator[tuple[str, str]]:
    """Yield each word as written with its reading in katakana; the reading is empty for particles and marks."""
    for _, chunk in _chunks(normalized):
        for morpheme in tokenizer().tokenize(chunk):
            yield morpheme.surface(), morpheme.reading_form() if _token(morpheme) else ""


def _part_of_compound(morpheme: Morpheme) -> int:
    is_verb = morpheme.part_of_speech_id() in _verbs
    return is_verb * _IS_VERB | bool(_STEM.match(morpheme.surface())) * _IS_ONE_KANJI


def _compound(first: Morpheme, second: Morpheme) -> str:
    """Return the token of two verbs that stand side by side: 申し + 込む → 申込, 書 + 込 → 書込; else nothing."""
    stems: str = first.surface() + second.surface()
    if _TWO_STEMS.match(stems) and _HIRAGANA.search(second.normalized_form()):
        return stems
    if first.part_of_speech_id() not in _verbs or second.part_of_speech_id() not in _verbs:
        return ""
    form = first.surface() + second.normalized_form()
    # ください after a verb is no second verb, 込む is.
    is_written_in_kanji = "一" <= second.surface()[:1] <= "鿿"
    return word_form(form) if is_written_in_kanji and _COMPOUND.match(form) else ""


def _known(morpheme: Morpheme) -> tuple[str, int]:
    """Return the token, and what makes it a part of a compound; words of the dictionary are worked out once."""
    known = _token(morpheme), _part_of_compound(morpheme)
    if not morpheme.is_oov() and len(_forms) < _MAX_FORMS:
        _forms[morpheme.word_id()] = known
    return known


def _token(morpheme: Morpheme) -> str:
    part = morpheme.part_of_speech_id()
    is_dropped = _parts.get(part)
    if is_dropped is None:
        name = morpheme.part_of_speech()[0]
        # The verb first: another thread takes a known part for one whose verbs are known, too.
        if name == _VERB:
            _verbs.add(part)
        is_dropped = _parts[part] = name in _DROPPED
    return "" if is_dropped else word_form(morpheme.normalized_form())


@lru_cache(maxsize=20_000)
def word_form(form: str) -> str:
    """Return the token of a dictionary form: folded kana, and Latin words without hyphens."""
    token = REWRITES[0][0].sub(_new_kanji, unicodedata.normalize("NFKC", form).lower()).strip()
    if _LATIN_FORM.match(token):
        return _JOINTS.sub("", token.replace(" ", ""))[:_MAX_WORD]
    if is_kana(token):
        return katakana(token)[:_MAX_WORD]
    if _COMPOUND.match(token) and token not in KEPT_WHOLE:
        token = _HIRAGANA.sub("", token)
    if token in _PREFIXES:
        return ""
    return fold_runs(token)[:_MAX_WORD] if any(c.isalnum() for c in token) else ""


def _chunks(text: str) -> Sequence[tuple[int, str]]:
    """Return (position, piece) so that each piece is short enough for Sudachi, cut at ends of sentences."""
    pieces: list[tuple[int, str]] = []
    position = 0
    while len(text) - position > _CHUNK:
        window = text[position : position + _CHUNK]
        cut = max(window.rfind("。"), window.rfind("\n"), window.rfind(" ")) + 1
        cut = cut if cut > _CHUNK // 2 else _CHUNK
        pieces.append((position, window[:cut]))
        position += cut
    pieces.append((position, text[position:] if position else text))
    return pieces
