"""Communities: the list, one community, calling out, joining and leaving."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kb.communities import services
from kb.communities.forms import CallForm, StateForm
from kb.communities.models import Community, CommunityMember
from kb.communities.page import community_page, rows_of
from kb.foundation.idempotency import create_once, key_of, new_form_key
from kb.foundation.notices import tell
from kb.foundation.sent import mark_sent
from people.acting import acting


@require_GET
def community_list(request: HttpRequest) -> HttpResponse:
    """Communities that work on a problem, then those that are done."""
    visible = Community.objects.visible()
    context = {
        "active": rows_of(visible.active()),
        "ended": rows_of(visible.filter(state=Community.State.DISSOLVED)),
    }
    return render(request, "communities/community_list.html", context)


@require_GET
def community_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One community: the problem, who is in, evidence, talk, result."""
    community = _community(pk)
    context = community_page(community, acting(request))
    context["form"] = StateForm(initial={"state": community.state, "result": community.result})
    return render(request, "communities/community_detail.html", context)


@require_http_methods(["GET", "POST"])
def community_create(request: HttpRequest) -> HttpResponse:
    """Call out. Nobody has to approve."""
    initial = {
        "title": request.GET.get("title", ""),
        "topics": request.GET.get("topics", ""),
    }
    form = CallForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def create() -> Community:
            return services.call_out(by=acting(request), fields=form.fields_of_call())

        url = create_once(key_of(request), by=acting(request), create=create)
        tell(request, _("呼びかけました。参加する人を待ちましょう。"))
        return mark_sent(request, HttpResponseRedirect(url))
    context = {"form": form, "form_key": request.POST.get("form_key") or new_form_key()}
    status = 422 if form.is_bound else 200
    return render(request, "communities/community_form.html", context, status=status)


@require_POST
def community_join(request: HttpRequest, pk: int) -> HttpResponse:
    """参加する, or 話だけ聞く."""
    community = _community(pk)
    listening = request.POST.get("kind") == CommunityMember.Kind.LISTENING
    kind = CommunityMember.Kind.LISTENING if listening else CommunityMember.Kind.JOINED
    services.join(community, by=acting(request), kind=kind)
    tell(request, _("加わりました。"), undo_url=reverse("community_leave", args=[pk]))
    return redirect(community)


@require_POST
def community_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave; one may come back at any time."""
    community = _community(pk)
    services.leave_community(community, by=acting(request))
    tell(
        request, _("抜けました。いつでも戻れます。"), undo_url=reverse("community_join", args=[pk])
    )
    return redirect(community)


@require_POST
def community_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the community on."""
    community = _community(pk)
    form = StateForm(request.POST)
    if not form.is_valid():
        context: dict[str, Any] = {**community_page(community, acting(request)), "form": form}
        return render(request, "communities/community_detail.html", context, status=422)
    data = form.cleaned_data
    try:
        services.move_on(community, data["state"], by=acting(request), result=data["result"])
    except services.NotAPart as error:
        raise PermissionDenied(_("参加している人だけが段階を変えられます。")) from error
    tell(request, _("段階を変えました。"))
    return redirect(community)


def _community(pk: int) -> Community:
    communities = Community.objects.visible().select_related("started_by", "facilitator")
    community: Community = get_object_or_404(communities, pk=pk)
    return community
