"""What the frame around every page asks of the apps (``FRAME_SOURCES`` in the settings).

Every page pays for this, so it is two queries in all, and their SQL is made only once: that takes
longer than the database takes to answer.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from customers.models import Customer
from kb.communities.models import Community
from kb.engagement.models import Follow, Notification
from kb.foundation.addresses import address_of
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
        unread, calling = next(_rows(_counts_sql(connection.vendor), person), (0, 0))
        kept = {"unread": unread or 0, "calling": calling or 0}
        setattr(person, _KEPT, kept)
    return kept


@lru_cache(maxsize=2)
def _counts_sql(_vendor: str) -> "_Sql":
    waiting = Notification.objects.filter(person=_ANYBODY, read_at=None)
    calling = Community.objects.visible().filter(state=Community.State.CALLING)
    person = Person.objects.filter(pk=_ANYBODY)
    return _sql_of(person.values_list(_count_of(waiting), _count_of(calling)).order_by())


def _count_of(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk"))
    return Subquery(counted.values("number"))


def followed(person: Person) -> Sequence[FollowedItem]:
    """The topics, customers and communities the person followed last."""
    return [
        FollowedItem(label, address_of(_PLACES[kind][0], key), _PLACES[kind][1])
        for kind, label, key, _at in _rows(_followed_sql(connection.vendor), person)
    ]


@lru_cache(maxsize=2)
def _followed_sql(_vendor: str) -> "_Sql":
    topics = _followed(Topic.objects.visible(), name="name", key="slug")
    customers = _followed(Customer.objects.visible(), name="name", key="pk")
    communities = _followed(Community.objects.visible(), name="title", key="pk")
    return _sql_of(topics.union(customers, communities).order_by("-at")[:FOLLOWED_MAX])


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


def _rows(sql: _Sql, person: Person) -> Iterator[tuple[Any, ...]]:
    """What the database answers for one person."""
    text, parameters = sql
    numbers = {_ANYBODY: person.pk}
    for model, number in _KINDS.items():
        numbers[number] = ContentType.objects.get_for_model(model).pk
    with connection.cursor() as cursor:
        cursor.execute(text, [numbers.get(one, one) for one in parameters])
        yield from cursor.fetchall()
