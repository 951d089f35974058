"""ToDo: what, who, until when; born in a meeting, a touch or a community."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.foundation.addresses import address_of
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

    def get_absolute_url(self) -> str:
        return address_of("todo_detail", self.pk)


class ActionItemChange(models.Model):
    """What became of a ToDo: handed over, postponed, done, with the reason. Never changed."""

    class Kind(models.TextChoices):
        HANDED_OVER = "handed_over", _("引き継ぎ")
        POSTPONED = "postponed", _("延期")
        DONE = "done", _("済み")
        REOPENED = "reopened", _("戻した")
        DROPPED = "dropped", _("やめた")

    item = models.ForeignKey(
        ActionItem, verbose_name=_("ToDo"), on_delete=models.CASCADE, related_name="changes"
    )
    kind = models.CharField(_("何をしたか"), max_length=12, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("した人"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("引き継いだ人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    due_before = models.DateField(_("前の期日"), null=True, blank=True)
    due_after = models.DateField(_("新しい期日"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("日時"), default=timezone.now)

    class Meta:
        verbose_name = _("ToDoの記録")
        verbose_name_plural = _("ToDoの記録")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.item} {self.get_kind_display()}"


class CalendarFeed(models.Model):
    """The secret address under which a person's calendar program reads the open ToDos.

    The key itself is the permission: it is stored as it is, because its owner may read it again.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="calendar_feed",
    )
    key = models.CharField(_("鍵"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("作った日時"), default=timezone.now)
    read_at = models.DateTimeField(_("最後に読まれた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("カレンダーの購読")
        verbose_name_plural = _("カレンダーの購読")

    def __str__(self) -> str:
        return f"{self.person}"
