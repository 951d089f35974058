"""Who did what for which record: the evidence behind くわしい人, one row per person and role."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Department


class Evidence(models.Model):
    """One person's part in one searchable record. Rewritten whenever the record is indexed.

    Its weight is not stored: it comes from the one table in ``kb.experts.evidence``, so that a
    change of judgement needs no migration.
    """

    class Role(models.TextChoices):
        AUTHOR = "author", _("書いた")
        APPROVER = "approver", _("確認した")
        REVIEWER = "reviewer", _("見直した")
        EDITOR = "editor", _("直した")
        ASKED = "asked", _("質問した")
        ANSWERED = "answered", _("答えた")
        ACCEPTED = "accepted", _("答えが採用された")
        PROPOSED = "proposed", _("決定を提案した")
        PRESENTED = "presented", _("議題を出した")
        CHAIRED = "chaired", _("会議を進めた")
        ATTENDED = "attended", _("会議に出た")
        RECORDED = "recorded", _("対応を記録した")
        JOINED_TOUCH = "joined_touch", _("対応に同席した")
        BOOK_NOTE = "book_note", _("読書メモを書いた")
        MAIN_CHORE = "main_chore", _("主担当")
        SUB_CHORE = "sub_chore", _("副担当")
        SELF_DECLARED = "self_declared", _("聞いてくださいに書いた")
        ENDORSED = "endorsed", _("くわしいと書かれた")
        THANKED = "thanked", _("助かったと言われた")
        BULK = "bulk", _("取り込み・一括")

    record = models.CharField(
        _("記録の鍵"), max_length=80, help_text=_("アプリ.モデル.番号。索引の鍵と同じです。")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ひと"),
        on_delete=models.CASCADE,
        related_name="evidence",
    )
    role = models.CharField(_("役割"), max_length=15, choices=Role)
    share = models.FloatField(
        _("割合"),
        default=1.0,
        help_text=_(
            "直した人では、変えた行と直した回数の割合の平均(0〜1)です。"
            "推薦と「助かった」では、した人の数です。"
        ),
    )
    size = models.PositiveIntegerField(
        _("記録の長さ"),
        default=0,
        help_text=_("記録の文字数です。0は、まだわからないという意味です。"),
    )
    last_on = models.DateField(_("最後の日"), default=timezone.localdate)

    class Meta:
        verbose_name = _("くわしさの材料")
        verbose_name_plural = _("くわしさの材料")
        indexes = [models.Index(fields=["record"])]
        constraints = [
            models.UniqueConstraint(fields=["record", "person", "role"], name="evidence_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()} {self.record}"


class RecordDepartment(models.Model):
    """The department a searchable record belongs to, for the ranking of departments."""

    record = models.CharField(_("記録の鍵"), max_length=80)
    department = models.ForeignKey(
        Department, verbose_name=_("部署"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("記録の部署")
        verbose_name_plural = _("記録の部署")
        constraints = [
            models.UniqueConstraint(fields=["record", "department"], name="record_department_once")
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.department}"
