"""Two topics made one, and parted again: decision 19."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from kb.foundation.bin import write_down
from kb.foundation.ledger import Entry, Ledger, take_back
from kb.topics.models import Topic, TopicItem, TopicMerge, TopicSynonym
from kb.topics.services import end_of


class CannotMerge(Exception):
    """A topic cannot be merged into itself, nor one that was merged already."""


class CannotUndo(Exception):
    """The merge was undone already, or is older than 30 days."""


@transaction.atomic
def merge(topic: Topic, into: Topic, *, by: Any) -> TopicMerge:
    """Moves everything to ``into``; the old name lives on as a synonym, the old address leads there.

    Records, other words, topics below, and every other row that points at the topic (聞いてください,
    stewards, follows, comments, …) move; where ``into`` has the same row already, one is kept.
    Written down in the log. Raises ``CannotMerge``.
    """
    into = end_of(into)
    rows = Topic.objects.select_for_update().in_bulk([topic.pk, into.pk])
    if into.pk == topic.pk or rows[topic.pk].merged_into_id is not None:
        raise CannotMerge
    ledger = _move(topic, into)
    write_down(topic, "merge", by=by)
    return TopicMerge.objects.create(topic=topic, into=into, ledger=ledger, merged_by=by)


@transaction.atomic
def undo_merge(merged: TopicMerge, *, by: Any) -> list[str]:
    """Parts the two again; gives what had to stay because somebody changed it since, by name.

    What came to the topic that goes on after the merge stays there. Later merges of either topic are
    rewound first and done again afterwards, so that every row ends where it would be without this
    one. Raises ``CannotUndo``.
    """
    merged = TopicMerge.objects.select_for_update().get(pk=merged.pk)
    if not TopicMerge.objects.standing().filter(pk=merged.pk).exists():
        raise CannotUndo
    later = _later_merges(merged)
    for other in reversed(later):
        take_back(other.ledger)
    stayed = take_back(merged.ledger)
    _stand_alone(merged)
    for other in later:
        other.ledger = _move(_fresh(other.topic_id), end_of(_fresh(other.into_id)))
        other.save(update_fields=["ledger"])
    merged.undone_at = timezone.now()
    merged.save(update_fields=["undone_at"])
    write_down(merged.topic, "merge_undo", by=by)
    return stayed


def _move(topic: Topic, into: Topic) -> list[Entry]:
    """Moves every row from one topic to the other; gives the ledger of it."""
    ledger = Ledger()
    if _is_below(into, topic):
        ledger.change(into, parent=topic.parent)
    for row, name, value in _rows_at(topic, into):
        twin = _twin(row, name, value)
        if twin is None:
            ledger.change(row, **{name: value})
        else:
            ledger.remove(row, twin=twin)
    word, is_new = TopicSynonym.objects.get_or_create(word=topic.name, defaults={"topic": into})
    if is_new:
        ledger.made(word)
    ledger.change(topic, merged_into=into, parent=None)
    return ledger.entries


def _rows_at(topic: Topic, into: Topic) -> Iterator[tuple[models.Model, str, Any]]:
    """Every row that leads to the topic, whichever app it belongs to: the row, its field, the new value."""
    for relation in Topic._meta.related_objects:
        model: Any = relation.related_model
        if model is TopicMerge or relation.many_to_many:
            continue
        name = relation.field.name
        rows = model._base_manager.filter(**{name: topic})
        yield from ((row, name, into) for row in rows)
    place = ContentType.objects.get_for_model(Topic)
    for model, field in _hanging_models():
        rows = model._base_manager.filter(**{field.ct_field: place, field.fk_field: topic.pk})
        yield from ((row, field.fk_field, into.pk) for row in rows)


def _hanging_models() -> Iterator[tuple[Any, GenericForeignKey]]:
    """Models whose rows hang on records of any kind: follows, comments, files, …"""
    for model in apps.get_models():
        for field in model._meta.private_fields:
            if isinstance(field, GenericForeignKey) and model is not TopicItem:
                yield model, field


def _twin(row: Any, name: str, value: Any) -> models.Model | None:
    """The row that says the same of the other topic, where a constraint allows only one."""
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and name in constraint.fields:
            same = {field: getattr(row, field) for field in constraint.fields} | {name: value}
            twin: models.Model | None = type(row)._base_manager.filter(**same).first()
            if twin is not None:
                return twin
    return None


def _later_merges(merged: TopicMerge) -> list[TopicMerge]:
    """The standing merges since then that touch the same topics, directly or through each other."""
    touched = {merged.topic_id, merged.into_id}
    found = []
    since = TopicMerge.objects.standing().filter(pk__gt=merged.pk).order_by("pk")
    for other in since.select_for_update():
        if touched & {other.topic_id, other.into_id}:
            touched |= {other.topic_id, other.into_id}
            found.append(other)
    return found


def _stand_alone(merged: TopicMerge) -> None:
    """The parted topic's own name means no other topic, and its place in the tree is no circle."""
    TopicSynonym.objects.filter(word=merged.topic.name, topic=merged.into_id).delete()
    topic = _fresh(merged.topic_id)
    if _is_below(topic, topic):
        topic.parent = None
        topic.save(update_fields=["parent"])


def _fresh(pk: int) -> Topic:
    topic: Topic = Topic.objects.select_related("parent", "merged_into").get(pk=pk)
    return topic


def _is_below(topic: Topic, ancestor: Topic) -> bool:
    seen: set[int] = set()
    while topic.parent is not None and topic.pk not in seen:
        if topic.parent_id == ancestor.pk:
            return True
        seen.add(topic.pk)
        topic = topic.parent
    return False
