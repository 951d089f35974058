"""Preferences of the browser, which change by POST and lead back to where one was; its icon."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.views.decorators.http import require_POST, require_safe

from kb.foundation.back import back
from kb.foundation.preferences import SHORTCUTS_COOKIE, THEME_COOKIE, THEMES, remember


@require_POST
def display_preferences(request: HttpRequest) -> HttpResponse:
    """Set theme or shortcuts; anything but the known values is ignored."""
    response = back(request)
    theme = request.POST.get("theme")
    if theme in THEMES:
        remember(response, THEME_COOKIE, theme)
    shortcuts = request.POST.get("shortcuts")
    if shortcuts in ("on", "off"):
        remember(response, SHORTCUTS_COOKIE, shortcuts)
    return response


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, where browsers look for it beside a file, a picture or plain text.

    A page that says "not found" would bring a form token with it and, asked for in the background,
    take away the one of the page that is just being opened.
    """
    answer = HttpResponseRedirect(static("favicon.svg"))
    answer["Cache-Control"] = "public, max-age=86400"
    return answer
