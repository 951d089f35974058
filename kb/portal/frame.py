"""What the frame around every page asks of the apps (``FRAME_SOURCES`` in the settings)."""

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from customers.models import Customer
from kb.communities.models import Community
from kb.engagement.models import Follow
from kb.foundation.context import FollowedItem
from kb.portal.models import Notification
from kb.topics.models import Topic
from people.models import Person

FOLLOWED_MAX = 6
# What stands in the side navigation, with its icon; other followed records send notices only.
_FOLLOWABLE: tuple[tuple[type[models.Model], str], ...] = (
    (Topic, "topic"),
    (Customer, "customer"),
    (Community, "community"),
)


def unread(person: Person) -> int:
    """How many notices the person has not read."""
    return Notification.objects.filter(person=person, read_at=None).count()


def tallies(person: Person) -> dict[str, int]:
    """Quiet numbers beside the navigation: communities that are calling."""
    calling = Community.objects.visible().filter(state=Community.State.CALLING)
    return {"community_list": calling.count()}


def followed(person: Person) -> Sequence[FollowedItem]:
    """The topics, customers and communities the person followed last."""
    icons = {ContentType.objects.get_for_model(model).pk: icon for model, icon in _FOLLOWABLE}
    rows = (
        Follow.objects.filter(person=person, is_muted=False, content_type__in=icons)
        .order_by("-created_at")
        .prefetch_related("target")[:FOLLOWED_MAX]
    )
    return [
        FollowedItem(str(row.target), row.target.get_absolute_url(), icons[row.content_type_id])
        for row in rows
        if _is_there(row.target)
    ]


def _is_there(record: Any) -> bool:
    """Neither gone, in the bin, nor merged into another."""
    if record is None or getattr(record, "deleted_at", None) is not None:
        return False
    return getattr(record, "merged_into_id", None) is None
