"""Meetings and decisions for operators. Minutes are written on their own pages."""

from django.contrib import admin

from kb.meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    ItemQuestion,
    Material,
    Meeting,
    MeetingRevision,
    RejectedOption,
    RuleRevision,
    Series,
    Session,
    SessionQuestion,
)


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    """The rows of meetings."""

    list_display = ("name", "kind", "slug", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


class AttendanceInline(admin.TabularInline):
    """Who was there."""

    model = Attendance
    extra = 0
    autocomplete_fields = ("person",)


class AgendaItemInline(admin.StackedInline):
    """The agenda."""

    model = AgendaItem
    extra = 0
    autocomplete_fields = ("proposer",)
    readonly_fields = ("minutes",)


@admin.register(Meeting)
class MeetingAdmin(admin.ModelAdmin):
    """Meetings; their text is read-only here, so that every change keeps a revision."""

    list_display = ("__str__", "series", "number", "held_at", "state", "scribe")
    list_filter = ("series", "state")
    list_select_related = ("series", "scribe")
    search_fields = ("title", "body", "agenda_items__title", "series__name")
    date_hierarchy = "held_at"
    autocomplete_fields = ("series", "chair", "scribe", "deleted_by")
    readonly_fields = ("body", "revision", "published_at", "created_at", "updated_at")
    inlines = (AttendanceInline, AgendaItemInline)


@admin.register(MeetingRevision)
class MeetingRevisionAdmin(admin.ModelAdmin):
    """Saved states of minutes: to be read, never changed."""

    list_display = ("meeting", "number", "author", "created_at")
    list_select_related = ("meeting__series", "author")
    search_fields = ("text", "author__name")
    date_hierarchy = "created_at"

    def has_add_permission(self, request: object) -> bool:
        """Revisions are written by saving."""
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """Revisions never change."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Revisions are never lost."""
        return False


class SessionQuestionInline(admin.TabularInline):
    """Questions to a team."""

    model = SessionQuestion
    extra = 0
    autocomplete_fields = ("asked_by", "answered_by")


@admin.register(Session)
class SessionAdmin(admin.ModelAdmin):
    """The teams' parts of ALL HANDS."""

    list_display = ("meeting", "department", "presenter", "position")
    list_filter = ("department",)
    list_select_related = ("meeting__series", "department", "presenter")
    search_fields = ("results", "goals", "note", "department__name")
    autocomplete_fields = ("meeting", "department", "presenter", "new_colleagues")
    inlines = (SessionQuestionInline,)


class RejectedOptionInline(admin.TabularInline):
    """What was not chosen."""

    model = RejectedOption
    extra = 0


@admin.register(Decision)
class DecisionAdmin(admin.ModelAdmin):
    """Everything that was decided."""

    list_display = ("title", "state", "decided_on", "valid_from", "meeting", "proposed_by")
    list_filter = ("state", "departments")
    list_select_related = ("meeting__series", "proposed_by")
    search_fields = ("title", "reason", "proposed_by__name", "proposed_by__yomi")
    date_hierarchy = "decided_on"
    autocomplete_fields = (
        "meeting", "agenda_item", "proposed_by", "supersedes", "departments", "articles",
        "deleted_by",
    )  # fmt: skip
    readonly_fields = ("revision", "created_at", "updated_at")
    inlines = (RejectedOptionInline,)


@admin.register(AgendaItem)
class AgendaItemAdmin(admin.ModelAdmin):
    """Agenda items across meetings."""

    list_display = ("title", "kind", "meeting", "proposer", "is_carried_over")
    list_filter = ("kind", "is_carried_over")
    list_select_related = ("meeting__series", "proposer")
    search_fields = ("title", "gist", "minutes")
    autocomplete_fields = ("meeting", "proposer")
    readonly_fields = ("minutes",)


@admin.register(RuleRevision)
class RuleRevisionAdmin(admin.ModelAdmin):
    """Changes of rules and the decisions behind them."""

    list_display = ("rule", "revised_on", "what", "decision")
    list_select_related = ("rule", "decision")
    search_fields = ("what", "rule__title", "decision__title")
    date_hierarchy = "revised_on"
    autocomplete_fields = ("rule", "decision")


@admin.register(Material)
class MaterialAdmin(admin.ModelAdmin):
    """Files shown in meetings."""

    list_display = ("attachment", "meeting", "agenda_item", "session")
    list_select_related = ("attachment", "meeting__series", "agenda_item", "session__department")
    search_fields = ("attachment__name", "meeting__title", "meeting__series__name")
    autocomplete_fields = ("meeting", "agenda_item", "session")
    readonly_fields = ("attachment",)


@admin.register(ItemQuestion)
class ItemQuestionAdmin(admin.ModelAdmin):
    """Questions under items of the agenda."""

    list_display = ("text", "item", "asked_by", "answered_by", "created_at")
    list_select_related = ("item", "asked_by", "answered_by")
    search_fields = ("text", "answer", "asked_by__name")
    date_hierarchy = "created_at"
    autocomplete_fields = ("item", "asked_by", "answered_by")
