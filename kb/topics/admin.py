"""Topics for operators."""

from typing import ClassVar

from django.contrib import admin

# Importing it registers the library's own tags, which nobody here uses: see below.
from taggit.admin import Tag

from kb.topics.models import Topic, TopicSynonym

admin.site.unregister(Tag)


class TopicSynonymInline(admin.TabularInline):
    """The other words of a topic."""

    model = TopicSynonym
    extra = 1


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    """Topics with their other words."""

    list_display = ("name", "yomi", "parent", "merged_into")
    list_select_related = ("parent", "merged_into")
    search_fields: ClassVar[list[str]] = ["name", "yomi", "synonyms__word"]
    autocomplete_fields = ("parent", "merged_into")
    inlines = (TopicSynonymInline,)
