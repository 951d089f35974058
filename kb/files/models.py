"""Attachments: one stored file, hung on any record, with its extracted text."""

import uuid
from pathlib import PurePath

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.files.querysets import AttachmentQuerySet


def stored_path(attachment: "Attachment", _filename: str) -> str:
    """A random path: the name people gave is kept for display only."""
    key = attachment.key.hex
    return f"attachments/{key[:2]}/{key}"


def preview_path(attachment: "Attachment", filename: str) -> str:
    """Beside the attachments, under the same random key."""
    key = attachment.key.hex
    return f"previews/{key[:2]}/{key}{PurePath(filename).suffix}"


class Attachment(models.Model):
    """A file with what is known of it. Served by a view, never by its path."""

    class TextState(models.TextChoices):
        WAITING = "waiting", _("まだ読み取っていません")
        DONE = "done", _("読み取りました")
        NONE = "none", _("文字がありません")
        FAILED = "failed", _("読み取れませんでした")

    class PreviewState(models.TextChoices):
        WAITING = "waiting", _("まだ描いていません")
        DONE = "done", _("描きました")
        NONE = "none", _("描けません")

    key = models.UUIDField(_("鍵"), default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(_("ファイル"), upload_to=stored_path, max_length=200)
    name = models.CharField(_("名前"), max_length=255)
    media_type = models.CharField(_("種類"), max_length=120)
    size = models.PositiveBigIntegerField(_("大きさ(バイト)"))
    sha256 = models.CharField(_("ハッシュ"), max_length=64, db_index=True)
    text = models.TextField(_("読み取った文字"), blank=True)
    text_state = models.CharField(
        _("読み取りの状態"), max_length=10, choices=TextState, default=TextState.WAITING
    )
    preview = models.FileField(
        _("1ページ目"), upload_to=preview_path, max_length=200, blank=True, editable=False
    )
    preview_state = models.CharField(
        _("1ページ目の状態"),
        max_length=10,
        choices=PreviewState,
        default=PreviewState.WAITING,
        editable=False,
    )
    content_type = models.ForeignKey(
        ContentType,
        verbose_name=_("付けた記録の種類"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
    )
    object_id = models.PositiveBigIntegerField(_("付けた記録の番号"), null=True, blank=True)
    target = GenericForeignKey("content_type", "object_id")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("載せた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
    )
    source_path = models.CharField(
        _("取り込み元"), max_length=500, null=True, blank=True, unique=True
    )
    created_at = models.DateTimeField(_("載せた日時"), default=timezone.now, db_index=True)
    deleted_at = models.DateTimeField(_("消した日時"), null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("添付ファイル")
        verbose_name_plural = _("添付ファイル")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("attachment_download", args=[self.key])

    @property
    def preview_url(self) -> str:
        """Where the picture of the first page is; "" while there is none."""
        return reverse("attachment_preview", args=[self.key]) if self.preview else ""

    @property
    def first_words(self) -> str:
        """The beginning of the first page, slide or sheet."""
        beginning = self.__dict__.get("beginning")
        return str(self.text if beginning is None else beginning).partition("\f")[0].strip()
