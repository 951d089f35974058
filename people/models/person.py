"""One identity for author, expert and login."""

import datetime as dt
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.foundation.addresses import address_of
from people.querysets import PersonManager, memberships_today

if TYPE_CHECKING:
    from people.models.department import Department

NOW_DOING_DAYS = 90
NEW_COLLEAGUE_DAYS = 60


class Person(AbstractBaseUser, PermissionsMixin):
    """An employee: the login and the profile in one. A leaver becomes inactive, never deleted."""

    class TodayState(models.TextChoices):
        OFFICE = "office", _("出社しています")
        HOME = "home", _("在宅です")
        OUT = "out", _("外出しています")
        TRIP = "trip", _("出張中です")
        OFF = "off", _("休みです")

    login = models.CharField(
        _("ログインID"),
        max_length=150,
        unique=True,
        validators=[
            RegexValidator(
                r"^[\w.@+-]+\Z", _("ログインIDに使えるのは、文字、数字、@ . + - _ です。")
            )
        ],
        error_messages={"unique": _("このログインIDは、もう使われています。")},
    )
    email = models.EmailField(_("メールアドレス"), unique=True, null=True, blank=True)
    name = models.CharField(_("名前"), max_length=100, help_text=_("姓と名の間を空けます。"))
    yomi = models.CharField(
        _("よみ"), max_length=100, blank=True, help_text=_("ひらがなで書きます。")
    )
    photo = models.ImageField(_("写真"), upload_to="people/", null=True, blank=True)
    bio = models.TextField(_("自己紹介"), blank=True)
    now_doing = models.CharField(_("いまやっていること"), max_length=300, blank=True)
    now_doing_at = models.DateTimeField(
        _("「いまやっていること」を書いた日時"), null=True, blank=True
    )
    is_open_to_questions = models.BooleanField(_("聞いてください"), default=False)
    extension = models.CharField(_("内線"), max_length=20, blank=True)
    mobile = models.CharField(_("電話"), max_length=30, blank=True)
    chat = models.CharField(_("チャット名"), max_length=100, blank=True)
    languages = models.CharField(_("話せる言葉"), max_length=200, blank=True)
    joined_on = models.DateField(_("入社日"), null=True, blank=True)
    left_on = models.DateField(_("退職日"), null=True, blank=True)
    is_active = models.BooleanField(_("在籍"), default=True)
    is_staff = models.BooleanField(_("管理画面に入れる"), default=False)
    is_imported = models.BooleanField(
        _("取り込みで作られた"),
        default=False,
        help_text=_("まだ一度もログインしていない著者です。"),
    )
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)
    updated_at = models.DateTimeField(_("更新日時"), default=timezone.now)

    today_state = models.CharField(
        _("今日の居場所"), max_length=8, choices=TodayState, blank=True, default=""
    )
    today_note = models.CharField(
        _("今日のひとこと"), max_length=60, blank=True, help_text=_("例: 15時まで外出しています。")
    )
    today_on = models.DateField(_("居場所を書いた日"), null=True, blank=True, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("ひと")
        verbose_name_plural = _("ひと")
        ordering = ["yomi", "name", "pk"]

    def __str__(self) -> str:
        return self.name or self.login

    def get_absolute_url(self) -> str:
        """The person's page; leavers keep theirs."""
        return address_of("person_detail", self.pk)

    def get_full_name(self) -> str:
        """The name as people write it, family name first."""
        return self.name

    def get_short_name(self) -> str:
        """What colleagues call the person."""
        return self.family_name

    @property
    def state_today(self) -> str:
        """Where the person is today in words, empty unless written today."""
        if self.today_on != timezone.localdate():
            return ""
        return " ".join(part for part in (self.get_today_state_display(), self.today_note) if part)

    @property
    def photo_url(self) -> str:
        """Where the photo is read, empty without one; of leavers only the name is left."""
        photo = self.__dict__.get("photo")
        # Django makes a file of each text that is asked for.
        name = photo if isinstance(photo, str) else self.photo.name or ""
        if not name or not (self.is_active or self.is_imported):
            return ""
        # A new photo has a new address, so browsers may keep the old one for ever.
        version = name.rpartition("/")[2].partition(".")[0]
        return address_of("person_photo", self.pk, version)

    @property
    def chat_url(self) -> str:
        """Where the person is written to in the company's chat; empty where none is set up."""
        address: str = settings.CHAT_ADDRESS
        return address.replace("{name}", quote(self.chat)) if self.chat else ""

    @property
    def fresh_now_doing(self) -> str:
        """「いまやっていること」 while it can be believed: it fades after ``NOW_DOING_DAYS``."""
        written = self.now_doing_at
        if not self.is_active or written is None:
            return ""
        is_fresh = timezone.now() - written <= dt.timedelta(days=NOW_DOING_DAYS)
        return self.now_doing if is_fresh else ""

    @property
    def is_new(self) -> bool:
        """Whether the person joined within the last ``NEW_COLLEAGUE_DAYS``."""
        if not self.is_active or self.joined_on is None:
            return False
        return 0 <= (timezone.localdate() - self.joined_on).days <= NEW_COLLEAGUE_DAYS

    @property
    def family_name(self) -> str:
        """The part of the name before the first space; the whole name where there is none."""
        return self.name.split()[0] if self.name.split() else self.login

    @property
    def department(self) -> "Department | None":
        """The main department today. Costs a query unless ``with_departments`` was used."""
        memberships = getattr(self, "current_memberships", None)
        if memberships is None:
            memberships = memberships_today([self.pk]) if self.pk else []
        return memberships[0].department if memberships else None
