"""The teams' parts of an ALL HANDS, and the questions asked there."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.articles.models import Article
from kb.meetings.models.meetings import Meeting
from people.models import Department


class Session(models.Model):
    """A team's part of an ALL HANDS: results of this half, goals of the next."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("会議"), on_delete=models.CASCADE, related_name="sessions"
    )
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)
    department = models.ForeignKey(
        Department, verbose_name=_("部署"), on_delete=models.PROTECT, related_name="sessions"
    )
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("話した人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
    )
    results = models.TextField(
        _("この半期の結果"), blank=True, help_text=_("1行にひとつ書きます。")
    )
    goals = models.TextField(_("次の半期の目標"), blank=True, help_text=_("1行にひとつ書きます。"))
    note = models.TextField(_("補足"), blank=True)
    new_colleagues = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("新しい仲間"), blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("チームの発表")
        verbose_name_plural = _("チームの発表")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "department"], name="session_once_per_team")
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.department}"


class SessionQuestion(models.Model):
    """A question asked before or during an ALL HANDS, and its answer."""

    session = models.ForeignKey(
        Session, verbose_name=_("チームの発表"), on_delete=models.CASCADE, related_name="questions"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("聞いた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="session_questions",
    )
    text = models.TextField(_("質問"))
    answer = models.TextField(_("答え"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答えた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="session_answers",
    )
    created_at = models.DateTimeField(_("日時"), default=timezone.now)
    wanted_by = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("私も聞きたい"), blank=True, related_name="+"
    )
    article = models.ForeignKey(
        Article,
        verbose_name=_("引き継いだ質問"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("会議で答えが出なかった質問は、チームあての質問になります。"),
    )

    class Meta:
        verbose_name = _("ALL HANDSの質問")
        verbose_name_plural = _("ALL HANDSの質問")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
