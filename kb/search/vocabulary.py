"""Words the company gave its own meaning: topics with their synonyms, and the word list of the admin."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from kb.search.analysis import bigrams_of, normalize
from kb.search.models import WordSynonym
from kb.search.synonyms import SynonymTable
from kb.topics.models import Topic

KEEP_S = 60.0

TopicPairs = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class _Words:
    """What is kept between searches."""

    synonyms: SynonymTable
    topics: TopicPairs
    names: Mapping[str, int]


_lock = Lock()
_kept: list[tuple[float, _Words]] = []


def synonyms() -> SynonymTable:
    """All synonyms, at most a minute old."""
    return _words().synonyms


def topic_pairs() -> TopicPairs:
    """The slug of every topic with the pairs of letters of its name, and of each of its other words."""
    return _words().topics


def topic_named(text: str) -> int | None:
    """The id of the topic of which this is the name or another word; None for any other text."""
    return _words().names.get(normalize(text.strip()))


def _words() -> _Words:
    with _lock:
        if _kept and time.monotonic() - _kept[0][0] < KEEP_S:
            return _kept[0][1]
    words = _read()
    with _lock:
        _kept[:] = [(time.monotonic(), words)]
    return words


def forget_synonyms() -> None:
    """Read them again at the next search."""
    with _lock:
        _kept.clear()


def _read() -> _Words:
    topics = list(Topic.objects.visible().with_synonyms())
    groups = [[topic.name, *(synonym.word for synonym in topic.synonyms.all())] for topic in topics]
    pairs = [[pair.word, pair.same_as] for pair in WordSynonym.objects.all()]
    named = [
        (topic.slug, frozenset(bigrams_of(normalize(word))))
        for topic, words in zip(topics, groups, strict=True)
        for word in words
    ]
    names = {
        normalize(word): topic.pk
        for topic, words in zip(topics, groups, strict=True)
        for word in words
    }
    return _Words(
        SynonymTable([*(group for group in groups if len(group) > 1), *pairs]),
        tuple((slug, tokens) for slug, tokens in named if tokens),
        names,
    )
