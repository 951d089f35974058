"""Reads of meetings and decisions."""

from typing import Self

from django.db import models


class MeetingQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Meetings as colleagues see them."""

    def visible(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def with_people(self) -> Self:
        return self.select_related("series", "chair", "scribe")

    def latest_first(self) -> Self:
        return self.order_by("-held_at", "-number")

    def with_decisions(self) -> Self:
        """With the decisions that lists show, on ``shown_decisions``."""
        from kb.meetings.models import Decision

        decisions = Decision.objects.visible().order_by("pk")
        return self.prefetch_related(
            models.Prefetch("decisions", queryset=decisions, to_attr="shown_decisions")
        )


class DecisionQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """What was decided."""

    def visible(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def valid(self) -> Self:
        """Decisions that hold today."""
        return self.visible().filter(state="valid")

    def with_context(self) -> Self:
        return self.select_related("meeting__series", "proposed_by", "supersedes").prefetch_related(
            "departments", "topics", "rejected_options"
        )
