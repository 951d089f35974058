"""みつからなかったことば for operators: grouped, with the two ways to help the next searcher."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.foundation.readonly import ReadOnlyAdmin
from kb.search.models import SearchMiss, WordSynonym


def _count_of(kind: str) -> Subquery:
    """How often the words of a row were missed in this way, over all days."""
    same = SearchMiss.objects.filter(text=OuterRef("text"), kind=kind).order_by()
    return Subquery(same.values("text").annotate(total=Sum("count")).values("total"))


class SearchMissAdmin(ReadOnlyAdmin):
    """One line per words: its newest row with the counts of all its days."""

    list_display = ["text", "help_next", "no_result", "no_click", "last_day", "department"]
    list_filter = [("department", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["department"]
    search_fields = ["text"]
    ordering = ["-day"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Words that need no help may leave the list."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SearchMiss]:
        """The newest row of each word, with its counts."""
        newest = SearchMiss.objects.filter(text=OuterRef("text")).order_by("-day", "-pk")
        rows: QuerySet[SearchMiss] = super().get_queryset(request)
        return rows.filter(pk=Subquery(newest.values("pk")[:1])).annotate(
            no_results=_count_of(SearchMiss.Kind.NO_RESULT),
            no_clicks=_count_of(SearchMiss.Kind.NO_CLICK),
            has_synonym=Exists(WordSynonym.objects.filter(word=OuterRef("text"))),
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Every day of the words, not just the last."""
        SearchMiss.objects.filter(text=obj.text).delete()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SearchMiss]) -> None:
        """The same for those that were ticked."""
        texts = list(queryset.values_list("text", flat=True))
        SearchMiss.objects.filter(text__in=texts).delete()

    @admin.display(description=gettext_lazy("見つからない"), ordering="no_results")
    def no_result(self, row: Any) -> int:
        """How often nothing was found."""
        return row.no_results or 0

    @admin.display(description=gettext_lazy("開かれない"), ordering="no_clicks")
    def no_click(self, row: Any) -> int:
        """How often nothing was opened."""
        return row.no_clicks or 0

    @admin.display(description=gettext_lazy("最後の日"), ordering="day")
    def last_day(self, row: SearchMiss) -> Any:
        """The last day of both."""
        return row.day

    @admin.display(description=gettext_lazy("次の人のために"))
    def help_next(self, row: Any) -> str:
        """Links to the two forms, filled in; it says where a synonym was given already."""
        synonym = reverse("admin:search_wordsynonym_add")
        wish = {"title": row.text, "department": row.department_id or ""}
        return format_html(
            '<a href="{}?{}">{}</a>　<a href="{}?{}">{}</a>',
            synonym,
            urlencode({"word": row.text}),
            _("言いかえをもうひとつ足す") if row.has_synonym else _("言いかえを足す"),
            reverse("wanted_create"),
            urlencode(wish),
            _("書いてほしい"),
        )
