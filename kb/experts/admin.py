"""The evidence for operators: read only, it follows from the records."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kb.experts.models import Evidence, RecordDepartment


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the program writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows by hand."""
        return False


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    """Who did what for which record."""

    list_display = ["person", "role", "record", "share", "last_on"]
    list_filter = ["role"]
    search_fields = ["person__name", "record"]
    date_hierarchy = "last_on"


@admin.register(RecordDepartment)
class RecordDepartmentAdmin(ReadOnlyAdmin):
    """The departments of records."""

    list_display = ["record", "department"]
    list_filter = ["department"]
    search_fields = ["record"]
