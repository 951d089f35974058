"""Tokens of the JSON API. Only a digest is stored; the token itself is shown once."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """A program's key; it may do what its person may do, and ends when the person leaves."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="api_tokens",
    )
    name = models.CharField(_("用途"), max_length=100, blank=True)
    digest = models.CharField(_("ハッシュ"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)
    last_used_at = models.DateTimeField(_("最後に使われた日時"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("止めた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("APIトークン")
        verbose_name_plural = _("APIトークン")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.person} {self.name}"


class ApiReceipt(models.Model):
    """The answer to a request that carried an Idempotency-Key: the same request gets it again."""

    token = models.ForeignKey(
        ApiToken, verbose_name=_("APIトークン"), on_delete=models.CASCADE, related_name="receipts"
    )
    key = models.CharField(_("鍵"), max_length=200)
    digest = models.CharField(_("本文のハッシュ"), max_length=64)
    status = models.PositiveSmallIntegerField(_("状態"), default=0)
    answer = models.JSONField(_("答え"), default=dict)
    created_at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("APIの答えの控え")
        verbose_name_plural = _("APIの答えの控え")
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="receipt_once_per_key")
        ]

    def __str__(self) -> str:
        return self.key
