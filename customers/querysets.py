"""Reads of customers, their contacts, touches and voices."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery


class CustomerQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Customers as colleagues see them."""

    def visible(self) -> Self:
        """Customers that are neither in the bin nor merged into another."""
        return self.filter(deleted_at__isnull=True, merged_into__isnull=True)

    def with_owners(self) -> Self:
        return self.select_related("sales_owner", "success_owner")

    def with_last_touch(self) -> Self:
        """Annotates ``last_touch_at``, for each row by one look into the index of touches."""
        touches = self.model._meta.get_field("touches").related_model._default_manager
        newest = touches.filter(customer=OuterRef("pk"), deleted_at__isnull=True).order_by(
            "-happened_at"
        )
        return self.annotate(last_touch_at=Subquery(newest.values("happened_at")[:1]))


class TouchQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Contacts with customers."""

    def visible(self) -> Self:
        return self.filter(deleted_at__isnull=True, customer__deleted_at__isnull=True)

    def with_details(self) -> Self:
        """Everything a timeline shows, in a fixed number of queries."""
        return self.select_related("customer", "author").prefetch_related(
            "contacts", "colleagues", "voices__theme", "topics"
        )


class VoiceQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Marked sentences; they go with their touch."""

    def visible(self) -> Self:
        return self.filter(touch__deleted_at__isnull=True, touch__customer__deleted_at__isnull=True)


class VoiceThemeQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Themes that gather voices."""

    def visible(self) -> Self:
        return self.filter(merged_into__isnull=True)


class VoiceThemeReplyQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Companies that are to hear what became of a theme."""

    def visible(self) -> Self:
        return self.filter(
            theme__merged_into__isnull=True,
            customer__deleted_at__isnull=True,
            customer__merged_into__isnull=True,
        )

    def waiting(self) -> Self:
        """Companies nobody has told yet, as long as the theme still stands so."""
        told = Q(told_at__isnull=False) | Q(todo__state="done")
        return self.visible().filter(status=models.F("theme__status")).exclude(told)


class DealQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Business to come."""

    def visible(self) -> Self:
        return self.filter(customer__deleted_at__isnull=True, customer__merged_into__isnull=True)
