"""Customers, the people there, every contact with them, and what they said."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from customers.care_models import CustomerMerge, DistinctPair, PersonalDataRules
from customers.importing.models import CustomerImport, ExternalKey, ImportedRow, ImportMapping
from customers.querysets import CustomerQuerySet, DealQuerySet, TouchQuerySet
from customers.voice_models import (
    Voice,
    VoiceTheme,
    VoiceThemeChange,
    VoiceThemeMerge,
    VoiceThemeReply,
)
from kb.foundation.addresses import address_of
from kb.foundation.models import Recoverable, TimeStamped
from kb.text.companies import company_key
from kb.topics.models import TopicItem

__all__ = [
    "Contact",
    "Customer",
    "CustomerFormerName",
    "CustomerImport",
    "CustomerMerge",
    "Deal",
    "DistinctPair",
    "ExternalKey",
    "ImportMapping",
    "ImportedRow",
    "PersonalDataRules",
    "Touch",
    "Voice",
    "VoiceTheme",
    "VoiceThemeChange",
    "VoiceThemeMerge",
    "VoiceThemeReply",
]


class Customer(TimeStamped, Recoverable):
    """A company we work for."""

    name = models.CharField(_("会社名"), max_length=200)
    yomi = models.CharField(_("よみ"), max_length=200, blank=True)
    name_key = models.CharField(
        _("名寄せの鍵"),
        max_length=200,
        db_index=True,
        blank=True,
        editable=False,
        help_text=_("㈱や株式会社、全角半角の違いを除いた会社名です。"),
    )
    corporate_number = models.CharField(
        _("法人番号"),
        max_length=13,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{13}\Z", _("法人番号は13桁の数字です。"))],
    )
    industry = models.CharField(_("業種"), max_length=100, blank=True)
    note = models.TextField(_("メモ"), blank=True)
    products = models.CharField(_("使っている製品"), max_length=200, blank=True)
    contract_until = models.DateField(_("契約期限"), null=True, blank=True)
    sales_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("営業担当"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sales_customers",
    )
    success_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("CS担当"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="success_customers",
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("まとめた先"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_customers",
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("お客さま")
        verbose_name_plural = _("お客さま")
        ordering = ["yomi", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")), name="customer_is_not_merged_into_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = company_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address_of("customer_detail", self.pk)


class CustomerFormerName(models.Model):
    """A name the company had before."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("お客さま"), on_delete=models.CASCADE, related_name="former_names"
    )
    name = models.CharField(_("旧社名"), max_length=200)
    until = models.DateField(_("いつまで"), null=True, blank=True)

    class Meta:
        verbose_name = _("旧社名")
        verbose_name_plural = _("旧社名")

    def __str__(self) -> str:
        return self.name


class Contact(TimeStamped):
    """A person at the customer."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("お客さま"), on_delete=models.CASCADE, related_name="contacts"
    )
    name = models.CharField(_("名前"), max_length=100)
    yomi = models.CharField(_("よみ"), max_length=100, blank=True)
    department = models.CharField(_("部署"), max_length=100, blank=True)
    title = models.CharField(_("役職"), max_length=100, blank=True)
    email = models.EmailField(_("メールアドレス"), blank=True)
    phone = models.CharField(_("電話"), max_length=30, blank=True)
    has_left = models.BooleanField(_("退職・異動"), default=False)
    anonymised_at = models.DateTimeField(_("匿名にした日時"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("先方担当者")
        verbose_name_plural = _("先方担当者")
        ordering = ["has_left", "yomi", "name"]

    def __str__(self) -> str:
        return self.name


class Deal(TimeStamped):
    """A light record of business to come."""

    class Phase(models.TextChoices):
        LEAD = "lead", _("見込み")
        PROPOSAL = "proposal", _("提案")
        NEGOTIATION = "negotiation", _("条件の相談")
        WON = "won", _("受注")
        LOST = "lost", _("失注")

    class Confidence(models.TextChoices):
        A = "A", _("A")
        B = "B", _("B")
        C = "C", _("C")

    customer = models.ForeignKey(
        Customer, verbose_name=_("お客さま"), on_delete=models.CASCADE, related_name="deals"
    )
    name = models.CharField(_("商談名"), max_length=200)
    phase = models.CharField(_("段階"), max_length=12, choices=Phase, default=Phase.LEAD)
    confidence = models.CharField(_("確度"), max_length=1, choices=Confidence, default=Confidence.C)
    amount = models.PositiveBigIntegerField(_("金額(円)"), null=True, blank=True)
    expected_on = models.DateField(_("見込みの月"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("担当"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deals",
    )

    objects = DealQuerySet.as_manager()

    class Meta:
        verbose_name = _("商談")
        verbose_name_plural = _("商談")
        ordering = ["expected_on", "name"]

    def __str__(self) -> str:
        return self.name


class Touch(TimeStamped, Recoverable):
    """One contact with a customer: the timeline, the daily report and the evidence in one."""

    class Channel(models.TextChoices):
        VISIT = "visit", _("訪問")
        AT_OUR_OFFICE = "at_our_office", _("来社")
        ONLINE = "online", _("オンライン")
        PHONE = "phone", _("電話")
        EMAIL = "email", _("メール")
        CHAT = "chat", _("チャット")
        EVENT = "event", _("イベント")

    class Mood(models.TextChoices):
        GOOD = "good", _("良い")
        PLAIN = "plain", _("ふつう")
        WORRIED = "worried", _("心配")
        DANGER = "danger", _("危険")

    customer = models.ForeignKey(
        Customer, verbose_name=_("お客さま"), on_delete=models.PROTECT, related_name="touches"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書いた人"),
        on_delete=models.PROTECT,
        related_name="touches",
    )
    channel = models.CharField(_("方法"), max_length=15, choices=Channel)
    happened_at = models.DateTimeField(_("いつ"), default=timezone.now, db_index=True)
    text = models.TextField(_("内容"))
    mood = models.CharField(_("ようす"), max_length=10, choices=Mood, blank=True)
    contacts = models.ManyToManyField(
        Contact, verbose_name=_("先方"), blank=True, related_name="touches"
    )
    colleagues = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("いっしょにいた人"),
        blank=True,
        related_name="shared_touches",
    )
    deal = models.ForeignKey(
        Deal,
        verbose_name=_("商談"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="touches",
    )
    revision = models.PositiveIntegerField(_("版"), default=1)
    source_path = models.CharField(
        _("取り込み元"), max_length=500, null=True, blank=True, unique=True
    )
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("取り込んだ人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    topics = TaggableManager(
        through=TopicItem, verbose_name=_("テーマ"), help_text=_("コンマで区切ります。"), blank=True
    )

    objects = TouchQuerySet.as_manager()

    class Meta:
        verbose_name = _("対応記録")
        verbose_name_plural = _("対応記録")
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-happened_at"], name="touch_of_customer_newest"),
            models.Index(fields=["author", "-happened_at"], name="touch_by_author_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_channel_display()}"

    def get_absolute_url(self) -> str:
        return address_of("touch_detail", self.pk)
