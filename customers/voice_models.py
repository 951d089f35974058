"""What customers said, the themes that gather it, and the way back to those who said it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from customers.querysets import VoiceQuerySet, VoiceThemeQuerySet, VoiceThemeReplyQuerySet
from kb.foundation.models import TimeStamped
from kb.todos.models import ActionItem
from kb.topics.models import TopicItem
from people.models import Department


class VoiceTheme(TimeStamped):
    """Voices that say the same, with what we do about it."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("受け取った")
        CONSIDERING = "considering", _("検討中")
        PLANNED = "planned", _("やる")
        DECLINED = "declined", _("やらない")
        DONE = "done", _("できた")

    title = models.CharField(_("題名"), max_length=200)
    description = models.TextField(_("説明"), blank=True)
    status = models.CharField(_("状態"), max_length=12, choices=Status, default=Status.RECEIVED)
    reason = models.TextField(_("理由"), blank=True)
    planned_for = models.CharField(_("時期"), max_length=60, blank=True)
    owner_department = models.ForeignKey(
        Department,
        verbose_name=_("担当部署"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="voice_themes",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("担当"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="voice_themes",
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("まとめた先"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_themes",
    )
    status_changed_at = models.DateTimeField(_("状態が変わった日時"), default=timezone.now)
    topics = TaggableManager(
        through=TopicItem, verbose_name=_("テーマ"), help_text=_("コンマで区切ります。"), blank=True
    )

    objects = VoiceThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("要望テーマ")
        verbose_name_plural = _("要望テーマ")
        ordering = ["-updated_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(reason=""),
                name="declined_themes_have_a_reason",
                violation_error_message=_("「やらない」には理由を書いてください。"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the theme."""
        return reverse("voice_theme_detail", args=[self.pk])


class Voice(models.Model):
    """A marked sentence of a touch, in the customer's own words."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("要望")
        COMPLAINT = "complaint", _("不満")
        QUESTION = "question", _("質問")
        PRAISE = "praise", _("うれしい")
        CHURN = "churn", _("解約の心配")

    touch = models.ForeignKey(
        "customers.Touch",
        verbose_name=_("対応記録"),
        on_delete=models.CASCADE,
        related_name="voices",
    )
    quote = models.TextField(_("お客さまの言葉"))
    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    theme = models.ForeignKey(
        VoiceTheme,
        verbose_name=_("要望テーマ"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="voices",
    )
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("印を付けた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="marked_voices",
    )
    created_at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("お客さまの声")
        verbose_name_plural = _("お客さまの声")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.quote[:60]


class VoiceThemeChange(models.Model):
    """One change of a theme's status, with its reason: the way back to those who recorded."""

    theme = models.ForeignKey(
        VoiceTheme, verbose_name=_("要望テーマ"), on_delete=models.CASCADE, related_name="changes"
    )
    status = models.CharField(_("状態"), max_length=12, choices=VoiceTheme.Status)
    reason = models.TextField(_("理由"), blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("変えた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    changed_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("要望テーマの状態の変化")
        verbose_name_plural = _("要望テーマの状態の変化")
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.theme} {self.get_status_display()}"


class VoiceThemeMerge(models.Model):
    """One theme that went into another, with the voices that moved: enough to take it back."""

    theme = models.ForeignKey(
        VoiceTheme, verbose_name=_("要望テーマ"), on_delete=models.CASCADE, related_name="merges"
    )
    into = models.ForeignKey(
        VoiceTheme, verbose_name=_("まとめた先"), on_delete=models.CASCADE, related_name="+"
    )
    voice_ids = models.JSONField(_("移した声"), default=list)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("まとめた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    merged_at = models.DateTimeField(_("まとめた日時"), default=timezone.now)
    undone_at = models.DateTimeField(_("戻した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("要望テーマのまとめ")
        verbose_name_plural = _("要望テーマのまとめ")
        ordering = ["-merged_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.theme} → {self.into}"


class VoiceThemeReply(models.Model):
    """「この会社に知らせてください」: one company that hears what became of its theme."""

    theme = models.ForeignKey(
        VoiceTheme, verbose_name=_("要望テーマ"), on_delete=models.CASCADE, related_name="replies"
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("お客さま"),
        on_delete=models.CASCADE,
        related_name="voice_replies",
    )
    status = models.CharField(_("状態"), max_length=12, choices=VoiceTheme.Status)
    todo = models.ForeignKey(
        ActionItem,
        verbose_name=_("ToDo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="voice_replies",
    )
    touch = models.ForeignKey(
        "customers.Touch",
        verbose_name=_("知らせた対応記録"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="voice_replies",
    )
    created_at = models.DateTimeField(_("頼んだ日時"), default=timezone.now)
    told_at = models.DateTimeField(_("知らせた日時"), null=True, blank=True)

    objects = VoiceThemeReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("声への返事")
        verbose_name_plural = _("声への返事")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "customer", "status"], name="one_reply_per_company_and_status"
            )
        ]

    def __str__(self) -> str:
        return f"{self.theme} {self.customer}"

    def get_absolute_url(self) -> str:
        """The page with the draft for this company."""
        return reverse("voice_reply", args=[self.pk])
