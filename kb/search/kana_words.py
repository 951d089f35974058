"""Words known by their sound: the spellings that titles, headings and names of the index have for this reading.

Typed in kana alone (けいひせいさん), in Latin letters since the input method was off (keihiseisan), turned into kanji
by half (けいひ精算), or into the wrong ones (人事移動).
"""

from dataclasses import replace
from itertools import islice

from kb.search.generation import Generation
from kb.search.katakana import is_kana, katakana
from kb.search.matching import with_word
from kb.search.plan import SPELLING_WEIGHT, Plan, PlannedWord, with_correction
from kb.search.readings import reading_beginning, reading_start, sound_of, spelling_of
from kb.search.romaji import kana_of_romaji

# Of words that sound alike, so many are looked for: the frequent ones.
_MOST_SPELLINGS = 3
_MAX_SCANNED = 50
_MAX_BEGINNINGS = 400
# Shorter words that sound alike are other words: 保証 and 保障, 美容院 and 病院.
_SHORTEST_COMPOUND = 4


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


def spellings_beginning(generation: Generation, kana: str, limit: int) -> list[str]:
    """Return what is written in titles for readings that begin so, the frequent ones first."""
    start = reading_beginning(kana)
    known = islice(generation.tokens_from("s", start), _MAX_BEGINNINGS) if start else ()
    frequent = sorted(known, key=lambda pair: -pair[1])
    return list(dict.fromkeys(spelling_of(token) for token, _ in frequent))[:limit]


def _spellings(generation: Generation, word: PlannedWord) -> list[str]:
    """Return the frequent spellings of a word typed by its sound, or of one that no document has as it is typed."""
    if word.is_exact:
        return []
    if is_kana(word.text):
        return _spelled(generation, word.text)
    if word.text.isascii():
        kana = kana_of_romaji(word.text)
        if not kana or _stands(generation, word):
            return []
        loan = katakana(kana)
        spellings = _spelled(generation, kana)
        return [loan, *spellings] if generation.frequency("s", loan) else spellings
    is_compound = len(word.text) >= _SHORTEST_COMPOUND and len(word.ways[0].words) > 1
    if not is_compound or _stands(generation, word):
        return []
    return _spelled(generation, sound_of(word.text))


def _spelled(generation: Generation, kana: str) -> list[str]:
    start = reading_start(kana.replace(" ", "").replace("・", ""))
    known = islice(generation.tokens_from("s", start), _MAX_SCANNED) if start else ()
    frequent = sorted(known, key=lambda pair: -pair[1])[:_MOST_SPELLINGS]
    return [spelling_of(token) for token, _ in frequent]


def _stands(generation: Generation, word: PlannedWord) -> bool:
    return any(with_word(view, word).any() for view, _deleted in generation.views)
