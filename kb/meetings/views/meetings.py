"""Meetings: the list, one meeting, writing and correcting minutes."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kb.articles.models import Article
from kb.foundation.idempotency import create_once, key_of, made_before, new_form_key
from kb.foundation.notices import tell
from kb.foundation.sent import mark_sent
from kb.meetings import services
from kb.meetings.forms import (
    MeetingForm,
    last_time_initial,
    meeting_initial,
    new_meeting_initial,
    typed_initial,
)
from kb.meetings.models import Meeting, MeetingRevision, Series
from kb.meetings.page import meeting_page
from kb.meetings.series import last_meeting, left_over, most_recent
from people.acting import acting
from people.querysets import attach_departments

MEETINGS_PER_PAGE = 20


@require_GET
def meeting_list(request: HttpRequest) -> HttpResponse:
    """All meetings, latest first, by series; beside them the minutes that came as articles."""
    meetings = Meeting.objects.visible().with_people().latest_first().with_decisions()
    slug = request.GET.get("series", "").replace("\0", "")
    series = Series.objects.filter(slug=slug).first()
    if series is not None:
        meetings = meetings.filter(series=series)
    minutes = Article.objects.visible().of_kind(Article.Kind.MINUTES).with_people()
    context = {
        "page": Paginator(meetings, MEETINGS_PER_PAGE).get_page(request.GET.get("page")),
        "all_series": Series.objects.all(),
        "series": series,
        "minutes": minutes[:10] if series is None else [],
        "minutes_count": minutes.count() if series is None else 0,
    }
    return render(request, "meetings/meeting_list.html", context)


@require_GET
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: 決まったこと → これからやること → 持ち越し, then the agenda."""
    meeting = get_object_or_404(Meeting.objects.visible().with_people(), pk=pk)
    return render(request, "meetings/meeting_detail.html", meeting_page(meeting, acting(request)))


@require_http_methods(["GET", "POST"])
def meeting_create(request: HttpRequest) -> HttpResponse:
    """Write the minutes of a new meeting; series and number are proposed."""
    if request.method == "POST" and ("to_series" in request.POST or "like_last" in request.POST):
        return _refilled_form(request)
    person, key = acting(request), key_of(request)
    if request.method == "POST" and (url := made_before(key, by=person)):
        return HttpResponseRedirect(url)
    series = _wanted_series(request.GET.get("series", ""))
    form = MeetingForm(request.POST or None, initial=new_meeting_initial(series))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def create() -> Meeting:
            return services.create_meeting(
                data["series"],
                data["number"],
                by=person,
                fields=form.fields_of_meeting(),
                publish="draft" not in request.POST,
            )

        url = create_once(key, by=person, create=create)
        tell(request, _("議事録を保存しました。"))
        return mark_sent(request, HttpResponseRedirect(url))
    status = 422 if form.is_bound else 200
    context = _new_form_context(request, form, series)
    return render(request, "meetings/meeting_form.html", context, status=status)


def _refilled_form(request: HttpRequest) -> HttpResponse:
    """The form of another series, or with the people of last time; what was typed stays."""
    series = _wanted_series(request.POST.get("to_series") or request.POST.get("like_last", ""))
    initial = typed_initial(request.POST, series)
    last = last_meeting(series) if series is not None and "like_last" in request.POST else None
    if last is not None:
        initial |= last_time_initial(last) | {"number": request.POST.get("number", "")}
    context = _new_form_context(request, MeetingForm(initial=initial), series)
    details = (initial["place"], initial["chair"], initial["present"], initial["topics"])
    context |= {"is_refilled": True, "is_unfolded": any(details)}
    return render(request, "meetings/meeting_form.html", context)


def _new_form_context(
    request: HttpRequest, form: MeetingForm, series: Series | None
) -> dict[str, Any]:
    return {
        "form": form,
        "form_key": _form_key(request),
        "keep_name": f"meeting-new-{series.pk if series else 0}",
        "left_over": left_over(series),
        "last": last_meeting(series) if series is not None else None,
        "all_series": Series.objects.filter(is_active=True),
        "series": series,
    }


@require_http_methods(["GET", "POST"])
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change minutes; after publication the change is kept as a correction."""
    meeting = get_object_or_404(Meeting.objects.visible().with_people(), pk=pk)
    form = MeetingForm(request.POST or None, initial=meeting_initial(meeting), meeting=meeting)
    context = {
        "form": form,
        "meeting": meeting,
        "form_key": _form_key(request),
        "keep_name": f"meeting-{pk}",
    }
    if request.method == "POST" and form.is_valid():
        try:
            services.change_meeting(
                meeting,
                by=acting(request),
                base_revision=form.cleaned_data["base_revision"] or 0,
                fields=form.fields_of_meeting(),
                publish="draft" not in request.POST,
            )
        except services.MeetingConflict as conflict:
            context["current"] = conflict.current
            return render(request, "meetings/meeting_form.html", context, status=409)
        tell(request, _("議事録を保存しました。"))
        return mark_sent(request, redirect(meeting))
    status = 422 if form.is_bound else 200
    return render(request, "meetings/meeting_form.html", context, status=status)


@require_GET
def meeting_history(request: HttpRequest, pk: int) -> HttpResponse:
    """All saved states of the minutes, with what each changed."""
    meeting = get_object_or_404(Meeting.objects.visible().with_people(), pk=pk)
    saved = MeetingRevision.objects.filter(meeting=meeting).select_related("author")
    revisions = list(saved.order_by("-number"))
    attach_departments(revision.author for revision in revisions)
    before = {revision.number: revision.text for revision in revisions}
    changes = [
        {
            "revision": revision,
            "lines": services.line_changes(before.get(revision.number - 1, ""), revision.text),
        }
        for revision in revisions
    ]
    context = {"meeting": meeting, "changes": changes}
    return render(request, "meetings/meeting_history.html", context)


@require_POST
def meeting_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a meeting into the bin; the toast takes it back."""
    meeting = get_object_or_404(Meeting.objects.visible(), pk=pk)
    services.delete_meeting(meeting, by=acting(request))
    undo_url = reverse("meeting_restore", args=[pk])
    tell(request, _("議事録をごみ箱に入れました。30日のあいだ戻せます。"), undo_url=undo_url)
    return redirect("meeting_list")


@require_POST
def meeting_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a meeting out of the bin."""
    meeting = get_object_or_404(Meeting.objects.filter(deleted_at__isnull=False), pk=pk)
    services.restore_meeting(meeting, by=acting(request))
    tell(request, _("議事録を戻しました。"))
    return redirect(meeting)


def _form_key(request: HttpRequest) -> str:
    return request.POST.get("form_key") or new_form_key()


def _wanted_series(slug: str) -> Series | None:
    active = Series.objects.filter(is_active=True)
    return active.filter(slug=slug.replace("\0", "")).first() or most_recent(active)
