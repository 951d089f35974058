"""Jobs and the log for operators, both read-only."""

from django.contrib import admin

from kb.foundation.models import AuditEntry, Job
from kb.foundation.readonly import ReadOnlyAdmin


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Long work: who started it, how far it is, what it said."""

    list_display = ("kind", "state", "percent", "started_by", "created_at", "finished_at")
    list_filter = ("state", "kind")
    list_select_related = ("started_by",)
    search_fields = ("kind", "message", "started_by__name")
    date_hierarchy = "created_at"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, and when. Append-only."""

    list_display = ("at", "action", "target", "person", "address")
    list_filter = ("action",)
    list_select_related = ("person",)
    search_fields = ("action", "target", "person__name", "person__login")
    date_hierarchy = "at"
