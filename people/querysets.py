"""Reads of people, departments and chores."""

import datetime as dt
from typing import Any, Self

from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone


def _current(prefix: str = "") -> Q:
    today = timezone.localdate()
    ended, started = f"{prefix}ended_on", f"{prefix}started_on"
    return (Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gte": today})) & (
        Q(**{f"{started}__isnull": True}) | Q(**{f"{started}__lte": today})
    )


class PersonQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """People as colleagues see them."""

    def visible(self) -> Self:
        """People who work here now, and imported authors who have not signed in yet.

        Leavers keep only their name on what they wrote.
        """
        return self.filter(Q(is_active=True) | Q(is_imported=True, left_on__isnull=True))

    def with_departments(self) -> Self:
        """With current memberships on ``current_memberships``, main department first."""
        from people.models import Membership

        current = Membership.objects.current().select_related("department").order_by("-is_primary", "pk")
        return self.prefetch_related(Prefetch("memberships", queryset=current, to_attr="current_memberships"))

    def in_reading_order(self) -> Self:
        return self.order_by("yomi", "name", "pk")

    def joined_since(self, day: dt.date) -> Self:
        return self.filter(joined_on__gte=day)


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
        fields.setdefault("name", login)
        return self.create_user(login, password, **fields, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(login=username)


class DepartmentQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Departments as colleagues see them."""

    def visible(self) -> Self:
        """Departments that exist today."""
        today = timezone.localdate()
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today))


class MembershipQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def current(self) -> Self:
        """Memberships that hold today."""
        return self.filter(_current())


class ResponsibilityQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible(self) -> Self:
        return self.filter(is_active=True)

    def with_people(self) -> Self:
        return self.select_related("department", "main", "sub")
