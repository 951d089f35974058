"""Reads of action items."""

import datetime as dt
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F
from django.utils import timezone


class ActionItemQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Things to do."""

    def open(self) -> Self:
        return self.filter(state="open")

    def overdue(self, today: dt.date) -> Self:
        return self.open().filter(due_on__lt=today)

    def overdue_for(self, person: models.Model) -> Self:
        """What the person should have done by yesterday, earliest first."""
        return self.overdue(timezone.localdate()).filter(person=person).by_due_date()

    def born_in(self, record: models.Model) -> Self:
        return self.filter(
            content_type=ContentType.objects.get_for_model(record), object_id=record.pk
        )

    def by_due_date(self) -> Self:
        """Earliest due first; those without a date last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")
