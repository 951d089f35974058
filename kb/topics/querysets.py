"""Reads of topics."""

from typing import Self

from django.db import models


class TopicQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Topics as lists show them."""

    def visible(self) -> Self:
        """Topics that are in use: those merged into another are left out."""
        return self.filter(merged_into__isnull=True)

    def with_synonyms(self) -> Self:
        """With their other words, in one more query."""
        return self.prefetch_related("synonyms")
