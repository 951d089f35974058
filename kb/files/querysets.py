"""Reads of attachments."""

from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Left

BEGINNING_CHARACTERS = 300


class AttachmentQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Attachments."""

    def visible(self) -> Self:
        """Files that were not taken away."""
        return self.filter(deleted_at__isnull=True)

    def on(self, record: models.Model) -> Self:
        """Files that hang on one record."""
        return self.filter(
            content_type=ContentType.objects.get_for_model(record), object_id=record.pk
        )

    def listed(self) -> Self:
        """With the beginning of their text alone: of the rest there may be half a megabyte."""
        return self.defer("text").annotate(beginning=Left("text", BEGINNING_CHARACTERS))
