"""テーマ: the list, a topic's page, and the steward's form."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kb.foundation.notices import tell, warn
from kb.portal import knowledge_map as drawing
from kb.portal.forms import TopicForm
from kb.portal.merging import (
    MAY_CHANGE,
    is_steward,
    may_merge,
    may_part,
    merge_topic,
    merges_into,
    moves_of,
    names_to_choose,
    part_topics,
)
from kb.portal.services import describe_topic
from kb.portal.topic_forms import MergeForm
from kb.portal.topic_page import topic_page, topic_tree
from kb.search.query import clean_text
from kb.topics.merging import CannotMerge, CannotUndo
from kb.topics.models import Topic, TopicMerge
from kb.topics.services import end_of, find, resembling
from people.acting import acting

STAYED_SHOWN = 8


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """All topics as a tree; ``?q=`` leads straight to the topic that a word means."""
    words = " ".join(clean_text(request.GET.get("q", "")).split())[:100]
    topic = find(words) if words else None
    if topic is not None:
        return redirect(topic)
    context = {"tree": topic_tree(), "words": words, "near": resembling(words)}
    return render(request, "topics/topic_list.html", context)


@require_safe
def knowledge_map(request: HttpRequest) -> HttpResponse:
    """知識の地図; ``?parent=`` shows one topic and those below it, ``?department=`` its people."""
    asked = {
        name: clean_text(request.GET.get(name, ""))[:100]
        for name in ("parent", "department", "period", "rows")
    }
    drawn = drawing.knowledge_map(drawing.MapQuery(**asked))
    context = {
        "map": drawn,
        "params": request.GET,
        "periods": [("", _("ずっと")), ("year", _("この1年")), ("half", _("この半年"))],
        "kinds": [
            ("", _("すべてのテーマ"), drawn.counts[""]),
            (drawing.SOLE, _("ひとりだけが知っている"), drawn.counts[drawing.SOLE]),
            (drawing.NOBODY, _("まだ誰も書いていない"), drawn.counts[drawing.NOBODY]),
        ],
    }
    return render(request, "topics/knowledge_map.html", context)


@require_safe
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic; the address of a merged one leads to where it went."""
    topic = get_object_or_404(Topic.objects.select_related("merged_into", "parent"), slug=slug)
    target = end_of(topic)
    if target.pk != topic.pk:
        # Not for good: browsers would keep leading there after the merge was taken back.
        return redirect(target)
    reader = acting(request)
    page = topic_page(topic, reader)
    cares = reader.is_superuser or reader in page.stewards
    merges = cares or (reader.is_staff and reader.has_perm(MAY_CHANGE))
    context = {
        "page": page,
        "topic": topic,
        "is_steward": cares,
        "may_merge": merges,
        "merges": merges_into(topic) if merges else [],
        "reader": reader,
    }
    return render(request, "topics/topic_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def topic_merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Into which topic this one goes; then what would move; then it is done."""
    topic = get_object_or_404(Topic.objects.visible(), slug=slug)
    me = acting(request)
    if not may_merge(topic, me):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = MergeForm(data, topic=topic)
    context = {"form": form, "topic": topic}
    if data is None or not form.is_valid() or "back" in data:
        context["names"] = names_to_choose(topic)
        status = 422 if form.errors else 200
        return render(request, "topics/topic_merge.html", context, status=status)
    into = form.cleaned_data["into"]
    if "confirmed" not in data:
        context |= {"into": into, "moves": moves_of(topic)}
        return render(request, "topics/topic_merge_preview.html", context)
    try:
        merged = merge_topic(topic, into, by=me)
    except CannotMerge:
        warn(request, _("いまはまとめられません。どちらかが、ほかでまとめられたようです。"))
        return redirect(topic)
    words = _("「%(name)s」を「%(into)s」にまとめました。前の言葉でも、ここに着きます。")
    undo_url = reverse("topic_part", args=[merged.pk])
    tell(request, words % {"name": topic.name, "into": merged.into.name}, undo_url=undo_url)
    return redirect(merged.into)


@require_POST
def topic_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Part two topics that were made one, for 30 days after the merge."""
    merged = get_object_or_404(TopicMerge.objects.select_related("topic", "into"), pk=pk)
    me = acting(request)
    if not may_part(merged, me):
        raise PermissionDenied
    try:
        stayed = part_topics(merged, by=me)
    except CannotUndo:
        warn(request, _("もう元に戻されたか、30日が過ぎています。"))
        return redirect(merged.topic)
    if stayed:
        words = _("元に戻しました。あとから変わったものは残しました：%s")
        warn(request, words % "、".join(stayed[:STAYED_SHOWN]))
    else:
        tell(request, _("「%(name)s」を元に戻しました。") % {"name": merged.topic.name})
    return redirect(merged.topic)


@require_http_methods(["GET", "HEAD", "POST"])
def topic_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The steward's form: description, other words, まず読む."""
    topic = get_object_or_404(Topic.objects.visible(), slug=slug)
    if not is_steward(topic, acting(request)):
        raise PermissionDenied
    form = TopicForm(request.POST or None, instance=topic)
    if request.method == "POST" and form.is_valid():
        describe_topic(topic, form.words(), by=acting(request))
        tell(request, _("テーマ「%(name)s」を保存しました。") % {"name": topic.name})
        return redirect(topic)
    return render(request, "topics/topic_edit.html", {"form": form, "topic": topic})
