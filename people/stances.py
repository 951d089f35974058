"""What people say about being asked: a topic they set aside, or handed over to a colleague."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.topics.models import Topic
from people.querysets import visible_people


class StanceQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Stances as pages show them."""

    def handed_over(self) -> Self:
        """Those that name somebody who still works here."""
        return self.filter(visible_people("to__"), to__isnull=False)

    def with_successor(self) -> Self:
        """With ``has_successor``: whether it names somebody who still works here."""
        there = visible_people("to__") & Q(to__isnull=False)
        return self.annotate(has_successor=models.ExpressionWrapper(there, models.BooleanField()))


class TopicStance(models.Model):
    """「もう担当していません」: the person is not proposed for the topic; ``to`` is asked instead.

    The evidence stays as it is; taking the stance back brings the person back.
    """

    class Kind(models.TextChoices):
        HIDDEN = "hidden", _("外しました")
        HANDED_OVER = "handed_over", _("引き継ぎました")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="stances",
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("テーマ"), on_delete=models.CASCADE, related_name="stances"
    )
    kind = models.CharField(_("種類"), max_length=12, choices=Kind, default=Kind.HIDDEN)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("引き継いだ人"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="received_stances",
    )
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)

    objects = StanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("担当しなくなったテーマ")
        verbose_name_plural = _("担当しなくなったテーマ")
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="stance_once_per_topic"),
            models.CheckConstraint(
                condition=~Q(person=models.F("to")), name="nobody_hands_over_to_themselves"
            ),
            models.CheckConstraint(
                condition=Q(kind="hidden", to__isnull=True)
                | Q(kind="handed_over", to__isnull=False),
                name="handed_over_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.topic} {self.get_kind_display()}"
