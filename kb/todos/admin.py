"""ToDos for operators."""

from django.contrib import admin

from kb.todos.models import ActionItem, ActionItemChange, CalendarFeed


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


@admin.register(ActionItemChange)
class ActionItemChangeAdmin(admin.ModelAdmin):
    """What became of ToDos: to be read, never changed."""

    list_display = ("item", "kind", "by", "to", "reason", "created_at")
    list_filter = ("kind",)
    list_select_related = ("item", "by", "to")
    search_fields = ("item__text", "reason", "by__name")
    date_hierarchy = "created_at"

    def has_add_permission(self, request: object) -> bool:
        """They are written by what people do."""
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """They never change."""
        return False


@admin.register(CalendarFeed)
class CalendarFeedAdmin(admin.ModelAdmin):
    """Who reads the ToDos in a calendar. The key is secret, so it is not shown."""

    list_display = ("person", "created_at", "read_at")
    list_select_related = ("person",)
    search_fields = ("person__name", "person__login")
    fields = ("person", "created_at", "read_at")
    readonly_fields = ("person", "created_at", "read_at")

    def has_add_permission(self, request: object) -> bool:
        """Everybody makes the own address."""
        return False
