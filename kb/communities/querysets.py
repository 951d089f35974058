"""Reads of communities."""

from typing import Self

from django.db import models


class CommunityQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Communities as colleagues see them."""

    def visible(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def active(self) -> Self:
        """Communities that still work on their problem."""
        return self.visible().exclude(state="dissolved")
