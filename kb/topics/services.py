"""Writes of topics: giving them to records, merging them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction

from kb.topics.models import Topic, TopicItem, TopicSynonym

TOPICS_MAX = 5
RESEMBLING_MAX = 8


class TooManyTopics(Exception):
    """More than ``TOPICS_MAX`` topics were wanted for one record."""


class CannotMerge(Exception):
    """A topic cannot be merged into itself."""


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


@transaction.atomic
def merge(topic: Topic, into: Topic) -> Topic:
    """Moves everything to ``into``; the old name lives on as a synonym, the old address leads there.

    Records, synonyms, topics below, and every other row that points at the topic (聞いてください,
    stewards, endorsements, …) move; where ``into`` has the same row already, one is kept.
    Raises ``CannotMerge`` for a topic merged into itself.
    """
    into = end_of(into)
    if into.pk == topic.pk:
        raise CannotMerge
    if _is_below(into, topic):
        into.parent = topic.parent
        into.save(update_fields=["parent"])
    for item in topic.items.all():
        _move_record(item, topic, into)
    _move_rows(topic, into)
    TopicSynonym.objects.get_or_create(word=topic.name, defaults={"topic": into})
    topic.merged_into, topic.parent = into, None
    topic.save(update_fields=["merged_into", "parent"])
    return into


def _is_below(topic: Topic, ancestor: Topic) -> bool:
    seen: set[int] = set()
    while topic.parent is not None and topic.pk not in seen:
        if topic.parent_id == ancestor.pk:
            return True
        seen.add(topic.pk)
        topic = topic.parent
    return False


def _move_record(item: TopicItem, topic: Topic, into: Topic) -> None:
    """Through the record's own tags, so that the search hears of it."""
    record: Any = item.content_object
    if record is None:
        item.delete()
        return
    record.topics.add(into)
    record.topics.remove(topic.name)


def _move_rows(topic: Topic, into: Topic) -> None:
    """Everything else that points at the topic, whichever app it belongs to."""
    for relation in Topic._meta.related_objects:
        model: Any = relation.related_model
        if model is TopicItem:
            continue
        name = relation.field.name
        for row in model._default_manager.filter(**{name: topic}).exclude(pk=into.pk):
            setattr(row, name, into)
            try:
                row.validate_constraints()
            except ValidationError:
                row.delete()
            else:
                row.save(update_fields=[name])
