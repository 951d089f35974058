"""Topics: the curated tags that join articles, meetings, touches and people."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.models import GenericTaggedItemBase, TagBase

from kb.foundation.addresses import address_of
from kb.topics.querysets import TopicMergeQuerySet, TopicQuerySet


class Topic(TagBase):
    """A subject the company talks about. ``TagBase`` gives the unique name and slug."""

    yomi = models.CharField(_("よみ"), max_length=100, blank=True)
    description = models.TextField(_("説明"), blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上のテーマ"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("まとめた先"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_topics",
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("テーマ")
        verbose_name_plural = _("テーマ")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="topic_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")),
                name="topic_is_not_merged_into_itself",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The topic's page."""
        return address_of("topic_detail", self.slug)

    def slugify(self, tag: str, i: int | None = None) -> str:
        """The name as a part of an address; a name of signs alone still gets one."""
        return str(super().slugify(tag, i)) or "theme"


class TopicSynonym(models.Model):
    """Another word for a topic; search treats it as the topic itself."""

    topic = models.ForeignKey(
        Topic, verbose_name=_("テーマ"), on_delete=models.CASCADE, related_name="synonyms"
    )
    word = models.CharField(_("別の言い方"), max_length=100, unique=True)

    class Meta:
        verbose_name = _("別の言い方")
        verbose_name_plural = _("別の言い方")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class TopicItem(GenericTaggedItemBase):
    """Joins one topic with one record of any kind."""

    tag = models.ForeignKey(
        Topic, verbose_name=_("テーマ"), on_delete=models.CASCADE, related_name="items"
    )

    class Meta:
        verbose_name = _("テーマの付いた記録")
        verbose_name_plural = _("テーマの付いた記録")
        constraints = [
            models.UniqueConstraint(
                fields=["tag", "content_type", "object_id"], name="topic_once_per_record"
            )
        ]


class TopicMerge(models.Model):
    """One topic that went into another, with what stood before: for 30 days enough to part them."""

    topic = models.ForeignKey(
        Topic, verbose_name=_("まとめたテーマ"), on_delete=models.CASCADE, related_name="merges"
    )
    into = models.ForeignKey(
        Topic, verbose_name=_("まとめた先"), on_delete=models.CASCADE, related_name="+"
    )
    ledger: Any = models.JSONField(_("前の状態"), default=list, blank=True, editable=False)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("まとめた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    merged_at = models.DateTimeField(_("まとめた日時"), default=timezone.now, db_index=True)
    undone_at = models.DateTimeField(_("戻した日時"), null=True, blank=True)

    objects = TopicMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("テーマのまとめ")
        verbose_name_plural = _("テーマのまとめ")
        ordering = ["-merged_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.topic} → {self.into}"
