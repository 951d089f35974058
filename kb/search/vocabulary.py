"""Words the company gave its own meaning: topics with their synonyms, and the word list of the admin."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

from kb.search.analysis import bigrams_of, normalize, words_in
from kb.search.hubs import TopicWords
from kb.search.models import WordSynonym
from kb.search.subject import query_words
from kb.search.synonyms import SynonymTable
from kb.topics.models import Topic

KEEP_S = 60.0
# A topic's name of more words than this is not looked for inside a text.
_LONGEST_NAME = 8


@dataclass(frozen=True)
class _Words:
    """What is kept between searches."""

    synonyms: SynonymTable
    pairs: frozenset[tuple[str, str]]
    topics: TopicWords
    names: Mapping[tuple[str, ...], int]


_lock = Lock()
_kept: list[tuple[float, _Words]] = []


def synonyms() -> SynonymTable:
    """All synonyms, at most a minute old."""
    return _words().synonyms


def topic_words() -> TopicWords:
    """Every topic with the pairs of letters of its name, and of each of its other words; at most a minute old."""
    return _words().topics


def topics_named(text: str) -> frozenset[int]:
    """The ids of the topics whose name, or another word, stands in the text; of words within words the longest."""
    tokens = [word.token for word in query_words(normalize(text.strip())) if word.token]
    return frozenset(_named(tokens, _words().names))


def _named(tokens: list[str], names: Mapping[tuple[str, ...], int]) -> Iterator[int]:
    place = 0
    while place < len(tokens):
        most = min(_LONGEST_NAME, len(tokens) - place)
        runs = (tuple(tokens[place : place + length]) for length in range(most, 0, -1))
        run = next((run for run in runs if run in names), None)
        if run is not None:
            yield names[run]
        place += len(run) if run is not None else 1


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


def has_new_pairs() -> bool:
    """Whether the word list is another one than searches of this process know; they know it from then on.

    For searches that found nothing: whoever added the word that was missing tries it at once.
    """
    if _words().pairs == _pairs():
        return False
    forget_synonyms()
    return True


def _pairs() -> frozenset[tuple[str, str]]:
    return frozenset(WordSynonym.objects.values_list("word", "same_as"))


def _read() -> _Words:
    topics = list(Topic.objects.visible().with_synonyms())
    groups = [[topic.name, *(synonym.word for synonym in topic.synonyms.all())] for topic in topics]
    pairs = _pairs()
    named = [
        (topic.slug, frozenset(bigrams_of(normalize(word))))
        for topic, words in zip(topics, groups, strict=True)
        for word in words
    ]
    names = {
        tuple(words_in(normalize(word))): topic.pk
        for topic, words in zip(topics, groups, strict=True)
        for word in words
    }
    return _Words(
        SynonymTable([*(group for group in groups if len(group) > 1), *map(list, sorted(pairs))]),
        pairs,
        TopicWords(
            tuple((slug, tokens) for slug, tokens in named if tokens),
            {f"topics.topic.{topic.pk}": topic.slug for topic in topics},
        ),
        {tokens: pk for tokens, pk in names.items() if tokens},
    )
