"""How much one request may bring, looked at before anything of it is read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kb.foundation.errors import GetResponse, too_large


def limit_requests(get_response: GetResponse) -> GetResponse:
    """Middleware: a body that is too large is refused before it fills the disk."""

    def answer(request: HttpRequest) -> HttpResponse:
        length = _length(request)
        if length > settings.STRANGERS_REQUEST_MAX_BYTES and (
            length > settings.REQUEST_MAX_BYTES or not request.user.is_authenticated
        ):
            return too_large(request)
        return get_response(request)

    return answer


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
