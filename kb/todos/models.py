"""ToDo: what, who, until when; born in a meeting, a touch or a community."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kb.foundation.models import TimeStamped
from kb.todos.querysets import ActionItemQuerySet


class ActionItem(TimeStamped):
    """One thing to do."""

    class State(models.TextChoices):
        OPEN = "open", _("これから")
        DONE = "done", _("済み")
        DROPPED = "dropped", _("やめた")

    text = models.CharField(_("すること"), max_length=300)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("する人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="action_items",
    )
    due_on = models.DateField(_("いつまでに"), null=True, blank=True, db_index=True)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.OPEN)
    done_at = models.DateTimeField(_("済んだ日時"), null=True, blank=True)
    content_type = models.ForeignKey(
        ContentType,
        verbose_name=_("生まれた記録の種類"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
    )
    object_id = models.PositiveBigIntegerField(_("生まれた記録の番号"), null=True, blank=True)
    origin = GenericForeignKey("content_type", "object_id")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("書いた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("ToDo")
        verbose_name_plural = _("ToDo")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False)
                | (~Q(state="done") & Q(done_at__isnull=True)),
                name="done_items_know_when",
            )
        ]

    def __str__(self) -> str:
        return self.text
