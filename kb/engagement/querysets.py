"""Reads of what people hang on records."""

from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models


class TargetQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows that point at any record."""

    def on(self, record: models.Model) -> Self:
        return self.filter(
            content_type=ContentType.objects.get_for_model(record), object_id=record.pk
        )


class CommentQuerySet(TargetQuerySet):
    """Remarks under records."""

    def visible(self) -> Self:
        return self.filter(deleted_at__isnull=True)


class ConfirmationQuerySet(TargetQuerySet):
    """「読みました」, asked for and given."""

    def asked(self) -> Self:
        """Asked of colleagues who still work here; a request that was stopped asks nobody."""
        # Whoever confirmed without being asked has no asker; whoever has not confirmed was asked.
        was_asked = models.Q(asked_by__isnull=False) | models.Q(confirmed_at__isnull=True)
        return self.filter(was_asked, person__is_active=True).exclude(
            confirmed_at__isnull=True, request__stopped_at__isnull=False
        )

    def waiting(self) -> Self:
        """Asked for and not given yet."""
        return self.asked().filter(confirmed_at__isnull=True)
