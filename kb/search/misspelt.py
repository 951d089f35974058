"""Words that the index does not know are taken for known ones that look alike."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from kb.search.analysis import bigrams_of, fold, stemmed
from kb.search.dictionary import is_in_dictionary
from kb.search.generation import Generation
from kb.search.katakana import KATAKANA_RUN, fold_katakana
from kb.search.matching import have_all, with_way
from kb.search.plan import Plan, PlannedWord, Way, with_correction
from kb.search.query import TextLoader
from kb.search.spelling import correction, unknown_runs
from kb.search.synonyms import SynonymTable

_SHORTEST_MISSPELT = 4
_SHORTEST_COMPOUND = 5
# Of the documents that have all pairs of a word, so many are read to see whether they stand together.
_MOST_READ = 20
# Nobody mistypes more words in one search; each costs up to 30 ms, and a pasted list of names has dozens.
_MOST_MISSPELT = 6


class _Look(NamedTuple):
    """Where words are looked for, and how many may still be compared with known ones."""

    generation: Generation
    synonyms: SynonymTable
    load_texts: TextLoader | None
    tries: Iterator[int]


def corrected(
    generation: Generation, plan: Plan, synonyms: SynonymTable, load_texts: TextLoader | None
) -> tuple[Plan, str]:
    """Let unknown words also mean the known words that look alike; return 「もしかして」, too."""
    words, shown = [], []
    look = _Look(generation, synonyms, load_texts, iter(range(_MOST_MISSPELT)))
    for word in plan.words:
        meant = "" if word.is_exact else _meant(look, word)
        words.append(with_correction(_itself(word), meant, synonyms=synonyms) if meant else word)
        shown.append(meant or word.text)
    changed = [new for new, old in zip(words, plan.words, strict=True) if new is not old]
    if not changed:
        return plan, ""
    also = dict.fromkeys(plan.searched_also)
    also.update(dict.fromkeys(other for word in changed for other, _ in word.synonyms))
    return replace(plan, words=tuple(words), searched_also=tuple(also)), " ".join(shown)


def _itself(word: PlannedWord) -> PlannedWord:
    """Return a misspelt word without its pairs: they stand here and there in long texts.

    A clause keeps them, for only a part of it is misspelt.
    """
    own, *others = word.ways
    if len(own.words) > 1:
        return word
    return replace(word, ways=(replace(own, pairs=()), *others))


def _meant(look: _Look, word: PlannedWord) -> str:
    """Return the word with its unknown parts corrected; nothing when it is found as it is."""
    generation, synonyms = look.generation, look.synonyms
    text = fold(word.text)
    unknown = list(unknown_runs(text, lambda token: generation.frequency("s", token)))
    if not unknown or _stands(generation, word, text, look.load_texts):
        return ""
    typed = {fold_katakana(run): run for run in KATAKANA_RUN.findall(word.text)}
    for run in unknown:
        written = typed.get(run, run)
        if len(written) < _SHORTEST_MISSPELT or is_in_dictionary(written):
            continue
        if next(look.tries, None) is None:
            break
        meant = correction(
            run,
            lambda tokens: _commonness(generation, tokens, synonyms),
            lambda prefix: generation.tokens_from("s", prefix),
        )
        text = text.replace(run, meant or run)
    return text if text != fold(word.text) else ""


def _stands(
    generation: Generation, word: PlannedWord, folded: str, load_texts: TextLoader | None
) -> bool:
    """Whether a document has the word; one that has its pairs alone is read."""
    own = word.ways[0]
    by_words = replace(word, ways=(replace(own, pairs=()), *word.ways[1:]))
    if have_all(generation, (by_words,)):
        return True
    pairs = Way(pairs=own.pairs)
    keys = _some_keys(generation, pairs)
    if load_texts is None or not keys:
        return bool(keys)
    documents = load_texts(keys).values()
    return any(folded in fold(f"{each.title}\n{each.names}\n{each.text}") for each in documents)


def _some_keys(generation: Generation, way: Way) -> list[str]:
    documents = with_way(generation, way)
    numbers = [] if documents is None else np.flatnonzero(documents)[:_MOST_READ].tolist()
    places = map(generation.place, numbers)
    return [view.key(number) for view, number in places]


def _commonness(generation: Generation, tokens: Sequence[str], synonyms: SynonymTable) -> list[int]:
    """Return in how many documents words stand; the index has known Latin words in katakana and by their stems.

    While no document has any, the last in order that is known otherwise counts for one: a synonym, or a compound of
    which the index knows the parts alone.
    """
    is_latin = all(map(str.isascii, tokens))
    field, written = ("b", list(map(stemmed, tokens))) if is_latin else ("s", tokens)
    counts = generation.frequencies(field, written)
    if max(counts, default=0) > 1:
        return counts
    in_order = sorted(zip(tokens, range(len(tokens)), strict=True), reverse=True)
    for token, place in in_order:
        if not counts[place]:
            counts[place] = int(
                synonyms.knows(token) or (not is_latin and _has_pairs(generation, token))
            )
        if counts[place]:
            break
    return counts


def _has_pairs(generation: Generation, token: str) -> bool:
    """Whether a document has a compound, of which the index knows the parts alone: ワークフロー."""
    if len(token) < _SHORTEST_COMPOUND:
        return False
    return with_way(generation, Way(pairs=tuple(bigrams_of(token)))) is not None
