"""People with their main department in one query, for pages that show many of them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from kb.foundation.prepared import PreparedRecords
from people.models import Department, Membership, Person

# What no card or line of a person shows.
_UNREAD = (
    *("password", "last_login", "email", "bio", "now_doing", "now_doing_at", "chat", "languages"),
    *("joined_on", "created_at", "updated_at", "today_state", "today_note", "today_on"),
)
_DEPARTMENT_FIELDS = ("id", "name", "short_name", "colour", "slug")


def _with_department(ids: Any) -> Any:
    today = timezone.localdate()
    holds = (Q(memberships__ended_on__isnull=True) | Q(memberships__ended_on__gte=today)) & (
        Q(memberships__started_on__isnull=True) | Q(memberships__started_on__lte=today)
    )
    return (
        Person.objects.filter(pk__in=ids)
        .defer(*_UNREAD)
        .annotate(post=FilteredRelation("memberships", condition=holds))
        .annotate(
            **{f"department_{name}": F(f"post__department__{name}") for name in _DEPARTMENT_FIELDS}
        )
        .order_by(F("post__is_primary").desc(nulls_last=True), "post__pk")
    )


_people = PreparedRecords(_with_department)


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    """The people with these ids, leavers included; ``person.department`` then costs no query."""
    people: dict[int, Person] = {}
    for person in _people(set(ids)):
        if person.pk in people:
            continue
        person.current_memberships = _memberships(person)
        people[person.pk] = person
    return people


def _memberships(person: Person) -> list[Membership]:
    values = {name: getattr(person, f"department_{name}") for name in _DEPARTMENT_FIELDS}
    if values["id"] is None:
        return []
    return [Membership(person=person, department=_department(*values.values()))]


@lru_cache(maxsize=1000)
def _department(*values: Any) -> Department:
    """Most people of a page belong to the same few departments."""
    return Department(**dict(zip(_DEPARTMENT_FIELDS, values, strict=True)))
