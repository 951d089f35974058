"""Tells the browser which forms have arrived, so that it forgets what it kept of them."""

import uuid
from typing import TypeVar

from django.http import HttpRequest, HttpResponse

from kb.foundation.idempotency import FIELD

# static/js/keep.js reads it.
SENT_COOKIE = "kb_sent"
REMEMBERED_FORMS = 5
DAY_S = 24 * 60 * 60

Response = TypeVar("Response", bound=HttpResponse)


def mark_sent(request: HttpRequest, response: Response) -> Response:
    """The response with the key of the sent form in a cookie; the last few keys stay beside it."""
    try:
        key = str(uuid.UUID(request.POST.get(FIELD, "")))
    except ValueError:
        return response
    known = request.COOKIES.get(SENT_COOKIE, "").split(".")
    keys = [key, *(word for word in known if _is_key(word) and word != key)][:REMEMBERED_FORMS]
    response.set_cookie(SENT_COOKIE, ".".join(keys), max_age=DAY_S, samesite="Lax")
    return response


def _is_key(word: str) -> bool:
    try:
        uuid.UUID(word)
    except ValueError:
        return False
    return True
