"""Communities: the list, one community, calling out, joining and leaving."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kb.communities import services
from kb.communities.forms import CallForm, IntroduceForm, RecordForm, StateForm, TodoForm
from kb.communities.linking import name_of, record_named
from kb.communities.models import Community, CommunityMember
from kb.communities.page import community_page, rows_of
from kb.foundation.idempotency import create_once, key_of, new_form_key
from kb.foundation.notices import tell
from kb.foundation.sent import mark_sent
from people.acting import acting

# What a call may begin with; more can be brought later.
FIRST_RECORDS_MAX = 20


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
    """One community: the problem, who pulls, who is in, evidence, talk, result."""
    return community_shown(request, community_of(pk))


@require_http_methods(["GET", "POST"])
def community_create(request: HttpRequest) -> HttpResponse:
    """Call out. Nobody has to approve. 「evidence」 names records as 「articles.article:12」."""
    sent = request.POST if request.method == "POST" else request.GET
    named = [record_named(name) for name in sent.getlist("evidence")[:FIRST_RECORDS_MAX]]
    evidence = [record for record in named if record is not None]
    initial = {"title": request.GET.get("title", ""), "topics": request.GET.get("topics", "")}
    form = CallForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def create() -> Community:
            fields = form.fields_of_call()
            return services.call_out(by=acting(request), fields=fields, evidence=evidence)

        url = create_once(key_of(request), by=acting(request), create=create)
        tell(request, _("呼びかけました。つぎに、声をかける人を選べます。"))
        return mark_sent(request, HttpResponseRedirect(f"{url}invite/"))
    context = {
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
        "evidence": [(name_of(record), record) for record in evidence],
    }
    status = 422 if form.is_bound else 200
    return render(request, "communities/community_form.html", context, status=status)


@require_POST
def community_join(request: HttpRequest, pk: int) -> HttpResponse:
    """参加する, or 話だけ聞く."""
    community = community_of(pk)
    listening = request.POST.get("kind") == CommunityMember.Kind.LISTENING
    kind = CommunityMember.Kind.LISTENING if listening else CommunityMember.Kind.JOINED
    services.join(community, by=acting(request), kind=kind)
    tell(request, _("加わりました。"), undo_url=reverse("community_leave", args=[pk]))
    return redirect(community)


@require_POST
def community_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave; one may come back at any time."""
    community = community_of(pk)
    services.leave_community(community, by=acting(request))
    tell(
        request, _("抜けました。いつでも戻れます。"), undo_url=reverse("community_join", args=[pk])
    )
    return redirect(community)


def community_of(pk: int) -> Community:
    """The community of that number; 404 for those in the bin."""
    communities = Community.objects.visible().select_related("started_by", "facilitator")
    community: Community = get_object_or_404(communities, pk=pk)
    return community


def community_shown(request: HttpRequest, community: Community, **forms: Any) -> HttpResponse:
    """The page, with ``forms`` that could not be taken in place of empty ones."""
    context = community_page(community, acting(request))
    empty = {
        "state_form": StateForm(initial={"state": community.state, "result": community.result}),
        "record_form": RecordForm(),
        "introduce_form": IntroduceForm(),
        "todo_form": TodoForm(),
    }
    status = 422 if forms else 200
    context |= empty | forms
    return render(request, "communities/community_detail.html", context, status=status)
