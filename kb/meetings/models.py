"""Meetings with their agenda and sessions, and the decisions born in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from kb.articles.models import Article
from kb.foundation.addresses import address_of
from kb.foundation.models import Recoverable, TimeStamped
from kb.meetings.querysets import DecisionQuerySet, MeetingQuerySet
from kb.topics.models import TopicItem
from people.models import Department


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
    minutes = models.TextField(_("議事"), blank=True)
    minutes_html = models.TextField(_("議事(表示用)"), blank=True, editable=False)
    is_carried_over = models.BooleanField(_("持ち越し"), default=False)

    class Meta:
        verbose_name = _("議題")
        verbose_name_plural = _("議題")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """A team's part of an ALL HANDS: results of this half, goals of the next."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("会議"), on_delete=models.CASCADE, related_name="sessions"
    )
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)
    department = models.ForeignKey(
        Department, verbose_name=_("部署"), on_delete=models.PROTECT, related_name="sessions"
    )
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("話した人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
    )
    results = models.TextField(
        _("この半期の結果"), blank=True, help_text=_("1行にひとつ書きます。")
    )
    goals = models.TextField(_("次の半期の目標"), blank=True, help_text=_("1行にひとつ書きます。"))
    note = models.TextField(_("補足"), blank=True)
    new_colleagues = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("新しい仲間"), blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("チームの発表")
        verbose_name_plural = _("チームの発表")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "department"], name="session_once_per_team")
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.department}"


class SessionQuestion(models.Model):
    """A question asked before or during an ALL HANDS, and its answer."""

    session = models.ForeignKey(
        Session, verbose_name=_("チームの発表"), on_delete=models.CASCADE, related_name="questions"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("聞いた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="session_questions",
    )
    text = models.TextField(_("質問"))
    answer = models.TextField(_("答え"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答えた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="session_answers",
    )
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("ALL HANDSの質問")
        verbose_name_plural = _("ALL HANDSの質問")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class Decision(TimeStamped, Recoverable):
    """What was decided, why, and what was not chosen."""

    class State(models.TextChoices):
        VALID = "valid", _("有効")
        REVISED = "revised", _("改定")
        ABOLISHED = "abolished", _("廃止")
        ON_HOLD = "on_hold", _("保留")

    title = models.CharField(_("決まったこと"), max_length=200, help_text=_("一文で書きます。"))
    reason = models.TextField(_("理由"), blank=True)
    meeting = models.ForeignKey(
        Meeting,
        verbose_name=_("会議"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("議題"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提案した人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposed_decisions",
    )
    decided_on = models.DateField(_("決まった日"), default=timezone.localdate, db_index=True)
    valid_from = models.DateField(_("いつから"), null=True, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.VALID)
    supersedes = models.ForeignKey(
        "self",
        verbose_name=_("改めた決まり"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="superseded_by",
    )
    departments = models.ManyToManyField(
        Department, verbose_name=_("関わる部署"), blank=True, related_name="decisions"
    )
    articles = models.ManyToManyField(
        Article, verbose_name=_("ここから生まれた記事"), blank=True, related_name="decisions"
    )
    revision = models.PositiveIntegerField(_("版"), default=1)
    topics = TaggableManager(
        through=TopicItem, verbose_name=_("テーマ"), help_text=_("コンマで区切ります。"), blank=True
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("決まったこと")
        verbose_name_plural = _("決まったこと")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(supersedes=models.F("id")), name="decision_does_not_supersede_itself"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("decision_detail", self.pk)


class RejectedOption(models.Model):
    """An option that was not chosen, and why."""

    decision = models.ForeignKey(
        Decision,
        verbose_name=_("決まったこと"),
        on_delete=models.CASCADE,
        related_name="rejected_options",
    )
    option = models.CharField(_("選ばなかった案"), max_length=200)
    why = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("選ばなかった案")
        verbose_name_plural = _("選ばなかった案")

    def __str__(self) -> str:
        return self.option


class RuleRevision(models.Model):
    """One change of a rule, with the decision behind it."""

    rule = models.ForeignKey(
        Article, verbose_name=_("ルール"), on_delete=models.CASCADE, related_name="rule_revisions"
    )
    decision = models.ForeignKey(
        Decision,
        verbose_name=_("もとの決定"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="rule_revisions",
    )
    revised_on = models.DateField(_("改定日"))
    what = models.CharField(_("何が変わったか"), max_length=300)

    class Meta:
        verbose_name = _("ルールの改定")
        verbose_name_plural = _("ルールの改定")
        ordering = ["-revised_on", "-pk"]

    def __str__(self) -> str:
        return self.what
