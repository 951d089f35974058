"""The topics of many records at once, with SQL that is made once."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType

from kb.foundation.prepared import PreparedFor
from kb.topics.models import Topic, TopicItem

_given_topics = PreparedFor(
    lambda given: (
        TopicItem.objects.filter(content_type=given.one("kind"), object_id__in=given.ids("records"))
        .select_related("tag")
        .order_by("pk")
    )
)


def attach_topics(records: Collection[Any]) -> None:
    """Loads ``topics`` of these records, all of one model, in one query.

    They come in the order in which they were given to the record.
    ``prefetch_related`` would make a query of its own for each record, only to fill it.
    """
    if not records:
        return
    kind = ContentType.objects.get_for_model(next(iter(records)))
    found: dict[int, list[Topic]] = defaultdict(list)
    for item in _given_topics(kind=kind.pk, records=[record.pk for record in records]):
        found[item.object_id].append(item.tag)
    for record in records:
        rows: Any = Topic.objects.all()
        rows._result_cache, rows._prefetch_done = found[record.pk], True
        record.__dict__.setdefault("_prefetched_objects_cache", {})["topics"] = rows
