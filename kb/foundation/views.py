"""Preferences of the browser. They change by POST and lead back to where one was."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

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
