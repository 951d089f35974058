"""Which theme and topics a customer's sentence may belong to, by likeness in our own index."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers.models import VoiceTheme
from kb.search.indexing import backend
from kb.search.query import SearchUnavailable, clean_text
from kb.topics.models import Topic, TopicSynonym

THEMES_MAX = 4
TOPICS_MAX = 5
# Of the telling words of a sentence, a theme that may fit shares at least so much.
LEAST_SHARE = 0.08
QUOTE_MAX_CHARACTERS = 600
TOPIC_LENGTH_MIN = 2


@dataclass(frozen=True)
class Proposals:
    """Themes, nearest first, and topics by name; both may be empty."""

    themes: Sequence[VoiceTheme] = ()
    topics: Sequence[str] = ()


def propose(quote: str) -> Proposals:
    """What a sentence may be about; three queries and two looks into the index.

    Without the index only the topics whose name stands in the sentence are proposed.
    """
    words = clean_text(quote)[:QUOTE_MAX_CHARACTERS].strip()
    if not words:
        return Proposals()
    return Proposals(themes=_themes(words), topics=_topics(words))


def _near(words: str, kind: str, limit: int) -> list[int]:
    try:
        hits = backend().similar(words, "", limit=limit, kinds=frozenset({kind}))
    except SearchUnavailable:
        return []
    return [int(hit.key.rpartition(".")[2]) for hit in hits if hit.score >= LEAST_SHARE]


def _themes(words: str) -> list[VoiceTheme]:
    near = _near(words, "voice_theme", THEMES_MAX * 2)
    themes = {theme.pk: theme for theme in VoiceTheme.objects.visible().filter(pk__in=near)}
    return [themes[pk] for pk in near if pk in themes][:THEMES_MAX]


def _topics(words: str) -> list[str]:
    """Topics named in the sentence, then topics whose description is near it."""
    plain = "".join(words.split()).casefold()
    names = list(Topic.objects.visible().values_list("pk", "name"))
    labels = dict(names)
    synonyms = TopicSynonym.objects.filter(topic__in=labels).values_list("topic_id", "word")
    named = [
        (plain.index(key), pk)
        for pk, word in [*names, *synonyms]
        if len(key := "".join(word.split()).casefold()) >= TOPIC_LENGTH_MIN and key in plain
    ]
    found = [pk for _place, pk in sorted(named)] + _near(words, "topic", TOPICS_MAX)
    return [labels[pk] for pk in dict.fromkeys(found) if pk in labels][:TOPICS_MAX]
