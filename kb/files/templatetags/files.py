"""How files are shown."""

from pathlib import PurePath

from django import template

register = template.Library()


@register.filter
def extension(name: str) -> str:
    """「PDF」, 「DOCX」: the ending of a file's name, as people call its kind."""
    return PurePath(name).suffix.lstrip(".").upper()[:8]
