"""What the frame around every page asks of the apps (``FRAME_SOURCES`` in the settings).

Every page pays for this, so it is one query in all, and its SQL is made only once: that takes longer than the
database takes to answer.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Count, DateTimeField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from customers.models import Customer
from kb.communities.models import Community
from kb.engagement.models import Follow, Notification
from kb.foundation.addresses import address_of
from kb.foundation.context import FollowedItem
from kb.foundation.database import Row, answered, this_database
from kb.topics.models import Topic
from people.models import Person

FOLLOWED_MAX = 6
_KEPT = "_frame_shown"
_UNREAD, _CALLING = "unread", "calling"
_AFTER_ALL = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
# What stands in the side navigation: address name and icon; other followed records send notices only.
_PLACES = {
    "topic": ("topic_detail", "topic"),
    "customer": ("customer_detail", "customer"),
    "community": ("community_detail", "community"),
}


def unread(person: Person) -> int:
    """How many notices the person has not read."""
    return _shown(person).numbers[_UNREAD]


def tallies(person: Person) -> dict[str, int]:
    """Quiet numbers beside the navigation: communities that are calling."""
    return {"community_list": _shown(person).numbers[_CALLING]}


def followed(person: Person) -> Sequence[FollowedItem]:
    """The topics, customers and communities the person followed last."""
    return _shown(person).followed


@dataclass(frozen=True)
class _Shown:
    numbers: Mapping[str, int]
    followed: Sequence[FollowedItem]


def _shown(person: Person) -> _Shown:
    """Everything in one query, kept on the person of this request."""
    kept: _Shown | None = getattr(person, _KEPT, None)
    if kept is None:
        rows = _rows(_sql(this_database().vendor), person)
        kept = _Shown(
            numbers={_UNREAD: 0, _CALLING: 0}
            | {kind: int(key) for kind, _label, key, _at in rows if kind not in _PLACES},
            followed=[
                FollowedItem(label, address_of(_PLACES[kind][0], key), _PLACES[kind][1])
                for kind, label, key, _at in rows
                if kind in _PLACES
            ],
        )
        setattr(person, _KEPT, kept)
    return kept


@lru_cache(maxsize=2)
def _sql(_vendor: str) -> "_Sql":
    waiting = Notification.objects.filter(person=_ANYBODY, read_at=None)
    calling = Community.objects.visible().filter(state=Community.State.CALLING)
    numbers = [_number(_UNREAD, waiting), _number(_CALLING, calling)]
    topics = _followed(Topic.objects.visible(), name="name", key="slug")
    customers = _followed(Customer.objects.visible(), name="name", key="pk")
    communities = _followed(Community.objects.visible(), name="title", key="pk")
    rows = topics.union(customers, communities, *numbers).order_by("-at")
    return _sql_of(rows[: FOLLOWED_MAX + len(numbers)])


def _number(name: str, counted: QuerySet[Any]) -> QuerySet[Any]:
    """A number as a row like the others; it stands before them."""
    counts = counted.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk"))
    rows: QuerySet[Any] = (
        Person.objects.filter(pk=_ANYBODY)
        .order_by()
        .annotate(
            kind=Value(name, output_field=CharField()),
            label=Cast(Value(""), CharField()),
            key=Cast(Coalesce(Subquery(counts.values("number")), 0), CharField()),
            at=Value(_AFTER_ALL, output_field=DateTimeField()),
        )
        .values_list("kind", "label", "key", "at")
    )
    return rows


def _followed(records: QuerySet[Any], *, name: str, key: str) -> QuerySet[Any]:
    """Kind, label, key of the address and day of following, of one kind of record."""
    model: type[models.Model] = records.model
    follows = Follow.objects.filter(person=_ANYBODY, is_muted=False, content_type_id=_KINDS[model])
    rows: QuerySet[Any] = (
        records.filter(pk__in=follows.values("object_id"))
        .order_by()
        .annotate(
            kind=Value(str(model._meta.model_name), output_field=CharField()),
            label=Cast(F(name), CharField()),
            key=Cast(F(key), CharField()),
            at=Subquery(follows.filter(object_id=OuterRef("pk")).values("created_at")[:1]),
        )
        .values_list("kind", "label", "key", "at")
    )
    return rows


# --- SQL made once ---------------------------------------------------------------------------

# Stand where the numbers of the person and of the content types go.
_ANYBODY = -1
_KINDS: dict[type[models.Model], int] = {Topic: -2, Customer: -3, Community: -4}
_Sql = tuple[str, tuple[Any, ...]]


def _sql_of(rows: QuerySet[Any]) -> _Sql:
    sql, parameters = rows.query.sql_with_params()
    return sql, tuple(parameters)


def _rows(sql: _Sql, person: Person) -> list[Row]:
    """What the database answers for one person."""
    text, parameters = sql
    numbers = {_ANYBODY: person.pk}
    for model, number in _KINDS.items():
        numbers[number] = ContentType.objects.get_for_model(model).pk
    return answered(this_database(), text, [numbers.get(one, one) for one in parameters])
