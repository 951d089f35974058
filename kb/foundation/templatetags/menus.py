"""Choices of long menus: ``{% load menus %}``."""

from collections.abc import Iterable
from typing import Protocol

from django import template

from kb.foundation.printing import joined, printed

register = template.Library()


class ShownOption(Protocol):
    """One choice of a filter: an address."""

    label: str
    url: str
    is_on: bool
    count: int | None


@register.simple_tag
def filter_options(options: Iterable[ShownOption]) -> str:
    """The choices of a filter's menu, printed at once: pages have hundreds of them."""
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


_CURRENT = printed(' aria-current="{}"', "true")


def _tally(count: int | None) -> str:
    return "" if count is None else printed('<span class="tally">{}</span>', count)
