"""Wishes and first reads for operators."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kb.portal.admin import topics
from kb.portal.models import FirstRead, WantedArticle
from kb.portal.telling import admin as telling_admin

__all__ = ["telling_admin", "topics"]


@admin.register(WantedArticle)
class WantedArticleAdmin(admin.ModelAdmin):
    """「書いてほしい」 with who asked and who writes."""

    list_display = ("title", "state", "department", "asked_by", "taken_by", "article", "created_at")
    list_filter = ("state", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("department", "asked_by", "taken_by", "article")
    search_fields = ("title", "note", "asked_by__name", "asked_by__yomi", "taken_by__name")
    search_help_text = _("題名、困ったこと、名前でさがします。")
    date_hierarchy = "created_at"
    autocomplete_fields = ("department", "asked_by", "taken_by", "article")
    readonly_fields = ("created_at",)


@admin.register(FirstRead)
class FirstReadAdmin(admin.ModelAdmin):
    """「まず読む」 of the topics."""

    list_display = ("topic", "article", "position", "chosen_by")
    list_editable = ("position",)
    list_select_related = ("topic", "article", "chosen_by")
    search_fields = ("topic__name", "article__title")
    search_help_text = _("テーマと記事の題名でさがします。")
    autocomplete_fields = ("topic", "article", "chosen_by")
