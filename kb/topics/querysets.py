"""Reads of topics."""

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone

UNDO_FOR = dt.timedelta(days=30)


class TopicQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Topics as lists show them."""

    def visible(self) -> Self:
        """Topics that are in use: those merged into another are left out."""
        return self.filter(merged_into__isnull=True)

    def with_synonyms(self) -> Self:
        """With their other words, in one more query."""
        return self.prefetch_related("synonyms")


class TopicMergeQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Merges of topics as pages and the nightly task read them."""

    def standing(self) -> Self:
        """Those that hold and can still be taken back, the latest first."""
        recent = timezone.now() - UNDO_FOR
        return self.filter(undone_at=None, merged_at__gte=recent).order_by("-merged_at", "-pk")

    def outdated(self, now: dt.datetime) -> Self:
        """Those that nobody can take back any more."""
        return self.filter(merged_at__lt=now - UNDO_FOR)
