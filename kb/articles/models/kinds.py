"""The small detail tables of the kinds of article, and books."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.articles.models.article import Article
from kb.articles.querysets import BookQuerySet
from kb.foundation.models import Recoverable, TimeStamped
from people.models import Responsibility


class ManualDetail(models.Model):
    """What a manual adds: chore, readers, how often it is reviewed, 公式 or 参考."""

    article = models.OneToOneField(
        Article,
        verbose_name=_("記事"),
        on_delete=models.CASCADE,
        related_name="manual",
        primary_key=True,
    )
    responsibility = models.ForeignKey(
        Responsibility,
        verbose_name=_("担当業務"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="manuals",
    )
    readers = models.CharField(_("読む人"), max_length=200, blank=True)
    review_months = models.PositiveSmallIntegerField(_("見直しの間隔(月)"), default=6)
    is_official = models.BooleanField(_("公式"), default=False)

    class Meta:
        verbose_name = _("マニュアルの欄")
        verbose_name_plural = _("マニュアルの欄")

    def __str__(self) -> str:
        return str(self.article)


class QuestionDetail(models.Model):
    """What a question adds: the situation, and the question it repeats."""

    article = models.OneToOneField(
        Article,
        verbose_name=_("記事"),
        on_delete=models.CASCADE,
        related_name="question",
        primary_key=True,
    )
    situation = models.TextField(_("どんなときに困ったか"), blank=True)
    same_as = models.ForeignKey(
        Article,
        verbose_name=_("同じ質問"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="repeated_questions",
    )
    about = models.ForeignKey(
        Article,
        verbose_name=_("どの記事についてか"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions_about",
    )
    about_anchor = models.CharField(_("どの節か"), max_length=200, blank=True)
    about_heading = models.CharField(_("節の見出し"), max_length=200, blank=True)
    reflected_at = models.DateTimeField(_("記事に反映した日時"), null=True, blank=True)
    asked_around_at = models.DateTimeField(_("くわしい人に届けた日時"), null=True, blank=True)
    department_told_at = models.DateTimeField(_("部署に知らせた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("質問の欄")
        verbose_name_plural = _("質問の欄")

    def __str__(self) -> str:
        return str(self.article)


class Answer(TimeStamped, Recoverable):
    """One person's answer to a question."""

    question = models.ForeignKey(
        Article, verbose_name=_("質問"), on_delete=models.CASCADE, related_name="answers"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答えた人"),
        on_delete=models.PROTECT,
        related_name="answers",
    )
    body = models.TextField(_("答え"))
    body_html = models.TextField(_("答え(表示用)"), blank=True, editable=False)
    is_accepted = models.BooleanField(_("採用された答え"), default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("確認した人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    revision = models.PositiveIntegerField(_("版"), default=1)
    moved_from = models.ForeignKey(
        Article,
        verbose_name=_("もとの質問"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="moved_answers",
    )
    was_accepted = models.BooleanField(_("もとの質問で採用された"), default=False)

    class Meta:
        verbose_name = _("答え")
        verbose_name_plural = _("答え")
        ordering = ["-is_accepted", "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(is_accepted=True),
                name="one_accepted_answer_per_question",
            )
        ]

    def __str__(self) -> str:
        return str(_("%(question)sへの答え") % {"question": self.question})

    def get_absolute_url(self) -> str:
        """Its place on the question's page."""
        return f"{self.question.get_absolute_url()}#answer-{self.pk}"


class Book(TimeStamped):
    """A book; the notes on it meet on its page."""

    title = models.CharField(_("書名"), max_length=200)
    yomi = models.CharField(_("よみ"), max_length=200, blank=True)
    author = models.CharField(_("著者"), max_length=200, blank=True)
    isbn = models.CharField(
        _("ISBN"),
        max_length=13,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{13}\Z", _("ISBNは13桁の数字です。"))],
    )

    objects = BookQuerySet.as_manager()

    class Meta:
        verbose_name = _("本")
        verbose_name_plural = _("本")
        ordering = ["yomi", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("book_detail", args=[self.pk])


class BookNoteDetail(models.Model):
    """What a book note adds."""

    article = models.OneToOneField(
        Article,
        verbose_name=_("記事"),
        on_delete=models.CASCADE,
        related_name="book_note",
        primary_key=True,
    )
    book = models.ForeignKey(
        Book, verbose_name=_("本"), on_delete=models.PROTECT, related_name="notes"
    )
    one_line = models.CharField(_("ひとことで"), max_length=200, blank=True)
    for_whom = models.CharField(_("だれに薦めるか"), max_length=200, blank=True)
    learnt = models.TextField(_("学んだこと3つ"), blank=True, help_text=_("1行にひとつ書きます。"))
    use_at_work = models.TextField(_("仕事でどう使うか"), blank=True)
    follow_up = models.TextField(_("使ってみてどうだったか"), blank=True)
    follow_up_at = models.DateTimeField(_("それを書いた日時"), null=True, blank=True)
    follow_up_asked_at = models.DateTimeField(_("たずねた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("読書メモの欄")
        verbose_name_plural = _("読書メモの欄")

    def __str__(self) -> str:
        return str(self.article)


class RuleDetail(models.Model):
    """What a rule adds: since when it holds."""

    article = models.OneToOneField(
        Article,
        verbose_name=_("記事"),
        on_delete=models.CASCADE,
        related_name="rule",
        primary_key=True,
    )
    effective_on = models.DateField(_("いつから"), default=timezone.localdate)
    needs_confirmation = models.BooleanField(_("読みましたを求める"), default=False)

    class Meta:
        verbose_name = _("ルールの欄")
        verbose_name_plural = _("ルールの欄")

    def __str__(self) -> str:
        return str(self.article)
