"""Words spelled nearly alike: asked for when no document has all words as they were typed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kb.search.analysis import fold
from kb.search.generation import Generation
from kb.search.last_answers import last_answers
from kb.search.matching import have_all, with_all
from kb.search.plan import Plan, PlannedWord, with_correction
from kb.search.spelling import slips, word_runs


# One search asks twice: for its hits, and for what stands beside them.
@last_answers(8)
def with_near_words(generation: Generation, plan: Plan) -> Plan:
    """Let one word also be satisfied by a known one that looks alike, if a document then has all words.

    Somebody may have written インスール手順; whoever asks for インストール finds it, but only if nothing else has both
    words, of whatever kind. Returns the same plan when that helps nobody.
    """
    if _some_document_has(generation, plan.words):
        return plan
    for place, word in enumerate(plan.words):
        before, after = plan.words[:place], plan.words[place + 1 :]
        if (before or after) and not have_all(generation, (*before, *after)):
            continue
        for other in _near(generation, word):
            words = (*before, other, *after)
            if _some_document_has(generation, words):
                return replace(plan, words=words)
    return plan


def _some_document_has(generation: Generation, words: Sequence[PlannedWord]) -> bool:
    """Whether a document has all words that is not deleted: such a one stays in its segment for a while."""
    documents = with_all(generation, words)
    if documents is None or not len(generation.deleted):
        return documents is not None
    kept = documents.copy()
    kept[generation.deleted] = False
    return bool(kept.any())


def _near(generation: Generation, word: PlannedWord) -> Iterator[PlannedWord]:
    """Yield the word with a part replaced by a known word that looks alike, the most frequent first."""
    if word.is_exact:
        return
    text = fold(word.text)
    for run in word_runs(text):
        others = slips(run)
        counts = dict(zip(others, generation.frequencies("s", others), strict=True))
        for other in sorted(filter(counts.get, others), key=lambda other: -counts[other]):
            yield with_correction(word, text.replace(run, other))
