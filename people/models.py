"""People and departments: one identity for author, expert and login."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.topics.models import Topic
from people.querysets import (
    DepartmentQuerySet,
    MembershipQuerySet,
    PersonManager,
    ResponsibilityQuerySet,
)
from people.stances import TopicStance  # noqa: F401  (a model of this app)

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
        return reverse("person_detail", args=[self.pk])

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
            memberships = list(
                self.memberships.current()
                .select_related("department")
                .order_by("-is_primary", "pk")[:1]
            )
        return memberships[0].department if memberships else None


class Department(models.Model):
    """A unit of the company, with dates, in a tree."""

    class Colour(models.TextChoices):
        CS = "cs", _("煉瓦")
        SALES = "sales", _("藍")
        DEV = "dev", _("桔梗")
        PMM = "pmm", _("若草")
        DESIGN = "design", _("牡丹")
        IT = "it", _("鉄紺")
        HR = "hr", _("山吹")
        ACC = "acc", _("栗")
        MGMT = "mgmt", _("墨")

    slug = models.SlugField(_("識別子"), max_length=60, unique=True)
    name = models.CharField(_("名前"), max_length=100)
    short_name = models.CharField(_("短い名前"), max_length=30, blank=True)
    yomi = models.CharField(_("よみ"), max_length=100, blank=True)
    mission = models.CharField(_("何をする部署か"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上の部署"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
    )
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("責任者"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="headed_departments",
    )
    colour = models.CharField(_("色"), max_length=10, choices=Colour, default=Colour.MGMT)
    position = models.PositiveSmallIntegerField(_("並び順"), default=0)
    opened_on = models.DateField(_("開設日"), null=True, blank=True)
    closed_on = models.DateField(_("廃止日"), null=True, blank=True)
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)
    updated_at = models.DateTimeField(_("更新日時"), default=timezone.now)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("部署")
        verbose_name_plural = _("部署")
        ordering = ["position", "yomi", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="department_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gte=models.F("opened_on")),
                name="department_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The department's page."""
        return reverse("department_detail", args=[self.pk])

    @property
    def label(self) -> str:
        """The short name for tight places, else the full one."""
        return self.short_name or self.name


class Membership(models.Model):
    """A person's place in a department, from–to, as main post or beside it."""

    person = models.ForeignKey(
        Person, verbose_name=_("ひと"), on_delete=models.CASCADE, related_name="memberships"
    )
    department = models.ForeignKey(
        Department, verbose_name=_("部署"), on_delete=models.PROTECT, related_name="memberships"
    )
    is_primary = models.BooleanField(_("主務"), default=True, help_text=_("外すと兼務になります。"))
    title = models.CharField(_("役職"), max_length=60, blank=True)
    started_on = models.DateField(_("開始日"), null=True, blank=True)
    ended_on = models.DateField(_("終了日"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("所属")
        verbose_name_plural = _("所属")
        ordering = ["-is_primary", "-started_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_primary=True, ended_on__isnull=True),
                name="one_open_main_post_per_person",
                violation_error_message=_(
                    "主務はひとつだけです。前の主務に終了日を入れてください。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(ended_on__gte=models.F("started_on")),
                name="membership_ends_after_start",
                violation_error_message=_("終了日は開始日より後にしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.department}"


class Responsibility(models.Model):
    """A chore with its department and people: answers 「これ誰に聞けば?」."""

    name = models.CharField(_("担当業務"), max_length=100)
    other_words = models.TextField(
        _("ほかの言い方"), blank=True, help_text=_("1行にひとつ書きます。さがすときに使われます。")
    )
    note = models.TextField(_("補足"), blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("部署"),
        on_delete=models.PROTECT,
        related_name="responsibilities",
    )
    main = models.ForeignKey(
        Person,
        verbose_name=_("主担当"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="main_responsibilities",
    )
    sub = models.ForeignKey(
        Person,
        verbose_name=_("副担当"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sub_responsibilities",
    )
    is_active = models.BooleanField(_("いまある業務"), default=True)
    created_at = models.DateTimeField(_("作成日時"), default=timezone.now)
    updated_at = models.DateTimeField(_("更新日時"), default=timezone.now)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("担当業務")
        verbose_name_plural = _("担当業務")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="chore_once_per_department")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The chore's line in its department's list."""
        return f"{self.department.get_absolute_url()}#responsibility-{self.pk}"

    @property
    def words(self) -> list[str]:
        """The other words, one string each, blanks left out."""
        return [word.strip() for word in self.other_words.splitlines() if word.strip()]


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
