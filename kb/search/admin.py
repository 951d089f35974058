"""The search for operators: the company's words, what waits to be indexed, what was not found."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.search import index_admin, tasks
from kb.search.miss_admin import SearchMissAdmin
from kb.search.models import IndexedText, OutboxEntry, SearchMiss, WordSynonym

admin.site.register(SearchMiss, SearchMissAdmin)


@admin.register(WordSynonym)
class WordSynonymAdmin(admin.ModelAdmin):
    """Words that mean the same here. They hold within a minute."""

    list_display = ["word", "same_as"]
    search_fields = ["word", "same_as"]
    fieldsets = [
        (
            None,
            {
                "fields": ["word", "same_as"],
                "description": gettext_lazy(
                    "どちらの言葉でさがしても、両方が見つかります。1分ほどで全員の検索に効きます。"
                ),
            },
        )
    ]


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only the program writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes rows by hand."""
        return False


@admin.register(OutboxEntry)
class OutboxEntryAdmin(ReadOnlyAdmin):
    """What waits to be indexed, with the button page of the index above it."""

    list_display = ["model", "object_id", "created_at", "attempts", "error"]
    list_filter = ["model", "attempts"]
    date_hierarchy = "created_at"
    actions = ["try_again"]
    change_list_template = "admin/search/outboxentry/change_list.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows by hand."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """With the page of the index and its buttons."""
        return [*index_admin.addresses(self.admin_site), *super().get_urls()]

    @admin.action(description=gettext_lazy("もう一度、索引に入れてみる"))
    def try_again(self, request: HttpRequest, rows: QuerySet[OutboxEntry]) -> None:
        """Give rows that failed too often another chance."""
        count = rows.update(attempts=0, error="")
        tasks.wake_indexer()
        self.message_user(request, _("%(count)d件を、もう一度索引に入れます。") % {"count": count})


@admin.register(IndexedText)
class IndexedTextAdmin(ReadOnlyAdmin):
    """What was indexed, to see why something is or is not found."""

    list_display = ["record", "title"]
    search_fields = ["record", "title", "names"]
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows by hand."""
        return False
