"""Addresses of pages, remembered: a page names hundreds, and each is worked out more slowly than printed."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse

_REMEMBERED = 20_000


def address_of(name: str, *parts: str | int) -> str:
    """The address of a view, like ``django.urls.reverse``. Raises NoReverseMatch."""
    return _address(name, parts, get_script_prefix(), settings.ROOT_URLCONF)


@lru_cache(maxsize=_REMEMBERED)
def _address(name: str, parts: tuple[Any, ...], _prefix: str, _urlconf: str) -> str:
    return reverse(name, args=parts)
