"""The outbox of changed records, the lock of the one indexer, indexed texts and the word list."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Department


class OutboxEntry(models.Model):
    """ "May have changed": written in the transaction of the change, deleted once indexed."""

    model = models.CharField(_("モデル"), max_length=60, help_text=_("アプリ.モデル"))
    object_id = models.PositiveBigIntegerField(_("番号"))
    created_at = models.DateTimeField(_("日時"), default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(_("失敗した回数"), default=0)
    error = models.CharField(_("失敗の理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("索引待ち")
        verbose_name_plural = _("索引待ち")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.model}.{self.object_id}"


class IndexLock(models.Model):
    """Held by the one process that writes the index; a stale holder is replaced."""

    name = models.CharField(_("名前"), max_length=40, primary_key=True)
    holder = models.CharField(_("持ち主"), max_length=100)
    expires_at = models.DateTimeField(_("期限"))

    class Meta:
        verbose_name = _("索引の鍵")
        verbose_name_plural = _("索引の鍵")
        permissions = [("care_for_index", _("検索の索引を比べ、作り直せる"))]

    def __str__(self) -> str:
        return self.name


class IndexedText(models.Model):
    """The texts of one record as they were indexed: marked passages and the second look read them.

    One query brings the texts of hits of every kind, child rows and attached files included.
    """

    record = models.CharField(
        _("記録の鍵"),
        max_length=80,
        primary_key=True,
        help_text=_("アプリ.モデル.番号。索引の鍵と同じです。"),
    )
    title = models.CharField(_("題名"), max_length=300, blank=True)
    names = models.TextField(_("名前"), blank=True)
    text = models.TextField(_("本文"), blank=True)
    files = models.JSONField(
        _("添付ファイルの文字"), default=list, blank=True, help_text=_("名前と文字の組です。")
    )

    folded = models.TextField(
        _("比べるための文字"),
        blank=True,
        help_text=_("本文と添付ファイルのはじめを、表記をそろえて残します。"),
    )
    named = models.TextField(
        _("比べるための題名と名前"),
        blank=True,
        help_text=_("題名と名前を、表記をそろえて残します。"),
    )
    named_places = models.TextField(_("題名と名前の言葉の位置"), blank=True)
    places = models.TextField(
        _("言葉の位置"),
        blank=True,
        help_text=_("本文のどこにどの言葉があるか。ないときは、見せるたびに調べます。"),
    )

    class Meta:
        verbose_name = _("索引に入れた文字")
        verbose_name_plural = _("索引に入れた文字")

    def __str__(self) -> str:
        return self.title or self.record


class WordSynonym(models.Model):
    """Two words of the company that search treats as the same."""

    word = models.CharField(_("言葉"), max_length=100)
    same_as = models.CharField(_("同じ意味の言葉"), max_length=100)

    class Meta:
        verbose_name = _("言いかえ")
        verbose_name_plural = _("言いかえ")
        ordering = ["word", "same_as"]
        constraints = [
            models.UniqueConstraint(fields=["word", "same_as"], name="synonym_pair_once")
        ]

    def __str__(self) -> str:
        return f"{self.word} = {self.same_as}"


class SearchMiss(models.Model):
    """Words that found nothing, or nothing worth a click, on one day. Who searched is kept nowhere."""

    class Kind(models.TextChoices):
        NO_RESULT = "no_result", _("見つからなかった")
        NO_CLICK = "no_click", _("開かれなかった")

    text = models.CharField(_("言葉"), max_length=80, db_index=True)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    day = models.DateField(_("日"), db_index=True)
    count = models.PositiveIntegerField(_("回数"), default=1)
    department = models.ForeignKey(
        Department,
        verbose_name=_("いちばん近い部署"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("みつからなかったことば")
        verbose_name_plural = _("みつからなかったことば")
        ordering = ["-day", "text"]
        constraints = [
            models.UniqueConstraint(fields=["text", "kind", "day"], name="miss_once_a_day")
        ]

    def __str__(self) -> str:
        return self.text
