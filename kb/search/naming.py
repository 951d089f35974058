"""A colleague's name typed as a search: 「水野」, 「水野さん」, 「みずの」 mean the person first of all."""

import re
from collections.abc import Iterable
from dataclasses import replace

from kb.search.analysis import fold, normalize
from kb.search.beginnings import beginnings
from kb.search.generation import Documents, Generation, SegmentView
from kb.search.query import Found, Scored, SearchQuery, clean_text
from kb.search.scorer import Scorer, WeightedTerm
from kb.text.kana import name_key
from people.models import Person

LONGEST_NAME = 20
_PERSON = frozenset({"person"})
_HONORIFIC = re.compile("(?:さん|さま|様|氏|君|くん|ちゃん|先生|社長|部長|課長|室長|マネージャー)$")


def bare_name(text: str) -> str:
    """What may be a name in a search of one or two words, without 「さん」; empty for all else."""
    words = text.split()
    if not words or len(words) > 2 or len(text) > LONGEST_NAME:
        return ""
    bare = _HONORIFIC.sub("", "".join(words))
    return bare if len(bare) > 1 else ""


def people_beginning(generation: Generation, text: str, limit: int) -> tuple[Scored, ...]:
    """The people whose name or reading begins like this, as suggestions name them; short ones first.

    Of the many beginnings of titles only those count that are somebody's: most words are nobody's.
    """
    text = clean_text(text)
    length = len(fold(text).strip())
    segments = _people(generation)
    terms = [
        WeightedTerm("prefix", token, length / len(token))
        for token in beginnings(generation, text)
        if any(view.is_in("prefix", token, people) for view, people in segments)
    ]
    if not terms:
        return ()
    ranking = Scorer(generation, SearchQuery(kinds=_PERSON)).rank_best_term(terms, limit)
    return tuple(Scored(c.view.key(c.number), c.view.kind(c.number), c.score) for c in ranking.top)


def _people(generation: Generation) -> list[tuple[SegmentView, Documents]]:
    """The segments that hold people, with the documents that are people."""
    return generation.remember(
        "people",
        lambda: [
            (view, people)
            for view, _deleted in generation.views
            if "person" in view.kind_names
            for people in (view.kinds == view.kind_names.index("person"),)
        ],
    )


def bears_name(person: Person, name: str) -> bool:
    """Whether the surname, given name, whole name or reading of a person is exactly this one."""
    wanted = _key(name)
    parts = [*person.name.split(), person.name, *person.yomi.split(), person.yomi]
    return wanted in {_key(part) for part in parts if part}


def named_first(
    found: Found, candidates: Iterable[Scored], people: dict[int, Person], name: str
) -> Found:
    """The answer with the people who bear the name before everything else."""
    meant = [
        hit
        for hit in candidates
        if (person := people.get(int(hit.key.rpartition(".")[2]))) and bears_name(person, name)
    ]
    if not meant:
        return found
    keys = {hit.key for hit in meant}
    known = {hit.key for hit in found.hits}
    best = found.hits[0].score if found.hits else 1.0
    first = tuple(hit._replace(score=best + 1.0) for hit in meant)
    added = len(keys - known)
    counts = dict(found.kind_counts)
    counts["person"] = counts.get("person", 0) + added
    return replace(
        found,
        hits=(*first, *(hit for hit in found.hits if hit.key not in keys)),
        total=found.total + added,
        kind_counts=tuple(sorted((kind, count) for kind, count in counts.items() if count)),
    )


def _key(name: str) -> str:
    return name_key(normalize(name))
