"""The search for operators: the company's words, what waits to be indexed, the health of the index."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.foundation.queue import send
from kb.search import outbox, tasks, upkeep
from kb.search.indexing import backend
from kb.search.models import IndexedText, IndexLock, OutboxEntry, WordSynonym
from kb.search.query import SearchUnavailable


@admin.register(WordSynonym)
class WordSynonymAdmin(admin.ModelAdmin):
    """Words that mean the same here. They hold within a minute."""

    list_display = ["word", "same_as"]
    search_fields = ["word", "same_as"]


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
        """With the page of the index's health."""
        health = path("health/", self.admin_site.admin_view(self.health), name="search_health")
        return [health, *super().get_urls()]

    @admin.action(description=gettext_lazy("もう一度、索引に入れてみる"))
    def try_again(self, request: HttpRequest, rows: QuerySet[OutboxEntry]) -> None:
        """Give rows that failed too often another chance."""
        count = rows.update(attempts=0, error="")
        tasks.wake_indexer()
        self.message_user(request, _("%(count)d件を、もう一度索引に入れます。") % {"count": count})

    def health(self, request: HttpRequest) -> HttpResponse:
        """Rows, documents and lag; POST starts a comparison or a rebuild in the background."""
        if request.method == "POST":
            self._start(request)
            return HttpResponseRedirect(reverse("admin:search_health"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("検索の索引のようす"),
            "document_count": _document_count(),
            "record_count": upkeep.total_count(),
            "waiting_count": OutboxEntry.objects.count(),
            "stuck_count": OutboxEntry.objects.filter(attempts__gte=outbox.MOST_ATTEMPTS).count(),
            "oldest": outbox.oldest_waiting(),
            "lock": IndexLock.objects.first(),
        }
        return TemplateResponse(request, "admin/search/health.html", context)

    def _start(self, request: HttpRequest) -> None:
        wanted = tasks.rebuild_index if "rebuild" in request.POST else tasks.reconcile
        if send(wanted):
            self.message_user(request, _("受け付けました。終わるまで、いまの索引で検索できます。"))
        else:
            self.message_user(
                request,
                _("作業を頼む先(キュー)につながりません。少し待って、もう一度押してください。"),
                messages.ERROR,
            )


@admin.register(IndexedText)
class IndexedTextAdmin(ReadOnlyAdmin):
    """What was indexed, to see why something is or is not found."""

    list_display = ["record", "title"]
    search_fields = ["record", "title", "names"]
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows by hand."""
        return False


def _document_count() -> int | None:
    """The number of documents; None when the index cannot be read."""
    try:
        count: int = backend().document_count()
    except SearchUnavailable:
        return None
    return count
