"""Articles: the base of everything readable, their revisions, people, links and drafts."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from kb.articles.querysets import ArticleQuerySet
from kb.foundation.addresses import address_of
from kb.foundation.models import Recoverable, TimeStamped
from kb.topics.models import TopicItem
from people.models import Department


class Article(TimeStamped, Recoverable):
    """A readable text of some kind. ``body_html`` and ``contents`` are rendered once, at save."""

    class Kind(models.TextChoices):
        MANUAL = "manual", _("マニュアル")
        QUESTION = "question", _("よくある質問")
        MINUTES = "minutes", _("議事録")
        BOOK_NOTE = "book_note", _("読書メモ")
        RULE = "rule", _("会社のルール")
        NOTE = "note", _("ノート")

    class Status(models.TextChoices):
        DRAFT = "draft", _("書きかけ")
        PUBLISHED = "published", _("公開")
        RETIRED = "retired", _("もう使わない")

    kind = models.CharField(_("種類"), max_length=12, choices=Kind, default=Kind.NOTE)
    title = models.CharField(_("題名"), max_length=200)
    summary = models.CharField(_("ひとことで"), max_length=300, blank=True)
    body = models.TextField(_("本文"), blank=True)
    body_html = models.TextField(_("本文(表示用)"), blank=True, editable=False)
    contents = models.JSONField(_("目次"), default=list, blank=True, editable=False)
    status = models.CharField(_("状態"), max_length=10, choices=Status, default=Status.PUBLISHED)
    revision = models.PositiveIntegerField(_("版"), default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書いた人"),
        on_delete=models.PROTECT,
        related_name="articles",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("担当"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_articles",
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("部署"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
    )
    confirmed_at = models.DateTimeField(_("確認した日時"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("確認した人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    review_due_on = models.DateField(_("次の見直し"), null=True, blank=True, db_index=True)
    review_escalated_at = models.DateTimeField(
        _("見直しを部署に渡した日時"), null=True, blank=True, editable=False
    )
    published_at = models.DateTimeField(_("公開した日時"), null=True, blank=True)
    folder = models.CharField(_("フォルダー"), max_length=300, blank=True)
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

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("記事")
        verbose_name_plural = _("記事")
        ordering = ["-updated_at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "status", "created_at"]),
            # The newest of all kinds, whoever wrote them.
            models.Index(fields=["status", "-updated_at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="articles_have_a_title"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="article_revision_from_one"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("article_detail", self.pk)

    @property
    def text_changed_at(self) -> dt.datetime | None:
        """When title or body changed last, the first writing included; None without a revision."""
        rows = self.revisions.filter(Q(lines_added__gt=0) | Q(lines_removed__gt=0) | Q(number=1))
        moment: dt.datetime | None = (
            rows.order_by("-number").values_list("created_at", flat=True).first()
        )
        return moment


class Revision(models.Model):
    """One saved state of an article: text and fields. Written once and never changed."""

    article = models.ForeignKey(
        Article, verbose_name=_("記事"), on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("版"))
    title = models.CharField(_("題名"), max_length=200)
    body = models.TextField(_("本文"), blank=True)
    fields = models.JSONField(
        _("ほかの欄"), default=dict, blank=True, help_text=_("kb.articles.snapshots が書きます。")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書いた人"),
        on_delete=models.PROTECT,
        related_name="revisions",
    )
    note = models.CharField(_("何を変えたか"), max_length=200, blank=True)
    lines_added = models.PositiveIntegerField(_("増えた行"), default=0)
    lines_removed = models.PositiveIntegerField(_("減った行"), default=0)
    is_bulk = models.BooleanField(
        _("取り込み・一括"), default=False, help_text=_("くわしい人を考えるときには数えません。")
    )
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("版")
        verbose_name_plural = _("版")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class Contributor(models.Model):
    """What a person did for an article: the role, how much, and when last.

    Kept from the revisions by the services; imports write it from the front matter.
    """

    class Role(models.TextChoices):
        AUTHOR = "author", _("書いた")
        EDITOR = "editor", _("直した")
        REVIEWER = "reviewer", _("見直した")
        APPROVER = "approver", _("確認した")

    article = models.ForeignKey(
        Article, verbose_name=_("記事"), on_delete=models.CASCADE, related_name="contributors"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.PROTECT,
        related_name="contributions",
    )
    role = models.CharField(_("役割"), max_length=10, choices=Role)
    edits = models.PositiveIntegerField(_("回数"), default=1)
    changed_lines = models.PositiveIntegerField(_("変えた行"), default=0)
    last_at = models.DateTimeField(_("最後の日時"), default=timezone.now)

    class Meta:
        verbose_name = _("関わった人")
        verbose_name_plural = _("関わった人")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "person", "role"], name="contributor_once_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"


class ArticleLink(models.Model):
    """A [[link]] or address in a body that leads to another article; unresolved ones keep their words."""

    source = models.ForeignKey(
        Article, verbose_name=_("リンク元"), on_delete=models.CASCADE, related_name="links"
    )
    target = models.ForeignKey(
        Article,
        verbose_name=_("リンク先"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="backlinks",
    )
    words = models.CharField(_("リンクの言葉"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("記事のリンク")
        verbose_name_plural = _("記事のリンク")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "words"], name="link_once_per_article"
            )
        ]

    def __str__(self) -> str:
        return self.words or str(self.target)


class Draft(models.Model):
    """The server's copy of what a person is typing; private to the writer. One per window: two
    texts begun on one article are two drafts, so that neither replaces the other."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書いている人"),
        on_delete=models.CASCADE,
        related_name="drafts",
    )
    article = models.ForeignKey(
        Article,
        verbose_name=_("記事"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="drafts",
    )
    key = models.UUIDField(_("鍵"), unique=True)
    kind = models.CharField(_("種類"), max_length=12, choices=Article.Kind)
    title = models.CharField(_("題名"), max_length=200, blank=True)
    body = models.TextField(_("本文"), blank=True)
    fields = models.JSONField(_("ほかの欄"), default=dict, blank=True)
    base_revision = models.PositiveIntegerField(_("もとの版"), default=0)
    updated_at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("下書き")
        verbose_name_plural = _("下書き")
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.title or str(_("題名のない下書き"))


class ArticleTemplate(models.Model):
    """A body to start from, per kind. Variables: {{日付}}, {{年度}}, {{名前}}, {{部署}}."""

    kind = models.CharField(_("種類"), max_length=12, choices=Article.Kind)
    name = models.CharField(_("名前"), max_length=100)
    body = models.TextField(_("本文"))
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)

    class Meta:
        verbose_name = _("ひな型")
        verbose_name_plural = _("ひな型")
        ordering = ["kind", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="template_name_once_per_kind")
        ]

    def __str__(self) -> str:
        return self.name
