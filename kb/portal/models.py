"""What belongs to no single app: texts colleagues wish for, and what to read first."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.articles.models import Article
from kb.portal.daily_models import DailyNote
from kb.portal.first_days.models import FirstDaysTick
from kb.portal.telling.models import FeedAddress, Letter, Webhook, WebhookMessage
from kb.topics.models import Topic
from people.models import Department

__all__ = [
    "DailyNote",
    "FeedAddress",
    "FirstDaysTick",
    "FirstRead",
    "Letter",
    "WantedArticle",
    "Webhook",
    "WebhookMessage",
]


class WantedArticle(models.Model):
    """「書いてほしい」: a text that was looked for and is not there yet."""

    class State(models.TextChoices):
        OPEN = "open", _("書く人を待っています")
        TAKEN = "taken", _("書いています")
        WRITTEN = "written", _("書けました")
        CLOSED = "closed", _("閉じました")

    title = models.CharField(_("書いてほしいこと"), max_length=200)
    note = models.TextField(_("どんなときに困ったか"), blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("頼む部署"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="wanted_articles",
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("頼んだ人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="wanted_articles",
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書く人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="taken_articles",
    )
    article = models.ForeignKey(
        Article,
        verbose_name=_("できた記事"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers_wish",
    )
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("書いてほしい")
        verbose_name_plural = _("書いてほしい")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The wish's line in the list."""
        return f"{reverse('wanted_list')}#wanted-{self.pk}"


class FirstRead(models.Model):
    """「まず読む」: an article that a topic's steward recommends to those who are new to it."""

    topic = models.ForeignKey(
        Topic, verbose_name=_("テーマ"), on_delete=models.CASCADE, related_name="first_reads"
    )
    article = models.ForeignKey(
        Article, verbose_name=_("記事"), on_delete=models.CASCADE, related_name="first_reads"
    )
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("選んだ人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("まず読む")
        verbose_name_plural = _("まず読む")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "article"], name="first_read_once_per_topic")
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.article}"
