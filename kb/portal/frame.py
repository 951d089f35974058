"""What the frame around every page asks of the apps (``FRAME_SOURCES`` in the settings).

Every page pays for this, so it is two queries in all.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.urls import reverse

from customers.models import Customer
from kb.communities.models import Community
from kb.engagement.models import Follow, Notification
from kb.foundation.context import FollowedItem
from kb.topics.models import Topic
from people.models import Person

FOLLOWED_MAX = 6
_KEPT = "_frame_counts"
# What stands in the side navigation: address name and icon; other followed records send notices only.
_PLACES = {
    "topic": ("topic_detail", "topic"),
    "customer": ("customer_detail", "customer"),
    "community": ("community_detail", "community"),
}


def unread(person: Person) -> int:
    """How many notices the person has not read."""
    return _counts(person)["unread"]


def tallies(person: Person) -> dict[str, int]:
    """Quiet numbers beside the navigation: communities that are calling."""
    return {"community_list": _counts(person)["calling"]}


def _counts(person: Person) -> dict[str, int]:
    """Both numbers in one query, kept on the person of this request."""
    kept: dict[str, int] | None = getattr(person, _KEPT, None)
    if kept is None:
        waiting = Notification.objects.filter(person=person, read_at=None)
        calling = Community.objects.visible().filter(state=Community.State.CALLING)
        kept = (
            Person.objects.filter(pk=person.pk)
            .values(unread=_count_of(waiting), calling=_count_of(calling))
            .first()
        ) or {"unread": 0, "calling": 0}
        kept = {name: number or 0 for name, number in kept.items()}
        setattr(person, _KEPT, kept)
    return kept


def _count_of(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk"))
    return Subquery(counted.values("number"))


def followed(person: Person) -> Sequence[FollowedItem]:
    """The topics, customers and communities the person followed last."""
    topics = _followed(person, Topic.objects.visible(), name="name", key="slug")
    customers = _followed(person, Customer.objects.visible(), name="name", key="pk")
    communities = _followed(person, Community.objects.visible(), name="title", key="pk")
    rows = topics.union(customers, communities).order_by("-at")[:FOLLOWED_MAX]
    return [
        FollowedItem(label, reverse(_PLACES[kind][0], args=[key]), _PLACES[kind][1])
        for kind, label, key, _at in rows
    ]


def _followed(person: Person, records: QuerySet[Any], *, name: str, key: str) -> QuerySet[Any]:
    """Kind, label, key of the address and day of following, of one kind of record."""
    model: type[models.Model] = records.model
    follows = Follow.objects.filter(
        person=person,
        is_muted=False,
        content_type=ContentType.objects.get_for_model(model),
        object_id=OuterRef("pk"),
    )
    rows: QuerySet[Any] = (
        records.order_by()
        .annotate(
            kind=Value(str(model._meta.model_name), output_field=CharField()),
            label=Cast(F(name), CharField()),
            key=Cast(F(key), CharField()),
            at=Subquery(follows.values("created_at")[:1]),
        )
        .filter(at__isnull=False)
        .values_list("kind", "label", "key", "at")
    )
    return rows
