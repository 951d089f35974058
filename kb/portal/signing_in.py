"""Whoever is not signed in signs in first, and comes back to where they were, with what they typed."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_protect

from kb.foundation.carried import FIELD, Carried, note_writer, pack, unpack
from kb.portal.forms import SignInForm

_OPENED = {"GET", "HEAD"}
_NEXT_MAX_CHARACTERS = 9500


class SignInFirst(LoginRequiredMiddleware):
    """Leads back from the sign-in to a page that can be opened.

    A form that is sent after the session has ended goes to an address that takes forms alone.
    The person comes back to the page with the form, where the browser kept what was typed; a
    browser without script gets the sign-in at once, and then the form as it was sent.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """To the sign-in, and from there to the page before."""
        page = "" if request.method in _OPENED else _page_before(request)
        carried = "" if request.method != "POST" else pack(request, page=page)
        if carried:
            return _sign_in(request, page, carried)
        if not page and len(request.get_full_path()) > _NEXT_MAX_CHARACTERS:
            # An address inside an address grows, and browsers and proxies refuse what is too long.
            page = request.path
        if not page:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(
            page, self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The response, with a cookie that says whose browser it is, when that is new."""
        seen = getattr(request, "_cached_user", None)
        # Nobody is looked up for a page that asked for nobody.
        if seen is not None and request.user.is_authenticated:
            note_writer(request, response, request.user.pk)
        elif seen is not None and seen.is_authenticated:
            note_writer(request, response, None)
        return response


class SignIn(LoginView):
    """The sign-in; whoever sent a form without a session gets it back, to look at and to send."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    @method_decorator([login_not_required, csrf_protect])
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Whoever has signed in elsewhere meanwhile needs no password, and gets the form too."""
        if request.user.is_authenticated and (carried := self._carried(request.user.pk)):
            return _give_back(request, carried)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """In: to the form that was sent, else to where the person came from."""
        answer = super().form_valid(form)
        carried = self._carried(form.get_user().pk)
        return _give_back(self.request, carried) if carried else answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was carried stays through a wrong password."""
        return {**super().get_context_data(**kwargs), FIELD: self.request.POST.get(FIELD, "")}

    def _carried(self, person_id: int) -> Carried | None:
        return unpack(self.request.POST.get(FIELD, ""), person_id=person_id)


def _sign_in(request: HttpRequest, page: str, carried: str) -> HttpResponse:
    context = {"form": SignInForm(request), "next": page, FIELD: carried}
    response = render(request, "registration/login.html", context)
    add_never_cache_headers(response)
    return response


def _give_back(request: HttpRequest, carried: Carried) -> HttpResponse:
    response = render(request, "registration/carried.html", {"carried": carried})
    add_never_cache_headers(response)
    return response


def _page_before(request: HttpRequest) -> str:
    """The page of ours on which the form stood; empty when the browser does not say."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}, request.is_secure()):
        return ""
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
