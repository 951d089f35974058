"""What just happened, told as a toast on the next page, with the way to take it back."""

from django.contrib import messages
from django.http import HttpRequest

UNDO_PREFIX = "undo:"


def tell(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Show ``text`` on the next page; with ``undo_url`` the toast has a button that POSTs there."""
    messages.success(request, text, extra_tags=f"{UNDO_PREFIX}{undo_url}" if undo_url else "")


def warn(request: HttpRequest, text: str) -> None:
    """Show ``text`` on the next page as something that needs attention; it does not fade."""
    messages.warning(request, text)


def undo_address(extra_tags: str) -> str:
    """The address in the tags of a message, or an empty string."""
    return extra_tags.removeprefix(UNDO_PREFIX) if extra_tags.startswith(UNDO_PREFIX) else ""
