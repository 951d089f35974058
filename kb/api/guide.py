"""The page that shows programs how to record touches: addresses, fields, examples to copy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from customers.models import Touch
from kb.api.limits import READS_PER_MINUTE, REQUEST_MAX_BYTES, WRITES_PER_MINUTE


@require_GET
def api_guide(request: HttpRequest) -> HttpResponse:
    """How a mail gateway, a telephone system or a chat bot records a touch."""
    context = {
        "address": request.build_absolute_uri("/api/v1/touches"),
        "base": request.build_absolute_uri("/api/v1/"),
        "channels": Touch.Channel.choices,
        "moods": Touch.Mood.choices,
        "writes": WRITES_PER_MINUTE,
        "reads": READS_PER_MINUTE,
        "megabytes": REQUEST_MAX_BYTES // 1024**2,
    }
    return render(request, "api/guide.html", context)
