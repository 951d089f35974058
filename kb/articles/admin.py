"""Articles for operators. Texts are read-only here: every change of a text keeps a revision."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kb.articles.models import (
    Answer,
    Article,
    ArticleTemplate,
    Book,
    BookNoteDetail,
    Contributor,
    Draft,
    ImportBatch,
    ManualDetail,
    QuestionAsk,
    QuestionDetail,
    ReviewAsk,
    Revision,
    RuleDetail,
    Suggestion,
)
from kb.articles.services import delete_article, restore_article
from kb.foundation.readonly import ReadOnlyAdmin
from people.acting import acting


class ContributorInline(admin.TabularInline):
    """Who did what for the article."""

    model = Contributor
    extra = 0
    autocomplete_fields = ("person",)


class ManualInline(admin.StackedInline):
    """The fields of a manual."""

    model = ManualDetail
    autocomplete_fields = ("responsibility",)


class QuestionInline(admin.StackedInline):
    """The fields of a question."""

    model = QuestionDetail
    fk_name = "article"
    autocomplete_fields = ("same_as",)


class BookNoteInline(admin.StackedInline):
    """The fields of a book note."""

    model = BookNoteDetail
    autocomplete_fields = ("book",)


class RuleInline(admin.StackedInline):
    """The fields of a rule."""

    model = RuleDetail


_INLINES: dict[str, type[admin.StackedInline]] = {
    Article.Kind.MANUAL: ManualInline,
    Article.Kind.QUESTION: QuestionInline,
    Article.Kind.BOOK_NOTE: BookNoteInline,
    Article.Kind.RULE: RuleInline,
}


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """Owners, departments, states and review dates. To write, follow 「ページ」."""

    list_display = (
        "title", "kind", "status", "owner", "department", "review_due_on", "updated_at", "deleted_at",
    )  # fmt: skip
    list_filter = ("kind", "status", "department", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner", "department")
    search_fields = ("title", "body", "author__name", "owner__name", "source_path")
    date_hierarchy = "updated_at"
    autocomplete_fields = ("owner", "department")
    fieldsets = (
        (None, {"fields": ("page", "kind", "title", "status", "owner", "department")}),
        (_("見直し"), {"fields": ("review_due_on", "confirmed_at", "confirmed_by")}),
        (_("本文"), {"fields": ("body", "revision", "author", "created_at", "updated_at")}),
        (_("取り込み"), {"fields": ("source_path", "imported_by", "folder")}),
        (_("ごみ箱"), {"fields": ("deleted_at", "deleted_by")}),
    )
    readonly_fields = (
        "page", "kind", "title", "body", "revision", "author", "created_at", "updated_at",
        "confirmed_at", "confirmed_by", "source_path", "imported_by", "folder", "deleted_at",
        "deleted_by",
    )  # fmt: skip
    actions = ("move_to_bin", "take_out_of_bin")

    @admin.display(description=_("ページ"))
    def page(self, article: Article) -> str:
        """Where the article is read and written."""
        address = article.get_absolute_url()
        return format_html('<a href="{}">{}</a>', address, address)

    @admin.action(description=_("ごみ箱へ移す"))
    def move_to_bin(self, request: HttpRequest, articles: "QuerySet[Article]") -> None:
        """Moves the chosen articles to the bin."""
        for article in articles.filter(deleted_at__isnull=True):
            delete_article(article, by=acting(request))

    @admin.action(description=_("ごみ箱から戻す"))
    def take_out_of_bin(self, request: HttpRequest, articles: "QuerySet[Article]") -> None:
        """Takes the chosen articles out of the bin."""
        for article in articles.filter(deleted_at__isnull=False):
            restore_article(article, by=acting(request))

    def get_inlines(self, request: HttpRequest, obj: Article | None) -> list[Any]:
        """The fields of the article's own kind, and its people."""
        own = [_INLINES[obj.kind]] if obj is not None and obj.kind in _INLINES else []
        return [*own, ContributorInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Articles begin at ＋書く."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Articles go to the bin by the action, never by deleting rows."""
        return False


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """Every saved state of every text."""

    list_display = ("title", "number", "author", "lines_added", "lines_removed", "created_at")
    list_filter = ("is_bulk",)
    list_select_related = ("author",)
    search_fields = ("title", "body", "author__name", "note")
    date_hierarchy = "created_at"


@admin.register(Answer)
class AnswerAdmin(admin.ModelAdmin):
    """Answers; their words are read-only."""

    list_display = ("beginning", "question", "author", "is_accepted", "created_at", "deleted_at")
    list_filter = ("is_accepted", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("question", "author")
    search_fields = ("body", "question__title", "author__name")
    date_hierarchy = "created_at"
    autocomplete_fields = ("question", "author", "confirmed_by", "deleted_by")
    readonly_fields = ("body", "revision", "created_at", "updated_at")

    @admin.display(description=_("答え"))
    def beginning(self, answer: Answer) -> str:
        """How the answer begins."""
        return answer.body[:40]


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    """Books."""

    list_display = ("title", "yomi", "author", "isbn")
    search_fields = ("title", "yomi", "author", "isbn")
    date_hierarchy = "created_at"


@admin.register(ArticleTemplate)
class ArticleTemplateAdmin(admin.ModelAdmin):
    """Bodies to start from, per kind."""

    list_display = ("name", "kind", "position")
    list_filter = ("kind",)
    search_fields = ("name", "body")


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    """That there are drafts and how old they are; what stands in them is their writers' alone."""

    list_display = ("pk", "person", "kind", "article", "updated_at")
    list_select_related = ("person", "article")
    search_fields = ("person__name", "person__login")
    date_hierarchy = "updated_at"
    fields = ("person", "kind", "article", "updated_at")


@admin.register(QuestionAsk)
class QuestionAskAdmin(ReadOnlyAdmin):
    """To whom questions were put, and what became of it."""

    list_display = ("question", "person", "why", "asked_at", "answered_at", "passed_on_at")
    list_filter = ("why", ("answered_at", admin.EmptyFieldListFilter))
    list_select_related = ("question", "person")
    search_fields = ("question__title", "person__name", "person__login")
    date_hierarchy = "asked_at"


@admin.register(ReviewAsk)
class ReviewAskAdmin(ReadOnlyAdmin):
    """Whose reviews were asked for in which week."""

    list_display = ("article", "person", "monday", "answered_at")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    list_select_related = ("article", "person")
    search_fields = ("article__title", "person__name", "person__login")
    date_hierarchy = "monday"


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """Suggestions and what was decided."""

    list_display = ("article", "author", "state", "decided_by", "created_at")
    list_filter = ("state",)
    list_select_related = ("article", "author", "decided_by")
    search_fields = ("article__title", "author__name", "why")
    date_hierarchy = "created_at"


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """Folders that were brought in as a whole."""

    list_display = ("name", "by", "state", "created_at", "undone_at")
    list_filter = ("state",)
    list_select_related = ("by",)
    search_fields = ("name", "by__name", "by__login")
    date_hierarchy = "created_at"
