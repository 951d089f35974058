"""Whoever is not signed in signs in first, and comes back to where they were."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

_OPENED = {"GET", "HEAD"}
_NEXT_MAX_CHARACTERS = 9500


class SignInFirst(LoginRequiredMiddleware):
    """Leads back from the sign-in to a page that can be opened.

    A form that is sent after the session has ended goes to an address that takes forms alone.
    The person comes back to the page with the form, where the browser kept what was typed.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """To the sign-in, and from there to the page before."""
        page = "" if request.method in _OPENED else _page_before(request)
        if not page and len(request.get_full_path()) > _NEXT_MAX_CHARACTERS:
            # An address inside an address grows, and browsers and proxies refuse what is too long.
            page = request.path
        if not page:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(
            page, self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )


def _page_before(request: HttpRequest) -> str:
    """The page of ours on which the form stood; empty when the browser does not say."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}, request.is_secure()):
        return ""
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
