"""A series, its meetings with agenda and revisions, and who was there."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from kb.foundation.addresses import address_of
from kb.foundation.models import Recoverable, TimeStamped
from kb.meetings.querysets import MeetingQuerySet
from kb.topics.models import TopicItem


class Series(models.Model):
    """A row of meetings under one name: COFFEE TALK, ALL HANDS, any other."""

    class Kind(models.TextChoices):
        COFFEE_TALK = "coffee_talk", _("COFFEE TALK")
        ALL_HANDS = "all_hands", _("ALL HANDS")
        OTHER = "other", _("そのほかの会議")

    slug = models.SlugField(_("識別子"), max_length=60, unique=True)
    name = models.CharField(_("名前"), max_length=100)
    kind = models.CharField(_("種類"), max_length=12, choices=Kind, default=Kind.OTHER)
    description = models.TextField(_("説明"), blank=True)
    is_active = models.BooleanField(_("続いている"), default=True)

    class Meta:
        verbose_name = _("会議のシリーズ")
        verbose_name_plural = _("会議のシリーズ")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class Meeting(TimeStamped, Recoverable):
    """One meeting of a series."""

    class State(models.TextChoices):
        PREPARING = "preparing", _("準備中")
        DRAFT = "draft", _("書きかけ")
        PUBLISHED = "published", _("公開")
        CORRECTED = "corrected", _("訂正あり")

    series = models.ForeignKey(
        Series, verbose_name=_("シリーズ"), on_delete=models.PROTECT, related_name="meetings"
    )
    number = models.PositiveIntegerField(_("回"))
    title = models.CharField(_("題名"), max_length=200, blank=True)
    held_at = models.DateTimeField(_("日時"), db_index=True)
    place = models.CharField(_("場所"), max_length=100, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("進行"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="chaired_meetings",
    )
    scribe = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書記"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="scribed_meetings",
    )
    body = models.TextField(_("議事録"), blank=True)
    body_html = models.TextField(_("議事録(表示用)"), blank=True, editable=False)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(_("版"), default=1)
    # What was read from the text and answered by the writer, by the key of each finding.
    readings = models.JSONField(_("読み取りの答え"), default=dict, blank=True, editable=False)
    published_at = models.DateTimeField(_("公開した日時"), null=True, blank=True)
    topics = TaggableManager(
        through=TopicItem, verbose_name=_("テーマ"), help_text=_("コンマで区切ります。"), blank=True
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("会議")
        verbose_name_plural = _("会議")
        ordering = ["-held_at"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="meeting_number_once")
        ]

    def __str__(self) -> str:
        return self.title or _("%(series)s 第%(number)s回") % {
            "series": self.series.name,
            "number": self.number,
        }

    def get_absolute_url(self) -> str:
        return address_of("meeting_detail", self.pk)


class MeetingRevision(models.Model):
    """One saved state of a meeting's minutes; after publication these are the 訂正."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("会議"), on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("版"))
    text = models.TextField(_("内容"), help_text=_("議題ごとの議事をひとつにした文章です。"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書いた人"),
        on_delete=models.PROTECT,
        related_name="meeting_revisions",
    )
    note = models.CharField(_("何を変えたか"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("議事録の版")
        verbose_name_plural = _("議事録の版")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="meeting_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.number}"


class Attendance(models.Model):
    """Who was there, and who was not."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("会議"), on_delete=models.CASCADE, related_name="attendances"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="attendances",
    )
    was_present = models.BooleanField(_("出席"), default=True)

    class Meta:
        verbose_name = _("出欠")
        verbose_name_plural = _("出欠")
        ordering = ["-was_present", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class AgendaItem(models.Model):
    """One item of the agenda with what was said."""

    class Kind(models.TextChoices):
        SHARE = "share", _("共有")
        CONSULT = "consult", _("相談")
        DECIDE = "decide", _("決定")

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("会議"), on_delete=models.CASCADE, related_name="agenda_items"
    )
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)
    title = models.CharField(_("議題"), max_length=200)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind, default=Kind.SHARE)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提案した人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="agenda_items",
    )
    gist = models.TextField(_("要点"), blank=True)
    heading = models.CharField(
        _("見出しの行"),
        max_length=300,
        blank=True,
        help_text=_("議事録のこの行から、この議題の議事が始まります。"),
    )
    minutes = models.TextField(_("議事"), blank=True)
    minutes_html = models.TextField(_("議事(表示用)"), blank=True, editable=False)
    is_carried_over = models.BooleanField(_("持ち越し"), default=False)

    class Meta:
        verbose_name = _("議題")
        verbose_name_plural = _("議題")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
