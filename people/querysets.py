"""Reads of people, departments and chores."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Self

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Prefetch, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone

from kb.foundation.prepared import PreparedRecords
from kb.foundation.standing import Standing
from kb.text.kana import ROWS, name_key

# Nothing longer is the name of a chore.
CHORE_WORDS_MAX = 100


def _current(prefix: str = "") -> Q:
    today = timezone.localdate()
    ended, started = f"{prefix}ended_on", f"{prefix}started_on"
    return (Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gte": today})) & (
        Q(**{f"{started}__isnull": True}) | Q(**{f"{started}__lte": today})
    )


def _departments() -> "Prefetch[str, Any, str]":
    from people.models import Membership

    current = (
        Membership.objects.current().select_related("department").order_by("-is_primary", "pk")
    )
    return Prefetch("memberships", queryset=current, to_attr="current_memberships")


def _memberships_today(people: Any) -> Any:
    from people.models import Membership

    memberships = Membership.objects.current().filter(person__in=people)
    return memberships.select_related("department").order_by("-is_primary", "pk")


# Every page asks it for the reader.
memberships_today = PreparedRecords(_memberships_today)


def attach_departments(people: Iterable[Any]) -> None:
    """Loads the departments of all these people in one query; None among them is skipped."""
    wanted = [
        person
        for person in people
        if person is not None and not hasattr(person, "current_memberships")
    ]
    held: dict[int, list[Any]] = defaultdict(list)
    for membership in memberships_today({person.pk for person in wanted}):
        held[membership.person_id].append(membership)
    for person in wanted:
        person.current_memberships = held[person.pk]


def visible_people(prefix: str = "") -> Q:
    """Who counts as a colleague, for lookups through ``prefix`` ("person__").

    People who work here now, and imported authors who have not signed in yet.
    """
    return Q(**{f"{prefix}is_active": True}) | Q(
        **{f"{prefix}is_imported": True, f"{prefix}left_on__isnull": True}
    )


class PersonQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """People as colleagues see them."""

    def visible(self) -> Self:
        """People who work here now, and imported authors who have not signed in yet.

        Leavers keep only their name on what they wrote.
        """
        return self.filter(visible_people())

    def with_departments(self) -> Self:
        """With current memberships on ``current_memberships``, main department first."""
        return self.prefetch_related(_departments())

    def in_reading_order(self) -> Self:
        """By reading, then by name."""
        return self.order_by("yomi", "name", "pk")

    def joined_since(self, day: dt.date) -> Self:
        """People whose first day was that day or later."""
        return self.filter(joined_on__gte=day)

    def newcomers(self) -> Self:
        """Colleagues who joined lately, the latest first."""
        from people.models import NEW_COLLEAGUE_DAYS

        today = timezone.localdate()
        since = today - dt.timedelta(days=NEW_COLLEAGUE_DAYS)
        return self.visible().filter(joined_on__range=(since, today)).order_by("-joined_on", "yomi")

    def named(self, words: str) -> Self:
        """People whose name, reading or login holds the words, in any width or kana, unspaced."""
        key = name_key(words)
        bare_yomi = Replace("yomi", Value(" "))
        bare_name = Replace(Replace("name", Value(" ")), Value("　"))
        return self.alias(bare_yomi=bare_yomi, bare_name=bare_name).filter(
            Q(bare_yomi__icontains=key)
            | Q(bare_name__icontains="".join(words.split()))
            | Q(login__istartswith=words.strip())
        )

    def filed_under(self, row: str) -> Self:
        """People whose reading begins with a kana of that row of the syllabary."""
        kana = ROWS.get(row)
        if kana is None:
            every = "".join(ROWS.values())
            return self.exclude(yomi__regex=f"^[{every}]")
        return self.filter(yomi__regex=f"^[{kana}]")

    def in_departments(self, departments: Iterable[Any]) -> Self:
        """People who belong to one of them today, as main post or beside it."""
        return self.filter(
            _current("memberships__"), memberships__department__in=departments
        ).distinct()


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Makes people; reading goes through ``PersonQuerySet``."""

    def create_user(self, login: str, password: str | None = None, **fields: Any) -> Any:
        """A saved person with a hashed password; without one the person cannot sign in."""
        fields["email"] = self.normalize_email(fields.get("email")) or None
        person = self.model(login=login, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, login: str, password: str | None = None, **fields: Any) -> Any:
        """A person who may do everything in the admin; the login serves as name if none is given."""
        fields.setdefault("name", login)
        return self.create_user(login, password, **fields, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> Any:
        """The person with that login."""
        return self.get(login=username)


class DepartmentQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Departments as colleagues see them."""

    def visible(self) -> Self:
        """Departments that exist today."""
        today = timezone.localdate()
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today))


class MembershipQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Places of people in departments."""

    def current(self) -> Self:
        """Memberships that hold today."""
        return self.filter(_current())


def _chore_names() -> Any:
    from people.models import Responsibility

    return Responsibility.objects.visible().values_list("pk", "name", "other_words")


def _chores_with_people(ids: Any) -> Any:
    from people.models import Responsibility

    chores = Responsibility.objects.visible().filter(pk__in=ids)
    return chores.with_people().order_by("name", "pk")


# Every search asks these, so their SQL is made once. Names are compared here: no database knows that
# two kana are the same.
_by_ids = PreparedRecords(_chores_with_people)


def _by_key(rows: list[tuple[Any, ...]]) -> dict[str, list[int]]:
    called: dict[str, list[int]] = defaultdict(list)
    for pk, name, other_words in rows:
        for key in dict.fromkeys(map(name_key, (name, *other_words.splitlines()))):
            called[key].append(pk)
    return dict(called)


_chores = Standing({"by_key": _chore_names}, {"by_key": _by_key})


class ResponsibilityQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Chores as colleagues see them."""

    def visible(self) -> Self:
        """Chores that somebody still does."""
        return self.filter(is_active=True)

    def with_people(self) -> Self:
        """With department and both people, in the same query."""
        return self.select_related("department", "main", "sub")

    def called(self, words: str) -> list[Any]:
        """Chores that somebody still does, of exactly that name or other word, in any width or kana."""
        key = name_key(words)
        if not key or len(words) > CHORE_WORDS_MAX:
            return []
        return _by_ids(_chores()["by_key"].get(key, []))
