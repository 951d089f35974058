"""Meetings: the list, one meeting, writing and correcting minutes."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kb.articles.models import Article
from kb.foundation.notices import tell
from kb.meetings import services
from kb.meetings.models import Meeting, MeetingRevision, Series
from kb.meetings.page import meeting_page
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
