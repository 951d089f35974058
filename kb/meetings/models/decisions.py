"""Decisions, what was not chosen, and the changes of rules that rest on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from kb.articles.models import Article
from kb.foundation.addresses import address_of
from kb.foundation.models import Recoverable, TimeStamped
from kb.meetings.models.meetings import AgendaItem, Meeting
from kb.meetings.querysets import DecisionQuerySet
from kb.topics.models import TopicItem
from people.models import Department


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
