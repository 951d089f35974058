"""People, departments and chores for operators."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kb.foundation.readonly import ReadOnlyAdmin
from people.models import (
    AskMe,
    DataImport,
    Department,
    DepartmentChange,
    Endorsement,
    Membership,
    Person,
    Responsibility,
    TopicSteward,
)
from people.services import StillHere, come_back
from people.stances import TopicStance


class MembershipFormSet(BaseInlineFormSet):
    """Rows that are right each for itself may together give a person two main posts."""

    def clean(self) -> None:
        """Refuses a second open main post in words; the database would refuse it by an error."""
        super().clean()
        seen: set[int] = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if not data.get("is_primary") or data.get("ended_on") or data.get("DELETE"):
                continue
            person: int = form.instance.person_id or self.instance.pk
            if person in seen:
                form.add_error(
                    "is_primary", _("主務はひとつだけです。前の主務に終了日を入れてください。")
                )
            seen.add(person)


class MembershipInline(admin.TabularInline):
    """The posts of a person, or the people of a department."""

    model = Membership
    formset = MembershipFormSet
    extra = 0
    autocomplete_fields: ClassVar[list[str]] = ["person", "department"]


class AskMeInline(admin.TabularInline):
    """聞いてください."""

    model = AskMe
    extra = 0
    autocomplete_fields: ClassVar[list[str]] = ["topic"]
    readonly_fields: ClassVar[list[str]] = ["created_at"]


class StewardInline(admin.TabularInline):
    """The topics a person looks after."""

    model = TopicSteward
    extra = 0
    autocomplete_fields: ClassVar[list[str]] = ["topic"]


class PersonCreationForm(AdminUserCreationForm):
    """A new person: login, name and password; the rest follows on the next page."""

    class Meta:
        model = Person
        fields = ("login", "name", "yomi")
        field_classes: ClassVar[dict[str, Any]] = {}


class PersonChangeForm(UserChangeForm):
    """A person with the hash shown and a button to set the password anew."""

    class Meta:
        model = Person
        fields = "__all__"
        field_classes: ClassVar[dict[str, Any]] = {}


@admin.register(Person)
class PersonAdmin(UserAdmin):
    """People with their posts; leaving ends sign-in and tokens at once."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    inlines = (MembershipInline, AskMeInline, StewardInline)
    list_display = ("name", "yomi", "main_department", "login", "is_active")
    list_filter = (
        "is_active",
        "is_staff",
        "is_imported",
        "is_open_to_questions",
        ("memberships__department", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("name", "yomi", "login", "email", "extension")
    search_help_text = _("名前、よみ、ログインID、メール、内線でさがします。")
    ordering = ("yomi", "name")
    date_hierarchy = "joined_on"
    list_per_page = 50
    readonly_fields = (
        "last_login", "created_at", "updated_at", "today_on", "now_doing_at", "left_on", "is_active",
    )  # fmt: skip
    filter_horizontal = ("groups", "user_permissions")
    actions = ("let_leave", "let_come_back")
    fieldsets = (
        (None, {"fields": ("login", "password", "name", "yomi", "email")}),
        (_("連絡先"), {"fields": ("extension", "mobile", "chat", "languages")}),
        (
            _("自己紹介"),
            {
                "fields": (
                    "bio", "now_doing", "now_doing_at", "is_open_to_questions",
                    "today_state", "today_note", "today_on",
                )
            },
        ),
        (_("在籍"), {"fields": ("joined_on", "left_on", "is_active", "is_imported")}),
        (
            _("権限"),
            {
                "classes": ("collapse",),
                "fields": ("is_staff", "is_superuser", "groups", "user_permissions"),
            },
        ),
        (
            _("日時"),
            {"classes": ("collapse",), "fields": ("last_login", "created_at", "updated_at")},
        ),
    )  # fmt: skip
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("login", "name", "yomi", "usable_password", "password1", "password2"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """With departments, so that the list costs a fixed number of queries."""
        people: Any = super().get_queryset(request)
        with_departments: QuerySet[Person] = people.with_departments()
        return with_departments

    @admin.display(description=_("部署"))
    def main_department(self, person: Person) -> str:
        """The main post today."""
        return person.department.label if person.department else ""

    @admin.action(description=_("退職と引き継ぎへ進む（ひとり）"), permissions=["change"])
    def let_leave(
        self, request: HttpRequest, people: QuerySet[Person]
    ) -> HttpResponseRedirect | None:
        """To the screen that hands over what hangs on the person; one person at a time."""
        chosen = list(people[:2])
        if len(chosen) == 1:
            return HttpResponseRedirect(reverse("person_leaving", args=[chosen[0].pk]))
        words = _("引き継ぐものがひとりずつ違うので、ひとりだけ選んでください。")
        self.message_user(request, words, messages.WARNING)
        return None

    @admin.action(description=_("在籍に戻す"), permissions=["change"])
    def let_come_back(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """The password and the department are then set on the person's page."""
        done = skipped = 0
        for person in people:
            try:
                come_back(person, by=self._me(request))
            except StillHere:
                skipped += 1
            else:
                done += 1
        self._tell(request, done, skipped)

    @staticmethod
    def _me(request: HttpRequest) -> Person:
        me: Person = Person.objects.get(pk=request.user.pk)
        return me

    def _tell(self, request: HttpRequest, done: int, skipped: int) -> None:
        if done:
            text = ngettext("%(count)d人を変えました。", "%(count)d人を変えました。", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
        if skipped:
            text = ngettext("%(count)d人はそのままです。", "%(count)d人はそのままです。", skipped)
            self.message_user(request, text % {"count": skipped}, messages.WARNING)


class ChildInline(admin.TabularInline):
    """The departments below."""

    model = Department
    fk_name = "parent"
    fields = ("name", "short_name", "slug", "head", "position")
    autocomplete_fields: ClassVar[list[str]] = ["head"]
    extra = 0
    show_change_link = True
    verbose_name = _("下の部署")
    verbose_name_plural = _("下の部署")


class DepartmentForm(forms.ModelForm):
    """A department that does not stand below itself; the admin says which fields it has."""

    def clean_parent(self) -> Department | None:
        """The department above, unless following the parents leads back here."""
        parent: Department | None = self.cleaned_data["parent"]
        above, seen = parent, set[int]()
        while above is not None and above.pk not in seen:
            if above.pk == self.instance.pk:
                raise ValidationError(_("下にある部署を、上の部署にはできません。"))
            seen.add(above.pk)
            above = above.parent
        return parent


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    """Departments with the people in them."""

    form = DepartmentForm
    list_display = ("name", "short_name", "parent", "head", "colour", "position", "closed_on")
    list_editable = ("position",)
    list_filter = ("colour", ("parent", admin.RelatedOnlyFieldListFilter), "closed_on")
    list_select_related = ("parent", "head")
    search_fields = ("name", "short_name", "yomi", "slug", "mission")
    search_help_text = _("名前、短い名前、よみでさがします。")
    autocomplete_fields = ("parent", "head")
    prepopulated_fields: ClassVar[dict[str, Sequence[str]]] = {"slug": ("short_name",)}
    readonly_fields = ("created_at", "updated_at")
    inlines = (ChildInline, MembershipInline)


@admin.register(Responsibility)
class ResponsibilityAdmin(admin.ModelAdmin):
    """Chores: 「これ誰に聞けば?」."""

    list_display = ("name", "department", "main", "sub", "is_active", "updated_at")
    list_filter = ("is_active", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("department", "main", "sub")
    search_fields = ("name", "other_words", "main__name", "main__yomi", "department__name")
    search_help_text = _("業務の名前、ほかの言い方、担当者でさがします。")
    autocomplete_fields = ("department", "main", "sub")
    readonly_fields = ("created_at", "updated_at")
    date_hierarchy = "updated_at"


@admin.register(TopicSteward)
class TopicStewardAdmin(admin.ModelAdmin):
    """Who looks after which topic."""

    list_display = ("topic", "person")
    list_select_related = ("topic", "person")
    search_fields = ("topic__name", "person__name", "person__yomi")
    autocomplete_fields = ("topic", "person")


@admin.register(Endorsement)
class EndorsementAdmin(admin.ModelAdmin):
    """Colleagues who vouch for others."""

    list_display = ("person", "topic", "endorsed_by", "words", "created_at")
    list_select_related = ("person", "topic", "endorsed_by")
    search_fields = ("person__name", "person__yomi", "topic__name", "words")
    autocomplete_fields = ("person", "topic", "endorsed_by")
    readonly_fields = ("created_at",)
    date_hierarchy = "created_at"


@admin.register(TopicStance)
class TopicStanceAdmin(admin.ModelAdmin):
    """Topics that people set aside or handed over: theirs to change, for operators to see."""

    list_display = ("person", "topic", "kind", "to", "created_at")
    search_fields = ("person__name", "topic__name", "to__name")
    list_select_related = ("person", "topic", "to")
    autocomplete_fields: ClassVar[list[str]] = ["person", "topic", "to"]
    readonly_fields: ClassVar[list[str]] = ["created_at"]


@admin.register(DepartmentChange)
class DepartmentChangeAdmin(ReadOnlyAdmin):
    """Steps of reorganisations; they are made, cancelled and taken back on 組織変更."""

    list_display = ("words", "kind", "department", "successor", "effective_on", "state")
    list_filter = ("state", "kind")
    list_select_related = ("department", "successor")
    search_fields = ("words", "department__name", "successor__name")
    date_hierarchy = "effective_on"


@admin.register(DataImport)
class DataImportAdmin(ReadOnlyAdmin):
    """Tables of people and departments that operators sent; they are taken back on their page."""

    list_display = ("filename", "kind", "state", "sent_by", "created_at", "done_at")
    list_filter = ("state", "kind")
    list_select_related = ("sent_by",)
    search_fields = ("filename", "sent_by__name")
    date_hierarchy = "created_at"
