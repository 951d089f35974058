"""Whom a question was put to, and who was asked whether a text still holds."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.articles.models.article import Article


class QuestionAsk(models.Model):
    """A question put to a person: why to this one, when, and what became of it."""

    class Why(models.TextChoices):
        KNOWS = "knows", _("くわしい人")
        CHORE = "chore", _("主担当")
        NAMED = "named", _("ほかの人の紹介")

    question = models.ForeignKey(
        Article, verbose_name=_("質問"), on_delete=models.CASCADE, related_name="asks"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("聞かれた人"),
        on_delete=models.CASCADE,
        related_name="asked_questions",
    )
    why = models.CharField(_("なぜこの人に"), max_length=10, choices=Why)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("紹介した人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("聞いた日時"), default=timezone.now, db_index=True)
    answered_at = models.DateTimeField(_("答えた日時"), null=True, blank=True)
    passed_on_at = models.DateTimeField(_("ほかの人に渡した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("質問を届けた人")
        verbose_name_plural = _("質問を届けた人")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "person"], name="asked_once_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.question}"

    @property
    def is_open(self) -> bool:
        """Whether the person has neither answered nor named another one."""
        return self.answered_at is None and self.passed_on_at is None


class ReviewAsk(models.Model):
    """An owner was asked in one week whether a text still holds."""

    article = models.ForeignKey(
        Article, verbose_name=_("記事"), on_delete=models.CASCADE, related_name="review_asks"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("聞かれた人"),
        on_delete=models.CASCADE,
        related_name="review_asks",
    )
    monday = models.DateField(_("週のはじめの日"))
    answered_at = models.DateTimeField(_("答えた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("見直しのお願い")
        verbose_name_plural = _("見直しのお願い")
        ordering = ["monday", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "person", "monday"], name="review_asked_once_a_week"
            )
        ]

    def __str__(self) -> str:
        return f"{self.monday} {self.person} {self.article}"


class Suggestion(models.Model):
    """「ここが違う」: another text for an article, offered to whoever keeps it right."""

    class State(models.TextChoices):
        OPEN = "open", _("見てもらうのを待っています")
        TAKEN = "taken", _("取り入れました")
        DECLINED = "declined", _("取り入れませんでした")
        WITHDRAWN = "withdrawn", _("取り下げました")

    article = models.ForeignKey(
        Article, verbose_name=_("記事"), on_delete=models.CASCADE, related_name="suggestions"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提案した人"),
        on_delete=models.PROTECT,
        related_name="suggestions",
    )
    base_revision = models.PositiveIntegerField(_("もとの版"))
    body = models.TextField(_("直した本文"))
    why = models.CharField(_("どこが違うか"), max_length=500, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("決めた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("決めた日時"), null=True, blank=True)
    reply = models.CharField(_("返事"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("直す提案")
        verbose_name_plural = _("直す提案")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reply=""), name="declined_with_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.author} {self.article}"

    def get_absolute_url(self) -> str:
        """Where it is compared and decided."""
        return reverse("suggestion_detail", args=[self.pk])

    @property
    def has_words(self) -> bool:
        """Whether it offers another text; without, it says only what is wrong with the present one."""
        base = self.article.revisions.filter(number=self.base_revision).first()
        return base is None or base.body.strip() != self.body.strip()
