"""ひと: the directory, a person's page, and the owner's form."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kb.experts.services import set_topic_aside
from kb.foundation.notices import tell
from kb.portal.directory import entries, people_matching, with_reasons
from kb.portal.directory_filters import filters_of, query_of
from kb.portal.profile import profile_of
from kb.topics.models import Topic
from people.acting import acting
from people.forms import PARTS, AsideForm, PartForm, ProfileForm, offer_formset, offers_of
from people.models import Person
from people.services import save_profile, take_up_again

PER_PAGE = 48


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """Colleagues in reading order, narrowed by what the address says."""
    query = query_of(request.GET)
    people = people_matching(query)
    page = Paginator(with_reasons(people), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "page": page,
        "entries": entries(list(page.object_list), topic=query.topic),
        "filters": filters_of(query, request.GET),
        "params": request.GET,
    }
    return render(request, "people/person_list.html", context)


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague's page; for somebody who has left, the name and what was written."""
    person = get_object_or_404(Person, pk=pk)
    profile = profile_of(person)
    is_me = person == acting(request)
    parts = {name: PartForm(instance=person, part=name) for name in PARTS} if is_me else {}
    context = {"profile": profile, "person": person, "is_me": is_me, "parts": parts}
    return render(request, "people/person_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner's own words. Nobody else may write them."""
    person = get_object_or_404(Person.objects.visible(), pk=pk)
    if person != acting(request):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, instance=person)
    offers = offer_formset(person, data)
    if data is not None and form.is_valid() and offers.is_valid():
        save_profile(form.instance, offers_of(offers))
        tell(request, _("自分のページを保存しました。"))
        return redirect("person_detail", pk=pk)
    context = {"form": form, "offers": offers, "person": person, "topics": _topic_names()}
    return render(request, "people/person_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def topic_aside(request: HttpRequest, slug: str) -> HttpResponse:
    """「もう担当していません」: the reader sets a topic aside or hands it over. Nobody else can."""
    topic = get_object_or_404(Topic.objects.visible(), slug=slug)
    me = acting(request)
    form = AsideForm(request.POST if request.method == "POST" else None, person=me)
    if request.method == "POST" and form.is_valid():
        stance = set_topic_aside(topic, by=me, to=form.cleaned_data["to"])
        words = _("「%(topic)s」を、くわしいことから外しました。")
        if stance.to is not None:
            words = _("「%(topic)s」を、%(name)sさんに引き継ぎました。")
        name = stance.to.family_name if stance.to else ""
        undo_url = reverse("topic_take_up", args=[slug])
        tell(request, words % {"topic": topic.name, "name": name}, undo_url=undo_url)
        return redirect(me)
    context = {"form": form, "topic": topic, "person": me}
    status = 422 if form.errors else 200
    return render(request, "people/topic_aside.html", context, status=status)


@require_POST
def topic_take_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes it back: the reader may be proposed for the topic again."""
    topic = get_object_or_404(Topic.objects.visible(), slug=slug)
    me = acting(request)
    take_up_again(topic, by=me)
    tell(request, _("「%(topic)s」を、くわしいことに戻しました。") % {"topic": topic.name})
    return redirect(me)


def _topic_names() -> list[str]:
    return list(Topic.objects.visible().order_by("yomi", "name").values_list("name", flat=True))
