"""ToDos for operators."""

from django.contrib import admin

from kb.todos.models import ActionItem


@admin.register(ActionItem)
class ActionItemAdmin(admin.ModelAdmin):
    """What, who, until when, and where it was born."""

    list_display = ("text", "person", "due_on", "state", "content_type", "created_at")
    list_filter = ("state", "content_type")
    list_select_related = ("person", "content_type")
    search_fields = ("text", "person__name", "person__login")
    date_hierarchy = "due_on"
    autocomplete_fields = ("person", "created_by")
    readonly_fields = ("content_type", "object_id", "created_at", "updated_at")
