"""Which department is nearest to words that found nothing."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from kb.search.analysis import bigrams_of, normalize
from kb.search.indexing import backend
from kb.search.knowers import who_knows
from kb.search.query import SearchQuery, SearchUnavailable
from kb.search.records import Record, read
from kb.search.vocabulary import synonyms
from people.models import Department, Responsibility

# The part of the words, by rarity, that a chore or department must share.
LEAST_SHARE = 0.2
_KANJI = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def nearest_department(word: str) -> Department | None:
    """Who would have to answer: whose chore it is, else who wrote about it, else by the letters of both.

    None when nobody is near.
    """
    chore = _chore(word)
    if chore is not None:
        return chore.department
    who = who_knows(text=word, limit=1)
    return who.departments[0].department if who.departments else _by_letters(word)


def _chore(word: str) -> Record | None:
    """The chore that has every part of the words; None while the index is away."""
    query = SearchQuery(text=word, kinds=frozenset({"responsibility"}))
    try:
        found = backend().find(query, limit=1, synonyms=synonyms())
    except SearchUnavailable:
        return None
    keys = [] if found.is_relaxed else [hit.key for hit in found.hits]
    return next(iter(read(keys).values()), None)


def _by_letters(word: str) -> Department | None:
    """駐輪 is near to 駐車場の管理, though no word of it is known."""
    wanted = _letters(word)
    candidates = _candidates()
    frequency = Counter(letter for letters, _department in candidates for letter in letters)
    worth = {letter: math.log(1 + len(candidates) / (1 + frequency[letter])) for letter in wanted}
    total = sum(worth.values())
    best, nearest = 0.0, None
    for letters, department in candidates:
        share = sum(worth[letter] for letter in wanted & letters) / total if total else 0.0
        if share > best:
            best, nearest = share, department
    return nearest if best >= LEAST_SHARE else None


def _candidates() -> Sequence[tuple[set[str], Department]]:
    chores = Responsibility.objects.visible().select_related("department")
    named = [(f"{chore.name}\n{chore.other_words}", chore.department) for chore in chores]
    named += [(f"{one.name}\n{one.mission}", one) for one in Department.objects.visible()]
    return [(_letters(text), department) for text, department in named]


def _letters(text: str) -> set[str]:
    """Single kanji, pairs of letters, and whole Latin words."""
    normalized = normalize(text)
    return {*_KANJI.findall(normalized), *bigrams_of(normalized)}
