"""Words known by their sound: the spellings that titles, headings and names of the index have for this reading.

Typed in kana alone (けいひせいさん), in Latin letters since the input method was off (keihiseisan), turned into kanji
by half (けいひ精算), or into the wrong ones (人事移動).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from kb.search.analysis import stemmed
from kb.search.generation import Generation
from kb.search.katakana import is_kana, katakana
from kb.search.last_answers import last_answers
from kb.search.matching import have_all
from kb.search.plan import SPELLING_WEIGHT, Plan, PlannedWord, with_correction
from kb.search.readings import reading_beginning, reading_start, sound_of, spelling_of
from kb.search.romaji import kana_begun, kana_of_romaji, latin_of_kana
from kb.search.spelling import correction

# Of words that sound alike, so many are looked for: the frequent ones.
_MOST_SPELLINGS = 3
_MAX_SCANNED = 50
_MAX_BEGINNINGS = 400
# Shorter words that sound alike are other words: 保証 and 保障, 美容院 and 病院.
_SHORTEST_COMPOUND = 3
_SHORTEST_BEGUN = 3
_KANJI = re.compile("[\u4e00-\u9fff]")
_HIRAGANA_RUN = re.compile("[ぁ-ゖ]{3,}")
# Two parts of which the input method turned one into kanji.
_HALF_DONE = re.compile("[ぁ-ゖ]{3,}[\u4e00-\u9fff]+|[\u4e00-\u9fff]+[ぁ-ゖ]{3,}")


# One search asks three times: for its hits, for what stands beside them, and for people.
@last_answers(8)
def with_spellings(generation: Generation, plan: Plan) -> Plan:
    """Let けいひせいさん also be satisfied by 経費精算, and say so."""
    words, also = [], dict.fromkeys(plan.searched_also)
    for typed in plan.words:
        word = typed
        for spelling in _spellings(generation, typed):
            word = with_correction(word, spelling, SPELLING_WEIGHT)
            also[spelling] = None
        words.append(word)
    return replace(plan, words=tuple(words), searched_also=tuple(also))


def as_read(generation: Generation, typed: Plan, spelled: Plan) -> str:
    """Return the words as they were read where no document has them as they were typed; empty when all are."""
    shown, is_other = [], False
    for before, after in zip(typed.words, spelled.words, strict=True):
        new = after.spellings[len(before.spellings) :]
        is_read = bool(new) and not have_all(generation, (before,))
        shown.append(new[0][0] if is_read else before.text)
        is_other = is_other or is_read
    return " ".join(shown) if is_other else ""


def spellings_beginning(generation: Generation, kana: str, limit: int) -> list[str]:
    """Return what is written in titles for readings that begin so, the frequent ones first."""
    start = reading_beginning(kana)
    known = islice(generation.tokens_from("s", start), _MAX_BEGINNINGS) if start else ()
    frequent = sorted(known, key=lambda pair: -pair[1])
    return list(dict.fromkeys(spelling_of(token) for token, _ in frequent))[:limit]


def spellings_begun(generation: Generation, typed: str, limit: int) -> list[str]:
    """Like ``spellings_beginning``, for a word half typed: けいひ, けいh, or keih with the input method off."""
    found = dict.fromkeys(
        spelling
        for kana in kana_begun(typed)
        for spelling in spellings_beginning(generation, kana, limit)
    )
    return list(found)[:limit]


def _spellings(generation: Generation, word: PlannedWord) -> list[str]:
    """Return the frequent spellings of a word typed by its sound, or of one that no document has as it is typed."""
    if word.is_exact:
        return []
    if is_kana(word.text):
        return _spelled(generation, word.text) or _begun(generation, word)
    if latin := latin_of_kana(word.text):
        return _keys_meant(generation, latin, word.text)
    return [] if word.text.isdecimal() else _spellings_with_kanji(generation, word)


def _spellings_with_kanji(generation: Generation, word: PlannedWord) -> list[str]:
    # けい, ひ and 精算 here and there are no 経費精算.
    is_half_done = bool(_HALF_DONE.fullmatch(word.text))
    if word.reads_like_sentence:
        # Nearly always there is nothing to be finished: whether a document has the sentence need not be asked.
        finished = _finished(generation, word.text)
        is_needed = finished and (is_half_done or not have_all(generation, (word,)))
        return finished if is_needed else []
    if have_all(generation, (word,)):
        return _finished(generation, word.text) if is_half_done else []
    return _spellings_of_unknown(generation, word)


def _spellings_of_unknown(generation: Generation, word: PlannedWord) -> list[str]:
    if word.text.isascii():
        return [
            spelling
            for kana in kana_of_romaji(word.text)
            for spelling in _typed_as_latin(generation, kana)
        ]
    sound = sound_of(word.text)
    return (
        _other_kanji(generation, word, sound)
        or _finished(generation, word.text)
        or _in_kana(generation, sound)
    )


def _keys_meant(generation: Generation, latin: str, typed: str) -> list[str]:
    """Return the Latin word behind kana (てあms), or what a word may become whose last syllable is unfinished."""
    known = _known_latin(generation, latin)
    return [known] if known else spellings_begun(generation, typed, _MOST_SPELLINGS)


def _begun(generation: Generation, word: PlannedWord) -> list[str]:
    """Return what begins with the sound of a word that no document has: アイミツ is the 相見積もり of buyers."""
    if len(word.text) < _SHORTEST_BEGUN or have_all(generation, (word,)):
        return []
    return spellings_beginning(generation, word.text, _MOST_SPELLINGS)


def _typed_as_latin(generation: Generation, kana: str) -> list[str]:
    loan = katakana(kana)
    spellings = _spelled(generation, kana)
    return [loan, *spellings] if generation.frequency("s", loan) else spellings


def _known_latin(generation: Generation, latin: str) -> str:
    if generation.frequency("b", stemmed(latin)):
        return latin

    def frequencies(words: Sequence[str]) -> list[int]:
        return generation.frequencies("b", list(map(stemmed, words)))

    return correction(latin, frequencies, lambda prefix: generation.tokens_from("b", prefix))


def _other_kanji(generation: Generation, word: PlannedWord, sound: str) -> list[str]:
    """Return the spellings that sound like a compound in the wrong kanji; most of its characters are right."""
    if len(word.text) < _SHORTEST_COMPOUND or len(word.ways[0].words) < 2:
        return []
    kanji = set(_KANJI.findall(word.text))
    return [
        spelling
        for spelling in _spelled(generation, sound)
        if len(kanji.intersection(spelling)) * 2 >= len(kanji)
    ]


def _finished(generation: Generation, text: str) -> list[str]:
    """Return a word with its part in hiragana turned into kanji: ざんぎょう代 is 残業代."""
    found = []
    for run in _HIRAGANA_RUN.finditer(text):
        for spelling in _spelled(generation, run[0]):
            found.append(f"{text[: run.start()]}{spelling}{text[run.end() :]}")
    return found


def _in_kana(generation: Generation, sound: str) -> list[str]:
    """Return a word in kana where nobody has it in kanji: 紐 is ひも."""
    kana = katakana(sound)
    return [kana] if len(kana) > 1 and generation.frequency("s", kana) else []


def _spelled(generation: Generation, kana: str) -> list[str]:
    start = reading_start(kana.replace(" ", "").replace("・", ""))
    known = islice(generation.tokens_from("s", start), _MAX_SCANNED) if start else ()
    frequent = sorted(known, key=lambda pair: -pair[1])[:_MOST_SPELLINGS]
    return [spelling_of(token) for token, _ in frequent]
