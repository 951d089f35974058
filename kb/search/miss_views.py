"""Where pages of results report what was not found."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.search.misses import BadTicket, record


@require_POST
def miss_record(request: HttpRequest) -> HttpResponse:
    """Count a search without success; the answer is empty."""
    try:
        record(request.POST.get("ticket", ""))
    except BadTicket:
        words = _("この知らせは受け取れません。もう一度さがしてください。")
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)
