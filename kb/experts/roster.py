"""People with their main department in one query, for pages that show many of them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from kb.foundation.instances import maker
from kb.foundation.prepared import Prepared
from people.models import Department, Person

# What no card or line of a person shows.
_UNREAD = (
    *("password", "last_login", "email", "bio", "now_doing", "now_doing_at", "chat", "languages"),
    *("joined_on", "created_at", "updated_at", "today_state", "today_note", "today_on"),
)
# In the order in which Django makes a record of them.
_READ = tuple(
    field.attname for field in Person._meta.concrete_fields if field.attname not in _UNREAD
)
_DEPARTMENT_FIELDS = ("id", "name", "short_name", "colour", "slug")


class Post(NamedTuple):
    """What of a membership a card or a line of a person shows."""

    department: Department


def _with_department(ids: Any) -> Any:
    today = timezone.localdate()
    holds = (Q(memberships__ended_on__isnull=True) | Q(memberships__ended_on__gte=today)) & (
        Q(memberships__started_on__isnull=True) | Q(memberships__started_on__lte=today)
    )
    return (
        Person.objects.filter(pk__in=ids)
        .annotate(post=FilteredRelation("memberships", condition=holds))
        .order_by(F("post__is_primary").desc(nulls_last=True), "post__pk")
        .values_list(*_READ, *(f"post__department__{name}" for name in _DEPARTMENT_FIELDS))
    )


_people = Prepared(_with_department)
_person = maker(Person, _READ)


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    """The people with these ids, leavers included; ``person.department`` then costs no query."""
    people: dict[int, Person] = {}
    for values in _people(set(ids)):
        own, department = values[: len(_READ)], values[len(_READ) :]
        if own[0] in people:
            continue
        person = _person(own)
        people[person.pk] = person
        person.current_memberships = [Post(_department(*department))] if department[0] else []
    return people


@lru_cache(maxsize=1000)
def _department(*values: Any) -> Department:
    """Most people of a page belong to the same few departments."""
    return Department(**dict(zip(_DEPARTMENT_FIELDS, values, strict=True)))
