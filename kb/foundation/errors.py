"""Pages for what went wrong: what happened, why, what to do, and the text that was typed."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from kb.foundation.preferences import theme_of

GetResponse = Callable[[HttpRequest], HttpResponse]

# Shorter values are menu choices and codes, not something anybody would miss.
WORTH_KEEPING_CHARS = 8
# What the sign-in page carries is signed and packed, not typed (``carried``).
_NOT_TYPED = frozenset({"carried"})
SECRET_WORDS = ("password", "token", "secret", "otp")
_READ_AND_DROPPED_MAX_BYTES = 128 * 1024 * 1024
_BLOCK = 64 * 1024
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def typed_text(request: HttpRequest) -> list[str]:
    """What the person typed into the form that failed, longest text first; never secrets."""
    if request.method != "POST":
        return []
    kept = [
        value
        for name, values in request.POST.lists()
        if name not in _NOT_TYPED and not any(word in name.lower() for word in SECRET_WORDS)
        for value in values
        if isinstance(value, str) and len(value) >= WORTH_KEEPING_CHARS
    ]
    return sorted(kept, key=len, reverse=True)


def _page(request: HttpRequest, status: HTTPStatus, template: str) -> HttpResponse:
    context = {
        "typed": typed_text(request),
        "request_id": getattr(request, "request_id", ""),
    }
    return render(request, template, context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for too much; what was sent cannot be read, so it cannot be shown again."""
    if isinstance(exception, _TOO_MUCH):
        return too_large(request)
    return _plain_page(request, HTTPStatus.BAD_REQUEST, "400.html", is_readable=False)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: nothing of it was kept."""
    _let_it_pass(request)
    if request.content_type == "application/json":
        words = _("送られた本文が大きすぎます。小さくするか、分けて送ってください。")
        body = {"title": _("大きすぎて受け取れませんでした"), "status": 413, "detail": words}
        return JsonResponse(body, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return _plain_page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "413.html", is_readable=False)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person is known, the deed is for others."""
    return _page(request, HTTPStatus.FORBIDDEN, "403.html")


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing this person may know of."""
    return _page(request, HTTPStatus.NOT_FOUND, "404.html")


def show_page_for_closed_doors(get_response: GetResponse) -> GetResponse:
    """Middleware: who opens an address that only takes forms sees a page, not an empty answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_empty = not response.streaming and not response.content
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_empty:
            page = _page(request, HTTPStatus.METHOD_NOT_ALLOWED, "404.html")
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old, or did not come from our page. The text is shown again."""
    return _page(request, HTTPStatus.FORBIDDEN, "403_csrf.html")


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500, drawn without the database: it may be what is broken."""
    return _plain_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, "500.html")


@requires_csrf_token
def service_unavailable(request: HttpRequest) -> HttpResponse:
    """503, drawn without the database, for maintenance and for a service that is away."""
    response = _plain_page(request, HTTPStatus.SERVICE_UNAVAILABLE, "503.html")
    response.headers["Retry-After"] = "60"
    return response


def _let_it_pass(request: HttpRequest) -> None:
    """Reads what still comes: a browser that is cut off while it sends shows no page of ours."""
    left = _READ_AND_DROPPED_MAX_BYTES
    while left > 0 and (block := request.read(_BLOCK)):
        left -= len(block)


def _plain_page(
    request: HttpRequest, status: HTTPStatus, template: str, *, is_readable: bool = True
) -> HttpResponse:
    context = {
        "typed": typed_text(request) if is_readable else [],
        "megabytes": settings.REQUEST_MAX_BYTES // 1024 // 1024,
        "file_megabytes": settings.ATTACHMENT_MAX_BYTES // 1024 // 1024,
        "request_id": getattr(request, "request_id", ""),
        "chosen_theme": theme_of(request),
        "path": request.path,
    }
    return HttpResponse(render_to_string(template, context), status=status)
