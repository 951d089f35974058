"""Addresses of pages, remembered: a page names hundreds, and each is worked out more slowly than printed."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse

_REMEMBERED = 20_000
# Stands in an address where a number goes; no address has it otherwise.
_ANY_NUMBER = 918273645546372819


def address_of(name: str, *parts: str | int) -> str:
    """The address of a view, like ``django.urls.reverse``. Raises NoReverseMatch."""
    prefix, urlconf = get_script_prefix(), settings.ROOT_URLCONF
    if len(parts) == 1 and parts[0].__class__ is int and parts[0] >= 0:  # type: ignore[operator]
        around = _around_number(name, prefix, urlconf)
        if around is not None:
            return f"{around[0]}{parts[0]}{around[1]}"
    return _address(name, parts, prefix, urlconf)


@lru_cache(maxsize=1000)
def _around_number(name: str, _prefix: str, _urlconf: str) -> tuple[str, str] | None:
    """What stands before and after the number in the addresses of a view; None where no long number may stand."""
    try:
        address = reverse(name, args=[_ANY_NUMBER])
    except NoReverseMatch:
        return None
    before, _number, after = address.partition(str(_ANY_NUMBER))
    return before, after


@lru_cache(maxsize=_REMEMBERED)
def _address(name: str, parts: tuple[Any, ...], _prefix: str, _urlconf: str) -> str:
    return reverse(name, args=parts)
