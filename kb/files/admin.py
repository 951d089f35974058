"""Attachments for operators."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kb.files.models import Attachment


@admin.register(Attachment)
class AttachmentAdmin(admin.ModelAdmin):
    """Files: what they are, where they hang. Taken away by 「消した日時」, never by deleting a row."""

    list_display = ("name", "media_type", "size", "text_state", "uploaded_by", "created_at")
    list_filter = ("text_state", "media_type")
    list_select_related = ("uploaded_by",)
    search_fields = ("name", "text", "sha256", "source_path", "uploaded_by__name")
    date_hierarchy = "created_at"
    autocomplete_fields = ("uploaded_by",)
    fields = (
        "name", "link", "media_type", "size", "sha256", "text_state", "preview_state", "text",
        "content_type", "object_id", "uploaded_by", "source_path", "created_at", "deleted_at",
    )  # fmt: skip
    readonly_fields = (
        "link", "media_type", "size", "sha256", "text", "preview_state", "content_type", "object_id",
        "source_path", "created_at",
    )  # fmt: skip

    @admin.display(description=_("開く"))
    def link(self, attachment: Attachment) -> str:
        """Where the file is read."""
        return format_html(
            '<a href="{}">{}</a>', attachment.get_absolute_url(), attachment.get_absolute_url()
        )

    def has_add_permission(self, request: object) -> bool:
        """Files come in through pages and imports, where they are checked."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """A deleted row would leave its bytes behind."""
        return False
