"""How this browser shows the product: theme and keyboard shortcuts, kept in cookies."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
SHORTCUTS_COOKIE = "shortcuts"
ONE_YEAR_S = 60 * 60 * 24 * 365


def theme_of(request: HttpRequest) -> str:
    """The theme this browser chose; ``auto`` follows the device."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def shortcuts_of(request: HttpRequest) -> bool:
    """Whether single-key shortcuts are on; they are unless turned off."""
    return request.COOKIES.get(SHORTCUTS_COOKIE) != "off"


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a preference in the browser for a year."""
    response.set_cookie(
        name, value, max_age=ONE_YEAR_S, samesite="Lax", httponly=True, secure=settings.HTTPS
    )
