"""Imports as a whole, so that a whole import can be taken back."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.articles.models.article import Article


class ImportBatch(models.Model):
    """One uploaded folder: previewed, then brought in, then perhaps taken back as a whole."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("取り込む前")
        RUNNING = "running", _("取り込んでいます")
        DONE = "done", _("取り込みました")
        FAILED = "failed", _("取り込めませんでした")
        UNDOING = "undoing", _("元に戻しています")
        UNDONE = "undone", _("元に戻しました")

    key = models.UUIDField(_("番号"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("ファイルの名前"), max_length=255)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("取り込んだ人"),
        on_delete=models.PROTECT,
        related_name="import_batches",
    )
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PREVIEW)
    report = models.JSONField(_("結果"), default=dict, blank=True)
    done_count = models.PositiveIntegerField(_("済んだ数"), default=0)
    total_count = models.PositiveIntegerField(_("全体の数"), default=0)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)
    undone_at = models.DateTimeField(_("元に戻した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("まとめて取り込み")
        verbose_name_plural = _("まとめて取り込み")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The preview, or what became of it."""
        return reverse("import_batch", args=[self.key])

    @property
    def folder(self) -> Path:
        """Where the uploaded files wait until they are brought in."""
        return Path(settings.VAR_DIR) / "imports" / self.key.hex

    @property
    def percent(self) -> int:
        """Progress in whole percent, 0 while the total is unknown."""
        return self.done_count * 100 // self.total_count if self.total_count else 0


class ImportedArticle(models.Model):
    """An article that an import made or changed; ``revision_before`` is 0 for a new one."""

    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("取り込み"), on_delete=models.CASCADE, related_name="articles"
    )
    article = models.ForeignKey(
        Article, verbose_name=_("記事"), on_delete=models.CASCADE, related_name="imports"
    )
    revision_before = models.PositiveIntegerField(_("前の版"), default=0)
    revision_after = models.PositiveIntegerField(_("取り込んだ版"), default=1)

    class Meta:
        verbose_name = _("取り込んだ記事")
        verbose_name_plural = _("取り込んだ記事")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "article"], name="imported_once_per_batch")
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.article}"
