"""Topics for operators: which nobody uses, which mean the same; merged or deleted with one click."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Importing it registers the library's own tags, which nobody here uses: see below.
from taggit.admin import Tag

from kb.foundation.readonly import ReadOnlyAdmin
from kb.portal.merging import MAY_CHANGE, merge_topic, part_topics
from kb.search.readings import usual_reading
from kb.topics.merging import CannotUndo
from kb.topics.models import Topic, TopicMerge, TopicSynonym
from people.acting import acting

admin.site.unregister(Tag)

LEAST_TO_MERGE = 2


class TopicSynonymInline(admin.TabularInline):
    """The other words of a topic."""

    model = TopicSynonym
    extra = 1


class UseFilter(admin.SimpleListFilter):
    """Topics by whether records carry them."""

    title = gettext_lazy("使われ方")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices beside the list."""
        return [
            ("unused", _("どの記録にも付いていない")),
            ("rare", _("ひとつの記録にだけ付いている")),
            ("merged", _("ほかのテーマにまとめた")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> QuerySet[Topic]:
        """The topics of the choice."""
        if self.value() == "merged":
            return queryset.exclude(merged_into=None)
        counts = {"unused": 0, "rare": 1}
        if self.value() not in counts:
            return queryset
        return queryset.filter(merged_into=None, record_count=counts[str(self.value())])


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    """Topics with their other words and how many records carry them."""

    list_display = ("name", "records", "merging", "parent", "yomi")
    list_filter: ClassVar[list[Any]] = [UseFilter]
    list_select_related = ("parent", "merged_into")
    search_fields: ClassVar[list[str]] = ["name", "yomi", "synonyms__word"]
    autocomplete_fields = ("parent",)
    # Only merging moves what hangs on a topic; a hand-set value would strand it.
    readonly_fields = ("merged_into",)
    inlines = (TopicSynonymInline,)
    actions = ("merge_chosen", "delete_unused")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        """With the number of records."""
        found: QuerySet[Topic] = super().get_queryset(request)
        counted: QuerySet[Topic] = found.annotate(record_count=Count("items", distinct=True))
        return counted

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Beside よみ stands what holds while it is empty."""
        form = super().get_form(request, obj, change, **kwargs)
        reading = usual_reading(obj.name) if obj is not None else ""
        if reading and "yomi" in form.base_fields:
            form.base_fields["yomi"].help_text = _(
                "空のときは「%(reading)s」と読みます。違うときは、ここに書いてください。"
            ) % {"reading": reading}
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what nothing hangs on may go: the rest is merged, which can be taken back."""
        may = super().has_delete_permission(request, obj)
        return bool(may and (obj is None or not is_used(obj)))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without the deletion that does not ask what hangs on a topic."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description=gettext_lazy("付いている記録"), ordering="record_count")
    def records(self, topic: Any) -> int:
        """How many records carry it."""
        count: int = topic.record_count
        return count

    @admin.display(description=gettext_lazy("まとめる"))
    def merging(self, topic: Topic) -> str:
        """The way to the page that merges it, with a preview; or where it went."""
        if topic.merged_into is not None:
            return f"→ {topic.merged_into}"
        url = reverse("topic_merge", args=[topic.slug])
        return format_html('<a href="{}">{}</a>', url, _("まとめる…"))

    @admin.action(
        description=gettext_lazy("選んだテーマを、記録がいちばん多いひとつにまとめる"),
        permissions=["change"],
    )
    def merge_chosen(self, request: HttpRequest, queryset: QuerySet[Topic]) -> None:
        """All chosen topics become the one that most records carry."""
        chosen: list[Any] = list(queryset.filter(merged_into=None))
        if len(chosen) < LEAST_TO_MERGE:
            words = _("まとめるテーマを2つ以上選んでください。")
            self.message_user(request, words, messages.WARNING)
            return
        chosen.sort(key=lambda topic: (-topic.record_count, topic.pk))
        into, *others = chosen
        for topic in others:
            into = merge_topic(topic, into, by=acting(request)).into
            self.log_change(request, topic, _("「%(into)s」にまとめました。") % {"into": into.name})
        names = "、".join(topic.name for topic in others)
        words = _(
            "%(names)sを「%(into)s」にまとめました。30日のあいだ「テーマのまとめ」から戻せます。"
        )
        self.message_user(request, words % {"names": names, "into": into.name})

    @admin.action(
        description=gettext_lazy("選んだテーマのうち、何にも使われていないものを消す"),
        permissions=["delete"],
    )
    def delete_unused(self, request: HttpRequest, queryset: QuerySet[Topic]) -> None:
        """Topics on which nothing hangs are gone; the others stay and are named."""
        chosen = list(queryset)
        unused = [topic for topic in chosen if not is_used(topic)]
        kept = [topic.name for topic in chosen if topic not in unused]
        if unused:
            self.log_deletions(request, Topic.objects.filter(pk__in=[t.pk for t in unused]))
        for topic in unused:
            # One by one, so that the search hears of it.
            topic.delete()
        if unused:
            words = _("使われていないテーマ%(count)d個を消しました。") % {"count": len(unused)}
            self.message_user(request, words)
        if kept:
            words = _("使われているので残しました：%(names)s") % {"names": "、".join(kept)}
            self.message_user(request, words, messages.WARNING)


class StandingFilter(admin.SimpleListFilter):
    """Merges that hold, and those that were taken back."""

    title = gettext_lazy("いま")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices beside the list."""
        return [("yes", _("まとめたまま")), ("no", _("元に戻した"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TopicMerge]) -> Any:
        """The merges of the choice."""
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(undone_at__isnull=self.value() == "yes")


@admin.register(TopicMerge)
class TopicMergeAdmin(ReadOnlyAdmin):
    """The merges of the last 30 days, to be taken back."""

    list_display = ("topic", "into", "merged_by", "merged_at", "undone_at")
    list_select_related = ("topic", "into", "merged_by")
    list_filter: ClassVar[list[Any]] = [StandingFilter]
    search_fields = ("topic__name", "into__name", "merged_by__name")
    date_hierarchy = "merged_at"
    actions = ("part",)

    def has_part_permission(self, request: HttpRequest) -> bool:
        """Whoever may change topics may part them."""
        return request.user.has_perm(MAY_CHANGE)

    @admin.action(description=gettext_lazy("選んだまとめを元に戻す"), permissions=["part"])
    def part(self, request: HttpRequest, queryset: QuerySet[TopicMerge]) -> None:
        """The chosen merges are taken back, the latest first."""
        stayed: list[str] = []
        for merged in queryset.order_by("-pk"):
            try:
                stayed += part_topics(merged, by=acting(request))
            except CannotUndo:
                words = _("%(merge)s：もう元に戻されたか、30日が過ぎています。")
                self.message_user(request, words % {"merge": merged}, messages.WARNING)
            else:
                words = _("「%(name)s」を元に戻しました。")
                self.message_user(request, words % {"name": merged.topic.name})
        if stayed:
            words = _("あとから変わったものは残しました：%s") % "、".join(stayed)
            self.message_user(request, words, messages.WARNING)


def is_used(topic: Topic) -> bool:
    """Whether anything but its own other words points at the topic: a record, a person, a topic."""
    for relation in Topic._meta.related_objects:
        model: Any = relation.related_model
        if model is TopicSynonym:
            continue
        if model._default_manager.filter(**{relation.field.name: topic}).exists():
            return True
    return False
