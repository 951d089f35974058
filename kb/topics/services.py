"""Writes of topics: giving them to records, finding the one that is meant."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from kb.topics.models import Topic, TopicItem, TopicSynonym

TOPICS_MAX = 5
RESEMBLING_MAX = 8


class TooManyTopics(Exception):
    """More than ``TOPICS_MAX`` topics were wanted for one record."""


@transaction.atomic
def set_topics(record: models.Model, names: Iterable[str]) -> list[Topic]:
    """Gives the record exactly these topics; unknown names become new topics.

    Synonyms, other case or width, and merged topics lead to the topic meant. Raises
    ``TooManyTopics``.
    """
    topics = list(dict.fromkeys(resolve(name) for name in names if name.strip()))
    if len(topics) > TOPICS_MAX:
        raise TooManyTopics
    # Saving a text again does not change its topics, mostly: then nothing is written.
    if {topic.pk for topic in topics} != _topic_ids(record):
        record.topics.set(topics)  # type: ignore[attr-defined]
    return topics


def _topic_ids(record: models.Model) -> set[int]:
    content_type = ContentType.objects.get_for_model(record)
    items = TopicItem.objects.filter(content_type=content_type, object_id=record.pk)
    return set(items.values_list("tag_id", flat=True))


def resolve(name: str) -> Topic:
    """The topic meant by a name or synonym, made when there is none."""
    plain = " ".join(name.lstrip("#＃").split())[:100]
    topic = find(plain)
    return topic if topic is not None else Topic.objects.create(name=plain)


def find(name: str) -> Topic | None:
    """The topic in use that a name, slug or synonym means, or None."""
    topic = (
        Topic.objects.filter(name__iexact=name).first() or Topic.objects.filter(slug=name).first()
    )
    if topic is None:
        synonym = TopicSynonym.objects.select_related("topic").filter(word__iexact=name).first()
        topic = synonym.topic if synonym else None
    return end_of(topic) if topic else None


def resembling(words: str) -> list[Topic]:
    """Topics in use whose name, or another word for it, contains the words; a few, by name."""
    if not words:
        return []
    named = models.Q(name__icontains=words) | models.Q(synonyms__word__icontains=words)
    return list(Topic.objects.filter(named, merged_into=None).distinct()[:RESEMBLING_MAX])


def end_of(topic: Topic) -> Topic:
    """The topic in use at the end of the merges that start here."""
    seen: set[int] = set()
    while topic.merged_into is not None and topic.pk not in seen:
        seen.add(topic.pk)
        topic = topic.merged_into
    return topic
