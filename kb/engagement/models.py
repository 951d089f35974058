"""Comment, thanks, follow, confirmation: what people hang on any record; and what they hear."""

import datetime as dt

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kb.engagement.querysets import CommentQuerySet, ConfirmationQuerySet, TargetQuerySet
from kb.foundation.models import Recoverable, TimeStamped
from people.models import Department


class OnRecord(models.Model):
    """A row that hangs on one record of any kind."""

    content_type = models.ForeignKey(
        ContentType, verbose_name=_("記録の種類"), on_delete=models.CASCADE
    )
    object_id = models.PositiveBigIntegerField(_("記録の番号"))
    target = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True


class Comment(OnRecord, TimeStamped, Recoverable):
    """A remark under a record."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書いた人"),
        on_delete=models.PROTECT,
        related_name="comments",
    )
    body = models.TextField(_("本文"))
    body_html = models.TextField(_("本文(表示用)"), blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("コメント")
        verbose_name_plural = _("コメント")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self) -> str:
        return self.body[:40]

    @property
    def is_changed(self) -> bool:
        """Whether its author has changed it."""
        # A new row reads the clock twice, once for each moment.
        return self.updated_at - self.created_at > dt.timedelta(seconds=1)


class Thanks(OnRecord):
    """「助かった」 with one line."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("助かった人"),
        on_delete=models.CASCADE,
        related_name="given_thanks",
    )
    words = models.CharField(_("ひとこと"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("助かった")
        verbose_name_plural = _("助かった")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "content_type", "object_id"], name="thanks_once_per_record"
            )
        ]

    def __str__(self) -> str:
        return self.words or str(_("助かった"))


class Follow(OnRecord):
    """A person wants to hear of changes to a record, or has muted it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="follows",
    )
    is_muted = models.BooleanField(_("知らせない"), default=False)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("フォロー")
        verbose_name_plural = _("フォロー")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "content_type", "object_id"], name="follow_once_per_record"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.content_type} {self.object_id}"


class ReadingRequest(OnRecord):
    """「読んでください」: who is asked to read a record, until when. Open ones ask newcomers too."""

    class Audience(models.TextChoices):
        DEPARTMENTS = "departments", _("部署")
        JOINED = "joined", _("ある日から後に入った人")
        ALL = "all", _("全社員")

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("お願いした人"),
        on_delete=models.PROTECT,
        related_name="reading_requests",
    )
    audience = models.CharField(_("だれに"), max_length=12, choices=Audience)
    departments = models.ManyToManyField(
        Department, verbose_name=_("部署"), blank=True, related_name="+"
    )
    joined_since = models.DateField(_("この日から後に入った人"), null=True, blank=True)
    due_on = models.DateField(_("いつまでに"), null=True, blank=True)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)
    stopped_at = models.DateTimeField(_("取りやめた日時"), null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("読んでください")
        verbose_name_plural = _("読んでください")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(audience="joined") | Q(joined_since__isnull=False),
                name="joined_readers_have_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_id} {self.get_audience_display()}"


class Confirmation(OnRecord):
    """「読みました」: asked of a person, and when it was given."""

    request = models.ForeignKey(
        ReadingRequest,
        verbose_name=_("お願い"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="confirmations",
    )

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="confirmations",
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("お願いした人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("お願いした日時"), default=timezone.now)
    due_on = models.DateField(_("いつまでに"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("読んだ日時"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("思い出させた回数"), default=0)
    reminded_at = models.DateTimeField(_("思い出させた日時"), null=True, blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("読みました")
        verbose_name_plural = _("読みました")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "content_type", "object_id"], name="confirmation_once_per_record"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_at__gte=models.F("asked_at")),
                name="confirmed_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.content_type} {self.object_id}"


class Notification(models.Model):
    """One line in a person's お知らせ. Written by ``kb.engagement.notifying.notify`` alone."""

    class Kind(models.TextChoices):
        MENTION = "mention", _("名前をあげられました")
        QUESTION = "question", _("質問されました")
        INVITATION = "invitation", _("声がかかりました")
        REQUEST = "request", _("確認のお願い")
        TASK = "task", _("ToDo")
        ANSWER = "answer", _("答えがつきました")
        COMMENT = "comment", _("コメント")
        THANKS = "thanks", _("助かった")
        CHANGE = "change", _("変わりました")
        SUGGESTION = "suggestion", _("直す提案")
        VOICE = "voice", _("お客さまの声")
        WISH = "wish", _("書いてほしい")
        DELETED = "deleted", _("削除")
        HANDOVER = "handover", _("引き継ぎ")
        SUMMARY = "summary", pgettext_lazy("of a week", "まとめ")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="notifications",
    )
    kind = models.CharField(_("種類"), max_length=40, choices=Kind)
    text = models.CharField(_("内容"), max_length=300)
    url = models.CharField(_("行き先"), max_length=300)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("した人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)
    read_at = models.DateTimeField(_("読んだ日時"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("メールした日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("お知らせ")
        verbose_name_plural = _("お知らせ")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["person", "read_at"], name="notification_waiting")]

    def __str__(self) -> str:
        return self.text


class NotificationPreference(models.Model):
    """How a person hears of things. Without a row everything stands as here by default."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="notification_preference",
    )
    wants_digest = models.BooleanField(_("朝のまとめをメールで受け取る"), default=True)
    wants_direct_mail = models.BooleanField(
        _("自分あての質問や声かけを、すぐメールで受け取る"), default=True
    )
    quiet_from = models.TimeField(_("ここから静かに"), default=dt.time(19, 0))
    quiet_until = models.TimeField(_("ここまで静かに"), default=dt.time(8, 0))
    muted_kinds = models.JSONField(_("受け取らない種類"), default=list, blank=True)

    class Meta:
        verbose_name = _("お知らせの届き方")
        verbose_name_plural = _("お知らせの届き方")

    def __str__(self) -> str:
        return str(self.person)

    def is_quiet_at(self, time: dt.time) -> bool:
        """Whether no mail may come at that time of day; equal ends mean no quiet hours."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= time < self.quiet_until
        return time >= self.quiet_from or time < self.quiet_until
