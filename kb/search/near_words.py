"""Words spelled nearly alike: asked for when no document has all words as they were typed."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from kb.search.analysis import fold
from kb.search.generation import Generation
from kb.search.matching import have_all
from kb.search.plan import Plan, PlannedWord, with_correction
from kb.search.spelling import slips, word_runs


# One search asks twice: for its hits, and for what stands beside them.
@lru_cache(maxsize=8)
def with_near_words(generation: Generation, plan: Plan) -> Plan:
    """Let one word also be satisfied by a known one that looks alike, if a document then has all words.

    Somebody may have written インスール手順; whoever asks for インストール finds it, but only if nothing else has both
    words. Returns the same plan when that helps nobody.
    """
    for place, word in enumerate(plan.words):
        for other in _near(generation, word):
            words = (*plan.words[:place], other, *plan.words[place + 1 :])
            if have_all(generation, words):
                return replace(plan, words=words)
    return plan


def _near(generation: Generation, word: PlannedWord) -> Iterator[PlannedWord]:
    if word.is_exact:
        return
    text = fold(word.text)
    for run in word_runs(text):
        for other in slips(run):
            if generation.frequency("s", other):
                yield with_correction(word, text.replace(run, other))
