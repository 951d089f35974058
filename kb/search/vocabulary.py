"""Words the company gave its own meaning: topics with their synonyms, and the word list of the admin."""

import time
from collections import defaultdict
from threading import Lock

from kb.search.models import WordSynonym
from kb.search.synonyms import SynonymTable
from kb.topics.models import Topic

KEEP_S = 60.0

_lock = Lock()
_kept: list[tuple[float, SynonymTable]] = []


def synonyms() -> SynonymTable:
    """All synonyms, at most a minute old."""
    with _lock:
        if _kept and time.monotonic() - _kept[0][0] < KEEP_S:
            return _kept[0][1]
    table = SynonymTable(_groups())
    with _lock:
        _kept[:] = [(time.monotonic(), table)]
    return table


def forget_synonyms() -> None:
    """Read them again at the next search."""
    with _lock:
        _kept.clear()


def _groups() -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for topic in Topic.objects.visible().filter(synonyms__isnull=False).with_synonyms().distinct():
        groups[topic.name] = [topic.name, *(synonym.word for synonym in topic.synonyms.all())]
    pairs = [[pair.word, pair.same_as] for pair in WordSynonym.objects.all()]
    return [*groups.values(), *pairs]
