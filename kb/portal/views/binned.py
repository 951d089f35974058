"""One record that lies in the bin: where a notice about a deletion leads."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from customers.models import Touch
from kb.articles.models import Article
from kb.meetings.models import Decision, Meeting

# Kinds in the address, each with the name of the address that takes a record out again.
_KINDS: dict[str, tuple[type[Any], str]] = {
    "article": (Article, "article_restore"),
    "touch": (Touch, "touch_restore"),
    "meeting": (Meeting, "meeting_restore"),
    "decision": (Decision, "decision_restore"),
}


@require_safe
def binned_record(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What lies in the bin, who put it there, and the button that takes it out again.

    A record that is no longer there leads to its own page.
    """
    if kind not in _KINDS:
        raise Http404
    model, restore = _KINDS[kind]
    record = get_object_or_404(model.objects.select_related("deleted_by"), pk=pk)
    if not record.is_deleted:
        return redirect(record)
    context = {"record": record, "restore_url": reverse(restore, args=[pk])}
    return render(request, "portal/binned_record.html", context)
