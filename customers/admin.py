"""Customers, contacts with them and their voices, for operators. Touches are written on their own pages."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers.models import (
    Contact,
    Customer,
    CustomerFormerName,
    CustomerImport,
    CustomerMerge,
    Deal,
    DistinctPair,
    ImportMapping,
    PersonalDataRules,
    Touch,
    Voice,
    VoiceTheme,
    VoiceThemeChange,
)
from customers.retention import note_bulk_view, rules_changed
from kb.foundation.readonly import ReadOnlyAdmin


class FormerNameInline(admin.TabularInline):
    """The names the company had before."""

    model = CustomerFormerName
    extra = 0


class ContactInline(admin.TabularInline):
    """The people there."""

    model = Contact
    fields = ("name", "yomi", "department", "title", "email", "phone", "has_left")
    extra = 0


class DealInline(admin.TabularInline):
    """Business to come."""

    model = Deal
    fields = ("name", "phase", "confidence", "amount", "expected_on", "owner")
    autocomplete_fields = ("owner",)
    extra = 0


class SeenListAdmin(admin.ModelAdmin):
    """Lists of personal data: how many rows somebody saw is counted and written down."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list; counted once it is known which rows it shows."""
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if "cl" in shown:
            what = f"{self.model._meta.model_name}s"
            note_bulk_view(request.user, what, len(shown["cl"].result_list))
        return response


@admin.register(Customer)
class CustomerAdmin(SeenListAdmin):
    """Customers; 「まとめた先」 leads an old address to the customer that goes on."""

    list_display = (
        "name", "yomi", "industry", "sales_owner", "success_owner", "contract_until",
        "merged_into", "deleted_at",
    )  # fmt: skip
    list_filter = ("contract_until", ("merged_into", admin.EmptyFieldListFilter), "deleted_at")
    list_select_related = ("sales_owner", "success_owner", "merged_into")
    search_fields = (
        "name", "yomi", "name_key", "corporate_number", "former_names__name", "contacts__name",
        "contacts__yomi",
    )  # fmt: skip
    date_hierarchy = "created_at"
    autocomplete_fields = ("sales_owner", "success_owner", "merged_into", "deleted_by")
    readonly_fields = ("name_key", "created_at", "updated_at")
    inlines = (FormerNameInline, ContactInline, DealInline)


@admin.register(Contact)
class ContactAdmin(SeenListAdmin):
    """The people at the customers."""

    list_display = ("name", "yomi", "customer", "department", "title", "has_left", "anonymous")
    list_filter = ("has_left", ("anonymised_at", admin.EmptyFieldListFilter))
    list_select_related = ("customer",)
    search_fields = ("name", "yomi", "email", "phone", "customer__name", "customer__yomi")
    autocomplete_fields = ("customer",)
    readonly_fields = ("created_at", "updated_at", "anonymous")

    @admin.display(description=_("匿名"))
    def anonymous(self, contact: Contact) -> str:
        """When it was done, or the way there."""
        if contact._state.adding:
            return "-"
        if contact.anonymised_at is not None:
            return f"{timezone.localtime(contact.anonymised_at):%Y-%m-%d}"
        address = reverse("contact_anonymise", args=[contact.pk])
        return format_html('<a href="{}">{}</a>', address, _("匿名にする"))


@admin.register(Deal)
class DealAdmin(SeenListAdmin):
    """Business to come."""

    list_display = ("name", "customer", "phase", "confidence", "amount", "expected_on", "owner")
    list_filter = ("phase", "confidence")
    list_select_related = ("customer", "owner")
    search_fields = ("name", "customer__name", "customer__yomi", "owner__name", "owner__yomi")
    date_hierarchy = "expected_on"
    autocomplete_fields = ("customer", "owner")
    readonly_fields = ("created_at", "updated_at")


class VoiceInline(admin.TabularInline):
    """The sentences marked in a touch."""

    model = Voice
    fields = ("quote", "kind", "theme", "marked_by")
    readonly_fields = ("quote",)
    autocomplete_fields = ("theme", "marked_by")
    extra = 0

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        """Sentences are marked on the page of the touch, where their words are checked."""
        return False


@admin.register(Touch)
class TouchAdmin(SeenListAdmin):
    """Contacts; their text is read-only here, so that nobody's words change unseen."""

    list_display = ("__str__", "customer", "channel", "author", "happened_at", "mood", "deleted_at")
    list_filter = ("channel", "mood", "deleted_at")
    list_select_related = ("customer", "author")
    search_fields = (
        "text", "customer__name", "customer__yomi", "author__name", "author__yomi", "contacts__name",
    )  # fmt: skip
    date_hierarchy = "happened_at"
    autocomplete_fields = (
        "customer", "author", "contacts", "colleagues", "deal", "imported_by", "deleted_by",
    )  # fmt: skip
    readonly_fields = ("text", "revision", "source_path", "created_at", "updated_at")
    inlines = (VoiceInline,)


@admin.register(Voice)
class VoiceAdmin(SeenListAdmin):
    """Customers' sentences; the words themselves never change."""

    list_display = ("__str__", "kind", "theme", "touch", "marked_by", "created_at")
    list_filter = ("kind", ("theme", admin.EmptyFieldListFilter))
    list_select_related = ("theme", "touch__customer", "marked_by")
    search_fields = ("quote", "theme__title", "touch__customer__name", "touch__customer__yomi")
    date_hierarchy = "created_at"
    autocomplete_fields = ("touch", "theme", "marked_by")
    readonly_fields = ("quote", "created_at")

    def has_add_permission(self, request: object) -> bool:
        """Sentences are marked on the page of the touch, where their words are checked."""
        return False


class ThemeChangeInline(admin.TabularInline):
    """What became of the theme, latest first."""

    model = VoiceThemeChange
    fields = readonly_fields = ("status", "reason", "changed_by", "changed_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        """Changes are written by changing the state on the theme's page."""
        return False


@admin.register(VoiceTheme)
class VoiceThemeAdmin(admin.ModelAdmin):
    """Themes of voices; the state changes on the theme's page, which keeps the reason."""

    list_display = ("title", "status", "owner_department", "owner", "planned_for", "merged_into")
    list_filter = ("status", "owner_department", ("merged_into", admin.EmptyFieldListFilter))
    list_select_related = ("owner_department", "owner", "merged_into")
    search_fields = ("title", "description", "voices__quote", "owner__name", "owner__yomi")
    date_hierarchy = "created_at"
    autocomplete_fields = ("owner_department", "owner", "merged_into")
    readonly_fields = ("status", "reason", "status_changed_at", "created_at", "updated_at")
    inlines = (ThemeChangeInline,)


@admin.register(VoiceThemeChange)
class VoiceThemeChangeAdmin(ReadOnlyAdmin):
    """Every change of a theme's state."""

    list_display = ("theme", "status", "changed_by", "changed_at")
    list_filter = ("status",)
    list_select_related = ("theme", "changed_by")
    search_fields = ("theme__title", "reason", "changed_by__name")
    date_hierarchy = "changed_at"


@admin.register(CustomerImport)
class CustomerImportAdmin(ReadOnlyAdmin):
    """Imports; 「サイト上で表示」 leads to the page where one is watched and taken back."""

    list_display = ("name", "kind", "state", "started_by", "created_at", "written_at", "page")
    list_filter = ("state", "kind")
    list_select_related = ("started_by",)
    search_fields = ("name", "started_by__name")
    date_hierarchy = "created_at"
    exclude = ("file", "problems", "mapping")

    @admin.display(description=_("ページ"))
    def page(self, batch: CustomerImport) -> str:
        """Where it is watched and taken back."""
        return format_html('<a href="{}">{}</a>', batch.get_absolute_url(), _("開く"))


@admin.register(ImportMapping)
class ImportMappingAdmin(ReadOnlyAdmin):
    """What columns with certain headings were said to mean."""

    list_display = ("kind", "digest", "saved_by", "saved_at")
    list_filter = ("kind",)
    list_select_related = ("saved_by",)
    search_fields = ("saved_by__name",)
    date_hierarchy = "saved_at"

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Deleting one forgets it: the next file with these headings is guessed anew."""
        return request.user.has_perm("customers.delete_importmapping")


@admin.register(CustomerMerge)
class CustomerMergeAdmin(ReadOnlyAdmin):
    """Merges; they are undone on the page of duplicates."""

    list_display = ("merged", "kept", "merged_by", "merged_at", "undone_at")
    list_select_related = ("merged", "kept", "merged_by")
    search_fields = ("merged__name", "kept__name", "merged_by__name")
    date_hierarchy = "merged_at"
    exclude = ("before",)


@admin.register(DistinctPair)
class DistinctPairAdmin(admin.ModelAdmin):
    """Pairs that look alike and are two companies; deleting one proposes it again."""

    list_display = ("first", "second", "said_by", "said_at")
    list_select_related = ("first", "second", "said_by")
    search_fields = ("first__name", "second__name")
    date_hierarchy = "said_at"
    autocomplete_fields = ("first", "second", "said_by")


@admin.register(PersonalDataRules)
class PersonalDataRulesAdmin(admin.ModelAdmin):
    """The one row of rules: purpose, hint, retention."""

    list_display = ("purpose", "retention_months")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row alone."""
        return not PersonalDataRules.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A company without rules falls back to ours, which is no decision of anybody's."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saves the one row, and pages show it at once."""
        obj.pk = PersonalDataRules.ONLY
        super().save_model(request, obj, form, change)
        transaction.on_commit(rules_changed)
