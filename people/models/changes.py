"""Changes of the company kept with what was before: reorganisations and imported tables."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.department import Department


class DepartmentChangeQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Reorganisations as pages and the daily task read them."""

    def waiting(self) -> Self:
        """Those whose day has not come, or has come and is not carried out; the next one first."""
        return self.filter(state="planned").order_by("effective_on", "pk")

    def done(self) -> Self:
        """Those that hold, the latest first."""
        return self.filter(state="done").order_by("-effective_on", "-pk")


class DepartmentChange(models.Model):
    """部署の変更: one step of a reorganisation, its day, and what it changed.

    ``plan`` holds what was typed, by keys of rows; ``ledger`` what stood there before, so that
    it can be taken back. ``words`` tells the step in the words of that day.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("新しくつくる")
        RENAME = "rename", _("名前を変える")
        MERGE = "merge", _("ほかの部署にまとめる")
        SPLIT = "split", _("分けて新しい部署をつくる")
        CLOSE = "close", _("閉じる")

    class State(models.TextChoices):
        PLANNED = "planned", _("その日を待っています")
        DONE = "done", _("行いました")
        CANCELLED = "cancelled", _("取りやめました")
        UNDONE = "undone", _("元に戻しました")
        FAILED = "failed", _("できませんでした")

    kind = models.CharField(_("種類"), max_length=8, choices=Kind)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PLANNED)
    effective_on = models.DateField(_("いつから"), db_index=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("変わる部署"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="changes",
    )
    successor = models.ForeignKey(
        Department,
        verbose_name=_("引き継ぐ部署"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="inherited_changes",
    )
    plan = models.JSONField(_("内容"), default=dict, blank=True)
    words = models.CharField(_("ことば"), max_length=300, blank=True)
    ledger = models.JSONField(_("前の状態"), default=list, blank=True, editable=False)
    message = models.CharField(_("できなかった理由"), max_length=300, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("決めた人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)
    done_at = models.DateTimeField(_("行った日時"), null=True, blank=True)

    objects = DepartmentChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("部署の変更")
        verbose_name_plural = _("部署の変更")
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(department=models.F("successor")),
                name="department_does_not_succeed_itself",
            )
        ]

    def __str__(self) -> str:
        return self.words or str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        """Its page for operators."""
        return reverse("department_change", args=[self.pk])


class DataImport(models.Model):
    """取り込み: a table that an operator sent, what it did, and what stood there before."""

    class Kind(models.TextChoices):
        PEOPLE = "people", _("ひと")
        DEPARTMENTS = "departments", _("部署")

    class State(models.TextChoices):
        CHECKED = "checked", _("確かめています")
        DONE = "done", _("取り込みました")
        UNDONE = "undone", _("元に戻しました")

    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.CHECKED)
    filename = models.CharField(_("ファイル"), max_length=200)
    content = models.TextField(
        _("表"), blank=True, editable=False, help_text=_("取り込むと消えます。")
    )
    summary = models.JSONField(_("結果"), default=dict, blank=True)
    ledger = models.JSONField(_("前の状態"), default=list, blank=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("送った人"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)
    done_at = models.DateTimeField(_("取り込んだ日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("ひと・部署の取り込み")
        verbose_name_plural = _("ひと・部署の取り込み")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        """Its page for operators."""
        return reverse("data_import", args=[self.pk])
