"""Departments, the places of people in them, and their chores."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.foundation.addresses import address_of
from people.models.person import Person
from people.querysets import (
    DepartmentQuerySet,
    MembershipQuerySet,
    ResponsibilityQuerySet,
)


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
        return address_of("department_detail", self.pk)

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
