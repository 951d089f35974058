"""What hangs on an item of the agenda: materials and questions."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.files.models import Attachment
from kb.meetings.models.all_hands import Session
from kb.meetings.models.meetings import AgendaItem, Meeting


class Material(models.Model):
    """A file shown in a meeting: which item it belongs to, and its first page as a picture."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("会議"), on_delete=models.CASCADE, related_name="materials"
    )
    attachment = models.OneToOneField(
        Attachment, verbose_name=_("ファイル"), on_delete=models.CASCADE, related_name="material"
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("議題"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="materials",
    )
    session = models.ForeignKey(
        Session,
        verbose_name=_("チームの発表"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="materials",
    )

    class Meta:
        verbose_name = _("資料")
        verbose_name_plural = _("資料")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.attachment.name


class ItemQuestion(models.Model):
    """A question under an item of the agenda; it reaches whoever proposed the item."""

    item = models.ForeignKey(
        AgendaItem, verbose_name=_("議題"), on_delete=models.CASCADE, related_name="questions"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("聞いた人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="item_questions",
    )
    text = models.TextField(_("質問"))
    answer = models.TextField(_("答え"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("答えた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="item_answers",
    )
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("議題への質問")
        verbose_name_plural = _("議題への質問")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
