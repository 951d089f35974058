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
