"""What happens inside a community: calling people, bringing records, ToDos, moving on."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.communities import inviting, services, todos
from kb.communities.forms import IntroduceForm, InviteForm, RecordForm, StateForm, TodoForm
from kb.communities.inviting import Call
from kb.communities.models import Community, CommunityRecord
from kb.communities.page import community_page
from kb.communities.views import community_of, community_shown
from kb.foundation.idempotency import create_once, key_of
from kb.foundation.notices import tell, warn
from people.acting import acting
from people.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
def community_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose whom to call among those proposed, and name others."""
    community = community_of(pk)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        calls = [*_chosen(request), *_others(form)]
        try:
            called = inviting.invite(community, calls, by=acting(request))
        except inviting.TooManyInvited:
            form.add_error(None, _many_words())
        else:
            return _called(request, community, called)
    context = community_page(community, acting(request)) | {
        "form": form,
        "ticked": [_number(value) for value in request.POST.getlist("person")],
    }
    status = 422 if form.is_bound else 200
    return render(request, "communities/community_invite.html", context, status=status)


@require_POST
def community_introduce(request: HttpRequest, pk: int) -> HttpResponse:
    """「別の人が詳しい」."""
    community = community_of(pk)
    form = IntroduceForm(request.POST)
    if not form.is_valid():
        return community_shown(request, community, introduce_form=form)
    (other,) = form.cleaned_data["other"]
    if inviting.introduce(community, other, by=acting(request)):
        tell(request, _("%(name)sさんに声をかけました。") % {"name": other.name})
    else:
        tell(request, _("%(name)sさんには、もう声がかかっています。") % {"name": other.name})
    return redirect(community)


@require_POST
def community_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the part of 進行役, hand it to another member, or put it down."""
    community = community_of(pk)
    wanted = request.POST.get("person", "")
    try:
        if not wanted:
            services.put_down_lead(community, by=acting(request))
            tell(request, _("進行役をおりました。"))
        else:
            person = get_object_or_404(Person.objects.visible(), pk=_number(wanted))
            services.take_lead(community, person, by=acting(request))
            tell(request, _("%(name)sさんが進行役になりました。") % {"name": person.name})
    except services.NotAPart:
        return _only_inside(request, community)
    return redirect(community)


@require_POST
def community_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a record: evidence, a draft, or where the result lives."""
    community = community_of(pk)
    form = RecordForm(request.POST)
    if not form.is_valid():
        return community_shown(request, community, record_form=form)
    data = form.cleaned_data
    services.add_record(
        community, data["record"], by=acting(request), role=data["role"], note=data["note"]
    )
    tell(request, _("「%(title)s」を結びました。") % {"title": data["record"]})
    return redirect(community)


@require_POST
def community_record_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link away; the record itself stays."""
    rows = CommunityRecord.objects.select_related("community")
    row = get_object_or_404(rows, pk=pk, community__deleted_at__isnull=True)
    try:
        services.remove_record(row, by=acting(request))
    except services.NotAPart:
        return _only_inside(request, row.community)
    tell(request, _("結びつきを外しました。記録はそのまま残っています。"))
    return redirect(row.community)


@require_POST
def community_todo(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a thing to do."""
    community = community_of(pk)
    form = TodoForm(request.POST)
    if not form.is_valid():
        return community_shown(request, community, todo_form=form)

    def create() -> Community:
        people = form.cleaned_data["person"]
        todos.add_todo(
            community,
            form.cleaned_data["text"],
            person=people[0] if people else None,
            due_on=form.cleaned_data["due_on"],
            by=acting(request),
        )
        return community

    create_once(key_of(request), by=acting(request), create=create)
    tell(request, _("ToDoに加えました。"))
    return redirect(f"{community.get_absolute_url()}#todos")


@require_POST
def community_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the community on, and link where its result lives."""
    community = community_of(pk)
    form = StateForm(request.POST)
    if not form.is_valid():
        return community_shown(request, community, state_form=form)
    data = form.cleaned_data
    try:
        services.move_on(community, data["state"], by=acting(request), result=data["result"])
    except services.NotAPart:
        return _only_inside(request, community, state_form=form)
    if data["lives_in"] is not None:
        services.add_record(
            community, data["lives_in"], by=acting(request), role=CommunityRecord.Role.RESULT
        )
    tell(request, _("段階を変えました。"))
    return redirect(community)


def _only_inside(request: HttpRequest, community: Community, **forms: Any) -> HttpResponse:
    """The community again, with how to be part of it; what was typed stays in its form."""
    warn(request, _("参加している人だけができます。まず、参加してください。"))
    answer = community_shown(request, community, **forms)
    answer.status_code = HTTPStatus.FORBIDDEN
    return answer


def _chosen(request: HttpRequest) -> list[Call]:
    """The ticked proposals; the reason is the one that stood beside the name."""
    numbers = [_number(value) for value in request.POST.getlist("person")]
    people = Person.objects.visible().filter(pk__in=numbers[: inviting.INVITED_AT_ONCE_MAX + 1])
    return [Call(person, request.POST.get(f"reason-{person.pk}", "")) for person in people]


def _others(form: InviteForm) -> list[Call]:
    return [Call(person, form.cleaned_data["reason"]) for person in form.cleaned_data["others"]]


def _called(request: HttpRequest, community: Community, called: list[Person]) -> HttpResponse:
    if called:
        names = _("、").join(_("%(name)sさん") % {"name": person.name} for person in called)
        tell(request, _("%(names)sに声をかけました。") % {"names": names})
    else:
        warn(request, _("あらたに声をかけた人はいません。"))
    return redirect(reverse("community_detail", args=[community.pk]))


def _many_words() -> str:
    return _("一度に声をかけられるのは%(count)d人までです。5〜8人が話しやすい人数です。") % {
        "count": inviting.INVITED_AT_ONCE_MAX
    }


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
