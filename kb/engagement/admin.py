"""What people hung on records, for operators."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kb.engagement.models import (
    Comment,
    Confirmation,
    Follow,
    Notification,
    ReadingRequest,
    Thanks,
)


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """Comments; their words are read-only, they can be taken from the page by 「ごみ箱」."""

    list_display = ("__str__", "author", "content_type", "object_id", "created_at", "deleted_at")
    list_filter = ("content_type", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("author", "content_type")
    search_fields = ("body", "author__name", "author__login")
    date_hierarchy = "created_at"
    autocomplete_fields = ("author", "deleted_by")
    readonly_fields = ("body", "content_type", "object_id", "created_at", "updated_at")


@admin.register(Thanks)
class ThanksAdmin(admin.ModelAdmin):
    """助かった."""

    list_display = ("__str__", "person", "content_type", "object_id", "created_at")
    list_filter = ("content_type",)
    list_select_related = ("person", "content_type")
    search_fields = ("words", "person__name")
    date_hierarchy = "created_at"
    autocomplete_fields = ("person",)
    readonly_fields = ("content_type", "object_id", "created_at")


@admin.register(Follow)
class FollowAdmin(admin.ModelAdmin):
    """フォロー."""

    list_display = ("person", "content_type", "object_id", "is_muted", "created_at")
    list_filter = ("content_type", "is_muted")
    list_select_related = ("person", "content_type")
    search_fields = ("person__name", "person__login")
    autocomplete_fields = ("person",)


@admin.register(Confirmation)
class ConfirmationAdmin(admin.ModelAdmin):
    """読みました: asked, due, given."""

    list_display = ("person", "content_type", "object_id", "asked_by", "due_on", "confirmed_at")
    list_filter = ("content_type", ("confirmed_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "content_type", "asked_by")
    search_fields = ("person__name", "person__login")
    date_hierarchy = "asked_at"
    autocomplete_fields = ("person", "asked_by")
    raw_id_fields = ("request",)


@admin.register(ReadingRequest)
class ReadingRequestAdmin(admin.ModelAdmin):
    """読んでください: who is asked to read what."""

    list_display = (
        "content_type", "object_id", "audience", "asked_by", "due_on", "created_at", "stopped_at",
    )  # fmt: skip
    list_filter = ("audience", "content_type", ("stopped_at", admin.EmptyFieldListFilter))
    list_select_related = ("content_type", "asked_by")
    search_fields = ("asked_by__name", "asked_by__login")
    date_hierarchy = "created_at"
    autocomplete_fields = ("asked_by", "departments")
    readonly_fields = ("content_type", "object_id", "created_at")


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin):
    """What was told to whom; written by the product, so only read here."""

    list_display = ("text", "person", "kind", "created_at", "read_at")
    list_filter = ("kind", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("person",)
    search_fields = ("text", "person__name", "person__yomi")
    search_help_text = _("内容、名前、よみでさがします。")
    date_hierarchy = "created_at"
    autocomplete_fields = ("person",)
    readonly_fields = ("created_at", "read_at")
