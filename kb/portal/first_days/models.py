"""What a new colleague has ticked off."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FirstDaysTick(models.Model):
    """One line of はじめの30日, done; ``key`` names its record, 「articles.article:12」."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="first_days_ticks",
    )
    key = models.CharField(_("記録"), max_length=80)
    ticked_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("はじめの30日のしるし")
        verbose_name_plural = _("はじめの30日のしるし")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="tick_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.key}"
