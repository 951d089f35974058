"""「読んでください」: asking colleagues to read a record, and how far they have."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kb.engagement.forms import ReadingForm
from kb.engagement.models import ReadingRequest
from kb.engagement.readings import (
    ask_again,
    ask_to_read,
    may_stop,
    outdated_count,
    reading_state,
    stop_asking,
)
from kb.engagement.records import find_record, label_of
from kb.foundation.notices import tell
from people.acting import acting
from people.querysets import attach_departments


@require_http_methods(["GET", "POST"])
def confirmation_ask(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Ask colleagues to read the record."""
    record = find_record(label, pk)
    form = ReadingForm(
        request.POST if request.method == "POST" else None, outdated=outdated_count(record)
    )
    if request.method == "POST" and form.is_valid():
        count = ask_to_read(
            record, form.readers(), by=acting(request), due_on=form.cleaned_data["due_on"]
        )
        if count:
            tell(request, _("%(count)d人に読むようお願いしました。") % {"count": count})
            return redirect("confirmation_status", label, pk)
        if form.cleaned_data["audience"] == ReadingRequest.Audience.JOINED:
            tell(request, _("お願いを残しました。入った人に、その日にお願いします。"))
            return redirect("confirmation_status", label, pk)
        form.add_error(None, _("新しくお願いする人がいません。みなさんにもうお願いしています。"))
    context = {"form": form, "record": record, "label": label}
    status = 422 if form.is_bound else 200
    return render(request, "engagement/confirmation_ask.html", context, status=status)


@require_GET
def confirmation_status(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """How far the record is read: names of those who have not for whoever asked, else a share."""
    record = find_record(label, pk)
    state = reading_state(record, acting(request))
    attach_departments(row.person for row in state.waiting)
    context = {
        "record": record,
        "label": label,
        "state": state,
        "outdated_count": outdated_count(record) if state.is_asker else 0,
    }
    return render(request, "engagement/confirmation_status.html", context)


@require_POST
def confirmation_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    reading, record = _own_request(request, pk)
    stop_asking(reading, by=acting(request))
    undo_url = reverse("confirmation_resume", args=[pk])
    tell(request, _("読むお願いを取りやめました。"), undo_url=undo_url)
    return redirect("confirmation_status", label_of(record), record.pk)


@require_POST
def confirmation_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again as before."""
    reading, record = _own_request(request, pk)
    ask_again(reading, by=acting(request))
    tell(request, _("読むお願いを、元に戻しました。"))
    return redirect("confirmation_status", label_of(record), record.pk)


def _own_request(request: HttpRequest, pk: int) -> tuple[ReadingRequest, Any]:
    """The request that the person may take back, and its record; 404 for others."""
    rows = ReadingRequest.objects.select_related("asked_by")
    reading = get_object_or_404(rows, pk=pk)
    if reading.target is None:
        raise Http404
    record = find_record(label_of(reading.target), reading.object_id)
    if not may_stop(reading, record, acting(request)):
        raise Http404
    return reading, record
