"""Words typed in kana alone: the spellings that titles and names of the index have for this reading."""

from dataclasses import replace
from itertools import islice

from kb.search.generation import Generation
from kb.search.katakana import is_kana
from kb.search.plan import SPELLING_WEIGHT, Plan, PlannedWord, with_correction
from kb.search.readings import reading_beginning, reading_start, spelling_of

# Of words that sound alike, so many are looked for: the frequent ones.
_MOST_SPELLINGS = 3
_MAX_SCANNED = 50
_MAX_BEGINNINGS = 400


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
    if word.is_exact or not is_kana(word.text):
        return []
    start = reading_start(word.text.replace(" ", "").replace("・", ""))
    known = islice(generation.tokens_from("s", start), _MAX_SCANNED) if start else ()
    frequent = sorted(known, key=lambda pair: -pair[1])[:_MOST_SPELLINGS]
    return [spelling_of(token) for token, _ in frequent]
