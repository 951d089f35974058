"""People and topics: who offers to be asked, who looks after one, who vouches for whom."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.topics.models import Topic
from people.models.person import Person


class AskMe(models.Model):
    """「聞いてください」: a topic a person offers to be asked about, in their own words."""

    person = models.ForeignKey(
        Person, verbose_name=_("ひと"), on_delete=models.CASCADE, related_name="ask_me"
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("テーマ"), on_delete=models.CASCADE, related_name="ask_me"
    )
    note = models.CharField(_("ひとこと"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)

    class Meta:
        verbose_name = _("聞いてください")
        verbose_name_plural = _("聞いてください")
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="ask_me_once_per_topic")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.topic}"


class TopicSteward(models.Model):
    """A person who looks after a topic."""

    person = models.ForeignKey(
        Person, verbose_name=_("ひと"), on_delete=models.CASCADE, related_name="stewardships"
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("テーマ"), on_delete=models.CASCADE, related_name="stewards"
    )

    class Meta:
        verbose_name = _("テーマの世話役")
        verbose_name_plural = _("テーマの世話役")
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="steward_once_per_topic")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.topic}"


class Endorsement(models.Model):
    """A colleague says in a sentence that somebody knows a topic."""

    person = models.ForeignKey(
        Person, verbose_name=_("くわしい人"), on_delete=models.CASCADE, related_name="endorsements"
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("テーマ"), on_delete=models.CASCADE, related_name="endorsements"
    )
    endorsed_by = models.ForeignKey(
        Person,
        verbose_name=_("推した人"),
        on_delete=models.CASCADE,
        related_name="given_endorsements",
    )
    words = models.CharField(_("ひとこと"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)

    class Meta:
        verbose_name = _("推薦")
        verbose_name_plural = _("推薦")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic", "endorsed_by"], name="endorsement_once"
            ),
            models.CheckConstraint(
                condition=~Q(person=models.F("endorsed_by")), name="nobody_endorses_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endorsed_by} → {self.person} {self.topic}"
