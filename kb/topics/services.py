"""Writes of topics: giving them to records, merging them."""

from collections.abc import Iterable

from django.db import models, transaction

from kb.topics.models import Topic, TopicItem, TopicSynonym

TOPICS_MAX = 5


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
    record.topics.set(topics)  # type: ignore[attr-defined]
    return topics


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
    while topic is not None and topic.merged_into is not None:
        topic = topic.merged_into
    return topic


@transaction.atomic
def merge(topic: Topic, into: Topic) -> Topic:
    """Moves everything to ``into``; the old name lives on as a synonym, the old address leads there."""
    given = TopicItem.objects.filter(tag=into).values("content_type", "object_id")
    taken = {(row["content_type"], row["object_id"]) for row in given}
    for item in topic.items.all():
        if (item.content_type_id, item.object_id) in taken:
            item.delete()
        else:
            item.tag = into
            item.save()
    topic.synonyms.update(topic=into)
    TopicSynonym.objects.get_or_create(word=topic.name, defaults={"topic": into})
    topic.merged_into = into
    topic.save(update_fields=["merged_into"])
    return into
