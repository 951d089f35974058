"""Behind a proxy of ours: whose request is it."""

import ipaddress
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def take_visitor_address(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: REMOTE_ADDR becomes the address that the proxy saw.

    Only the last entry of X-Forwarded-For is the proxy's own word; those before it may be invented
    by the visitor. Without it the throttle of sign-ins would see one address for everybody.
    """

    def with_address(request: HttpRequest) -> HttpResponse:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        try:
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(last))
        except ValueError:
            return get_response(request)
        return get_response(request)

    return with_address
