"""What merging a topic into another would move, in words and numbers, before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from kb.foundation.bin import write_down
from kb.topics.models import Topic, TopicItem
from kb.topics.services import merge
from people.models import Person


@dataclass(frozen=True)
class Move:
    """So many of one kind go to the other topic."""

    label: str
    count: int


def moves_of(topic: Topic) -> list[Move]:
    """What hangs on the topic: records by kind, then words, topics below, and people; none empty."""
    rows = TopicItem.objects.filter(tag=topic).values_list("content_type").annotate(Count("pk"))
    by_kind = [
        Move(str(model._meta.verbose_name), count)
        for type_id, count in rows.order_by("content_type")
        if (model := ContentType.objects.get_for_id(type_id).model_class()) is not None
    ]
    others = (
        (_("別の言い方"), topic.synonyms),
        (_("下のテーマ"), topic.children),
        (_("聞いてください"), topic.ask_me),
        (_("世話役"), topic.stewards),
        (_("同僚のことば"), topic.endorsements),
    )
    counted = [Move(str(label), rows.count()) for label, rows in others]
    return [move for move in (*by_kind, *counted) if move.count]


@transaction.atomic
def merge_topic(topic: Topic, into: Topic, *, by: Person) -> Topic:
    """The topic in which everything is now; written down. Raises ``CannotMerge``."""
    merged = merge(topic, into)
    write_down(topic, "merge", by=by)
    return merged


def names_to_choose(topic: Topic) -> Sequence[str]:
    """The topics into which this one can go, by reading."""
    others = Topic.objects.visible().exclude(pk=topic.pk).order_by("yomi", "name")
    return list(others.values_list("name", flat=True))
