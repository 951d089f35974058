"""Communities: people who join by themselves around a problem."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from kb.communities.querysets import CommunityQuerySet
from kb.foundation.models import Recoverable, TimeStamped
from kb.topics.models import TopicItem


class Community(TimeStamped, Recoverable):
    """A problem in one sentence and those who solve it. It has no owner and needs no approval."""

    class State(models.TextChoices):
        CALLING = "calling", _("呼びかけ")
        WORKING = "working", _("進める")
        CONCLUDING = "concluding", _("まとめ")
        DISSOLVED = "dissolved", _("解散")

    title = models.CharField(_("困りごと"), max_length=200, help_text=_("一文で書きます。"))
    why_now = models.TextField(_("なぜいま"), blank=True)
    done_when = models.TextField(_("どうなったら終わりか"), blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.CALLING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("呼びかけた人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="started_communities",
    )
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("進行役"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="facilitated_communities",
    )
    result = models.TextField(_("結果"), blank=True)
    prompted_at = models.DateTimeField(
        _("動きがないとたずねた日時"), null=True, blank=True, editable=False
    )
    topics = TaggableManager(
        through=TopicItem, verbose_name=_("テーマ"), help_text=_("コンマで区切ります。"), blank=True
    )

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("コミュニティ")
        verbose_name_plural = _("コミュニティ")
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("community_detail", args=[self.pk])


class CommunityMember(models.Model):
    """A person's part in a community: invited, listening, joined, gone, or named somebody else."""

    class Kind(models.TextChoices):
        INVITED = "invited", _("声をかけた")
        JOINED = "joined", _("参加する")
        LISTENING = "listening", _("話だけ聞く")
        INTRODUCED = "introduced", _("別の人を紹介した")
        LEFT = "left", _("抜けた")

    community = models.ForeignKey(
        Community, verbose_name=_("コミュニティ"), on_delete=models.CASCADE, related_name="members"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="community_memberships",
    )
    kind = models.CharField(_("関わり方"), max_length=10, choices=Kind, default=Kind.JOINED)
    reason = models.CharField(_("声をかけた理由"), max_length=300, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("声をかけた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    since = models.DateTimeField(_("いつから"), default=timezone.now)

    class Meta:
        verbose_name = _("コミュニティの人")
        verbose_name_plural = _("コミュニティの人")
        constraints = [models.UniqueConstraint(fields=["community", "person"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.person}"


class CommunityRecord(models.Model):
    """A record linked to a community: evidence, a draft, or where the result lives."""

    class Role(models.TextChoices):
        EVIDENCE = "evidence", _("材料")
        DRAFT = "draft", _("下書き")
        RESULT = "result", _("結果")

    community = models.ForeignKey(
        Community, verbose_name=_("コミュニティ"), on_delete=models.CASCADE, related_name="records"
    )
    role = models.CharField(_("役割"), max_length=10, choices=Role, default=Role.EVIDENCE)
    content_type = models.ForeignKey(
        ContentType, verbose_name=_("記録の種類"), on_delete=models.CASCADE
    )
    object_id = models.PositiveBigIntegerField(_("記録の番号"))
    target = GenericForeignKey("content_type", "object_id")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("加えた人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="community_records",
    )
    note = models.CharField(_("ひとこと"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("コミュニティの記録")
        verbose_name_plural = _("コミュニティの記録")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "role", "content_type", "object_id"],
                name="record_once_per_community_and_role",
            ),
            models.CheckConstraint(condition=Q(object_id__gte=1), name="community_record_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.get_role_display()}"
