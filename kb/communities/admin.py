"""Communities for operators."""

from django.contrib import admin

from kb.communities.models import Community, CommunityMember, CommunityRecord


class MemberInline(admin.TabularInline):
    """Who is in."""

    model = CommunityMember
    extra = 0
    autocomplete_fields = ("person", "invited_by")


class RecordInline(admin.TabularInline):
    """What is linked."""

    model = CommunityRecord
    extra = 0
    autocomplete_fields = ("added_by",)


@admin.register(Community)
class CommunityAdmin(admin.ModelAdmin):
    """Communities."""

    list_display = ("title", "state", "started_by", "facilitator", "updated_at")
    list_filter = ("state",)
    list_select_related = ("started_by", "facilitator")
    search_fields = ("title", "why_now", "result")
    date_hierarchy = "created_at"
    autocomplete_fields = ("started_by", "facilitator", "deleted_by")
    inlines = (MemberInline, RecordInline)
