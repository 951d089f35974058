"""Abstract bases of our records, and the three tables every app writes to: jobs, audit, idempotency."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TimeStamped(models.Model):
    """A record that knows when it was made and when its content last changed.

    Both are plain defaults, not ``auto_now``: imports keep the dates of the original.
    """

    created_at = models.DateTimeField(_("作成日時"), default=timezone.now, db_index=True)
    updated_at = models.DateTimeField(_("更新日時"), default=timezone.now, db_index=True)

    class Meta:
        abstract = True


class Recoverable(models.Model):
    """A record that goes to the bin instead of vanishing; the bin keeps it 30 days."""

    deleted_at = models.DateTimeField(_("ごみ箱に入れた日時"), null=True, blank=True, db_index=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ごみ箱に入れた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Job(models.Model):
    """Long work that a person started: its state, progress and last message."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待っています")
        RUNNING = "running", _("進めています")
        DONE = "done", _("終わりました")
        FAILED = "failed", _("できませんでした")
        CANCELLED = "cancelled", _("取りやめました")

    key = models.UUIDField(_("番号"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("種類"), max_length=60)
    state = models.CharField(_("状態"), max_length=12, choices=State, default=State.WAITING)
    done_count = models.PositiveIntegerField(_("済んだ数"), default=0)
    total_count = models.PositiveIntegerField(_("全体の数"), default=0)
    message = models.TextField(_("メッセージ"), blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("始めた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
    )
    cancel_wanted = models.BooleanField(_("取りやめの希望"), default=False)
    created_at = models.DateTimeField(_("受付日時"), default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(_("終了日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("作業")
        verbose_name_plural = _("作業")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_state_display()}"

    @property
    def percent(self) -> int:
        """Progress in whole percent, 0 while the total is unknown."""
        return self.done_count * 100 // self.total_count if self.total_count else 0


class AuditEntry(models.Model):
    """One line of the append-only log of sign-ins, exports, deletions and changes of rights."""

    at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="audit_entries",
    )
    action = models.CharField(_("操作"), max_length=60, db_index=True)
    target = models.CharField(_("対象"), max_length=200, blank=True)
    detail = models.JSONField(_("くわしく"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("アドレス"), null=True, blank=True)

    class Meta:
        verbose_name = _("監査記録")
        verbose_name_plural = _("監査記録")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class IdempotencyKey(models.Model):
    """The key of a form that created a row: the same form sent twice creates it once."""

    key = models.UUIDField(_("鍵"), primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    url = models.CharField(_("できた記録のアドレス"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("二重送信の鍵")
        verbose_name_plural = _("二重送信の鍵")

    def __str__(self) -> str:
        return str(self.key)
