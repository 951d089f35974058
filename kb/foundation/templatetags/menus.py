"""Choices of long menus: ``{% load menus %}``."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import quote_plus

from django import template

from kb.foundation.printing import filled, joined, printed

register = template.Library()


class ShownOption(Protocol):
    """One choice of a filter: an address."""

    label: str
    url: str
    is_on: bool
    count: int | None


class OpenChoices(NamedTuple):
    """Choices none of which is on: their values with labels, and what stands before the value in each address."""

    start: str
    choices: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.choices)


_START = "beginning-of-each-address"


@register.simple_tag
def filter_options(options: Iterable[ShownOption] | OpenChoices) -> str:
    """The choices of a filter's menu, printed at once: pages have hundreds of them."""
    if isinstance(options, OpenChoices):
        return filled(_open_choices(options.choices), {_START: options.start})
    return joined(
        printed(
            '<a class="menu__item" href="{}"{}><span>{}</span>{}</a>',
            option.url,
            _CURRENT if option.is_on else "",
            option.label,
            _tally(option.count),
        )
        for option in options
    )


@lru_cache(maxsize=100)
def _open_choices(choices: tuple[tuple[str, str], ...]) -> str:
    return joined(
        printed(
            '<a class="menu__item" href="{}{}"><span>{}</span></a>',
            _START,
            quote_plus(value),
            label,
        )
        for value, label in choices
    )


_CURRENT = printed(' aria-current="{}"', "true")


def _tally(count: int | None) -> str:
    return "" if count is None else printed('<span class="tally">{}</span>', count)
