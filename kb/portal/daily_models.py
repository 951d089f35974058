"""What a person adds to the 日報 that builds itself: one line, and what colleagues say to it."""

from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kb.foundation.models import TimeStamped


class DailyNote(TimeStamped):
    """所感 of one day; comments hang on it, also where the line is still empty."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="daily_notes",
    )
    day = models.DateField(_("日"))
    text = models.CharField(_("所感"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("日報の所感")
        verbose_name_plural = _("日報の所感")
        ordering = ["-day", "person"]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="one_daily_note_a_day")
        ]

    def __str__(self) -> str:
        return str(_("%(name)sの日報 %(day)s") % {"name": self.person.name, "day": self.day})

    def get_absolute_url(self) -> str:
        """The report of that day."""
        query = urlencode({"day": self.day.isoformat(), "person": self.person_id})
        return f"{reverse('daily_report')}?{query}"
