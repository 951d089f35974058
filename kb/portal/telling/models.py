"""What left the product, and where it goes: mails, feeds, chat tools."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.meetings.models import Series
from kb.portal.telling.addresses import refusal
from people.models import Department

_SECRET_BYTES = 24


def new_secret() -> str:
    """A part of an address that nobody guesses."""
    return secrets.token_urlsafe(_SECRET_BYTES)


class Letter(models.Model):
    """The one mail of a person on a day: the row is there before the mail leaves."""

    class Kind(models.TextChoices):
        DIGEST = "digest", _("朝のまとめ")
        DIRECT = "direct", _("すぐのお知らせ")

    class State(models.TextChoices):
        WAITING = "waiting", _("送る前")
        SENDING = "sending", _("送っています")
        SENT = "sent", _("送りました")
        REFUSED = "refused", _("受け取られませんでした")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="letters",
    )
    day = models.DateField(_("日"))
    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("試した回数"), default=0)
    error = models.CharField(_("送れなかったわけ"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)
    sent_at = models.DateTimeField(_("送った日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("送ったメール")
        verbose_name_plural = _("送ったメール")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["day", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="one_letter_a_day"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="sent_letters_know_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.day}"


class FeedAddress(models.Model):
    """A person's secret address of Atom feeds; it opens nothing once the person has left."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="feed_address",
    )
    secret = models.CharField(
        _("合言葉"), max_length=64, unique=True, default=new_secret, editable=False
    )
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("フィードのアドレス")
        verbose_name_plural = _("フィードのアドレス")

    def __str__(self) -> str:
        return str(self.person)


class Webhook(models.Model):
    """A room of a chat tool that hears of what is new in a department or a series of meetings."""

    class Service(models.TextChoices):
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"
        CHATWORK = "chatwork", "Chatwork"

    name = models.CharField(_("名前"), max_length=60, help_text=_("例：営業部の部屋"))
    service = models.CharField(_("サービス"), max_length=10, choices=Service)
    address = models.CharField(
        _("届け先"),
        max_length=500,
        help_text=_("Slack と Teams は Webhook の URL、Chatwork は部屋の番号です。"),
    )
    token = models.CharField(
        _("API トークン"), max_length=200, blank=True, help_text=_("Chatwork だけで使います。")
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("部署"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="webhooks",
    )
    series = models.ForeignKey(
        Series,
        verbose_name=_("会議"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="webhooks",
    )
    is_active = models.BooleanField(_("使う"), default=True)
    since = models.DateTimeField(
        _("ここから後のことを届ける"), default=timezone.now, editable=False
    )
    failures = models.PositiveIntegerField(_("続けて届かなかった回数"), default=0, editable=False)
    last_sent_at = models.DateTimeField(
        _("最後に届いた日時"), null=True, blank=True, editable=False
    )
    last_error = models.CharField(_("届かなかったわけ"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("チャットへの知らせ")
        verbose_name_plural = _("チャットへの知らせ")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=False, series__isnull=True)
                | Q(department__isnull=True, series__isnull=False),
                name="webhook_of_a_department_or_a_series",
                violation_error_message=_("部署か会議の、どちらか一つを選んでください。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        words = refusal(self.service, self.address, self.token)
        if words:
            raise ValidationError({"address": words})


class WebhookMessage(models.Model):
    """One thing told to one room, once: the row is there before the message leaves."""

    webhook = models.ForeignKey(
        Webhook, verbose_name=_("届け先"), on_delete=models.CASCADE, related_name="messages"
    )
    key = models.CharField(_("記録"), max_length=80)
    title = models.CharField(_("題名"), max_length=300)
    url = models.CharField(_("行き先"), max_length=300)
    attempts = models.PositiveSmallIntegerField(_("試した回数"), default=0)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)
    sent_at = models.DateTimeField(_("届いた日時"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("あきらめた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("チャットへ届けたこと")
        verbose_name_plural = _("チャットへ届けたこと")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "key"], name="told_once_per_webhook")
        ]

    def __str__(self) -> str:
        return self.title
