"""What stays of an import: the file while it is wanted, the chosen columns, and the way back."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.foundation.models import Job


def stored_path(record: "CustomerImport", _filename: str) -> str:
    """A random path: the name people gave is kept for display only."""
    return f"imports/{record.key.hex}"


class ImportKind(models.TextChoices):
    """What the rows of a file are."""

    CUSTOMERS = "customers", _("お客さま")
    CONTACTS = "contacts", _("先方担当者")
    TOUCHES = "touches", _("対応記録")
    DEALS = "deals", _("商談")


class CustomerImport(models.Model):
    """One file on its way in: columns, check, what was written, and whether it was taken back."""

    class State(models.TextChoices):
        DRAFT = "draft", _("列を選んでいます")
        CHECKING = "checking", _("確かめています")
        CHECKED = "checked", _("確かめました")
        WRITING = "writing", _("取り込んでいます")
        DONE = "done", _("取り込みました")
        UNDOING = "undoing", _("元に戻しています")
        UNDONE = "undone", _("元に戻しました")

    class Policy(models.TextChoices):
        UPDATE = "update", _("新しい値に直す")
        SKIP = "skip", _("そのままにして飛ばす")

    key = models.UUIDField(_("鍵"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("種類"), max_length=12, choices=ImportKind)
    name = models.CharField(_("ファイルの名前"), max_length=255)
    file = models.FileField(_("ファイル"), upload_to=stored_path, max_length=200, blank=True)
    header_row = models.PositiveIntegerField(
        _("見出しの行"), null=True, blank=True, help_text=_("空なら、見出しのないファイルです。")
    )
    mapping = models.JSONField(_("列の意味"), default=list, blank=True)
    policy = models.CharField(
        _("すでにあるとき"), max_length=8, choices=Policy, default=Policy.UPDATE
    )
    makes_customers = models.BooleanField(_("知らない会社は、新しくつくる"), default=True)
    default_channel = models.CharField(_("方法が空のとき"), max_length=15, default="phone")
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.DRAFT)
    job = models.ForeignKey(
        Job, verbose_name=_("作業"), on_delete=models.SET_NULL, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    counts = models.JSONField(_("件数"), default=dict, blank=True)
    problems = models.JSONField(_("まちがい"), default=list, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("取り込んだ人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="customer_imports",
    )
    created_at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)
    written_at = models.DateTimeField(_("取り込んだ日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("お客さまの取り込み")
        verbose_name_plural = _("お客さまの取り込み")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("customer_import", args=[self.key])


class ImportMapping(models.Model):
    """What the columns of a file with these headings mean; chosen once, proposed the next time."""

    kind = models.CharField(_("種類"), max_length=12, choices=ImportKind)
    digest = models.CharField(_("見出しの指紋"), max_length=64)
    mapping = models.JSONField(_("列の意味"), default=list)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("選んだ人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    saved_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("覚えた列の意味")
        verbose_name_plural = _("覚えた列の意味")
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest"], name="mapping_once_per_headings")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.digest[:8]}"


class ImportedRow(models.Model):
    """One record that an import made or changed, with its values before and after."""

    batch = models.ForeignKey(
        CustomerImport, verbose_name=_("取り込み"), on_delete=models.CASCADE, related_name="rows"
    )
    model = models.CharField(_("モデル"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("番号"))
    is_new = models.BooleanField(_("新しい"))
    before = models.JSONField(_("前の値"), default=dict)
    after = models.JSONField(_("取り込んだ値"), default=dict)

    class Meta:
        verbose_name = _("取り込んだ行")
        verbose_name_plural = _("取り込んだ行")
        indexes = [models.Index(fields=["model", "object_id"])]

    def __str__(self) -> str:
        return f"{self.model}.{self.object_id}"


class ExternalKey(models.Model):
    """The number that another system gives to one of our records: the next import finds it again."""

    model = models.CharField(_("モデル"), max_length=60)
    key = models.CharField(_("元の番号"), max_length=200)
    object_id = models.PositiveBigIntegerField(_("番号"))
    batch = models.ForeignKey(
        CustomerImport,
        verbose_name=_("取り込み"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("元のシステムの番号")
        verbose_name_plural = _("元のシステムの番号")
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="external_key_once")]

    def __str__(self) -> str:
        return self.key
