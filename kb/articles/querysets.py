"""Reads of articles: what may be seen, and what belongs together on a page."""

from typing import Any, Self

from django.db import models
from django.db.models import Q


class ArticleQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Articles. Pages, search, suggestions, counts, API and exports all start from ``visible``."""

    def visible(self) -> Self:
        """Everything that colleagues may read: not in the bin. 書きかけ is visible to all."""
        return self.filter(deleted_at__isnull=True)

    def published(self) -> Self:
        return self.visible().filter(status="published")

    def of_kind(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def about(self, topic: Any) -> Self:
        return self.filter(topics=topic)

    def written_by(self, person: Any) -> Self:
        """Articles the person wrote, or holds."""
        return self.filter(Q(author=person) | Q(owner=person))

    def with_people(self) -> Self:
        return self.select_related("author", "owner", "department")


class BookQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Books that somebody wrote a note about, or will."""

    def visible(self) -> Self:
        return self.all()
