"""Comment, thanks, follow, confirmation: what people hang on any record; and what they hear."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.engagement.querysets import CommentQuerySet, TargetQuerySet
from kb.foundation.models import Recoverable, TimeStamped


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


class Confirmation(OnRecord):
    """「読みました」: asked of a person, and when it was given."""

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

    objects = TargetQuerySet.as_manager()

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
        SUMMARY = "summary", _("まとめ")

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
