"""Care for customers' records: merges that can be taken back, and the rules of personal data."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CustomerMerge(models.Model):
    """Two customers made one, with everything that is needed to part them again."""

    kept = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("残るお客さま"),
        on_delete=models.CASCADE,
        related_name="merges",
    )
    merged = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("まとめたお客さま"),
        on_delete=models.CASCADE,
        related_name="merges_into_others",
    )
    before: Any = models.JSONField(
        _("前の値"), default=dict, help_text=_("双方の欄と、移した記録の番号です。")
    )
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("まとめた人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    merged_at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)
    undone_at = models.DateTimeField(_("戻した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("お客さまのまとめ")
        verbose_name_plural = _("お客さまのまとめ")
        ordering = ["-merged_at"]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"


class DistinctPair(models.Model):
    """Two customers that look alike and are two companies: not proposed again."""

    first = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("お客さま"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    second = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("似たお客さま"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書いた人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    said_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("別の会社")
        verbose_name_plural = _("別の会社")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_pair_once")
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class PersonalDataRules(models.Model):
    """The one row of the company's rules for the personal data of customers' people."""

    ONLY = 1

    purpose = models.CharField(
        _("利用目的"),
        max_length=300,
        default="お客さまへのご提案、導入、お問い合わせへの対応と、その引き継ぎのために使います。",
        help_text=_("書き出しの前と、先方担当者の近くに示します。"),
    )
    hint = models.CharField(
        _("文章を書く欄の注意"),
        max_length=300,
        default="健康や家族のことなど、仕事に要らない個人の情報は書かないでください。",
        blank=True,
    )
    retention_months = models.PositiveSmallIntegerField(
        _("保存期間（月）"),
        default=36,
        help_text=_(
            "この期間、対応のない先方担当者を、匿名にする候補として示します。0で示しません。"
        ),
    )

    class Meta:
        verbose_name = _("個人情報の決まり")
        verbose_name_plural = _("個人情報の決まり")

    def __str__(self) -> str:
        return self.purpose

    @classmethod
    def now(cls) -> "PersonalDataRules":
        """The rules as they stand; the defaults while nobody has saved any."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls(pk=cls.ONLY)
