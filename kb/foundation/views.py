"""Preferences of the browser. They change by POST and lead back to where one was."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kb.foundation.preferences import SHORTCUTS_COOKIE, THEME_COOKIE, THEMES, remember


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("home")


@require_POST
def display_preferences(request: HttpRequest) -> HttpResponse:
    """Set theme or shortcuts; anything but the known values is ignored."""
    response = _back(request)
    theme = request.POST.get("theme")
    if theme in THEMES:
        remember(response, THEME_COOKIE, theme)
    shortcuts = request.POST.get("shortcuts")
    if shortcuts in ("on", "off"):
        remember(response, SHORTCUTS_COOKIE, shortcuts)
    return response
