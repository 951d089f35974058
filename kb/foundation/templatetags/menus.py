"""Tabs, filters and the choices of long menus, printed at once: ``{% load menus %}``."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import quote_plus

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb.foundation.printing import filled, joined, printed
from kb.foundation.templatetags.display import icon

register = template.Library()


class ShownTab(Protocol):
    """One view of a thing with its own address; ``count`` may be None."""

    label: str
    url: str
    is_current: bool
    count: int | str | None


class ShownChip(Protocol):
    """A chosen filter and the address without it."""

    label: str
    url: str


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


class ShownMenu(Protocol):
    """One filter with its choices."""

    label: str
    options: Iterable[ShownOption] | OpenChoices


_START = "beginning-of-each-address"
_PAGE, _ON = printed(' aria-current="{}"', "page"), printed(' aria-current="{}"', "true")


@register.simple_tag
def tab_links(tabs: Iterable[ShownTab]) -> str:
    """Tabs as links, with the number of what each shows."""
    return joined(
        printed(
            '<a href="{}"{}>{}{}</a>',
            tab.url,
            _PAGE if tab.is_current else "",
            tab.label,
            "" if tab.count is None else printed(" <small>{}</small>", tab.count),
        )
        for tab in tabs
    )


@register.simple_tag
def filter_group(
    chosen: Iterable[ShownChip] | None,
    menus: Iterable[ShownMenu],
    clear_url: str = "",
    label: str = "",
) -> str:
    """Chosen filters as chips to take off, then a native menu for each filter; every choice is an address."""
    chips = list(chosen or ())
    words = _words(get_language())
    clear = '<a class="btn btn--text btn--s" href="{}">{}</a>'
    return printed(
        '<div class="chips filters" role="group" aria-label="{}">{}{}{}</div>',
        label or words.group,
        joined(printed(words.chip, chip.url, chip.label) for chip in chips),
        joined(printed(words.menu, menu.label, _options(menu, words)) for menu in menus),
        printed(clear, clear_url, words.clear) if chips and clear_url else "",
    )


class _Words(NamedTuple):
    """Words and patterns in one language."""

    group: str
    clear: str
    nothing: str
    chip: str
    menu: str


@lru_cache(maxsize=10)
def _words(_language: str | None) -> _Words:
    off = printed('{}<span class="vh">{}</span>', icon("x", size="s"), _("を外す"))
    return _Words(
        group=_("絞り込み"),
        clear=_("すべて外す"),
        nothing=printed('<p class="menu__head">{}</p>', _("選べるものがありません。")),
        chip=f'<a class="chip chip--on" href="{{}}">{{}}{off}</a>',
        menu='<details class="menu" data-menu><summary class="chip">{}'
        f'{icon("down", size="s")}</summary><div class="menu__list">{{}}</div></details>\n',
    )


def _options(menu: ShownMenu, words: _Words) -> str:
    """The choices of a filter; pages have hundreds of them."""
    options = menu.options
    if not options:
        return words.nothing
    if isinstance(options, OpenChoices):
        return filled(_open_choices(options.choices), {_START: options.start})
    return joined(
        printed(
            '<a class="menu__item" href="{}"{}><span>{}</span>{}</a>',
            option.url,
            _ON if option.is_on else "",
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


def _tally(count: int | None) -> str:
    return "" if count is None else printed('<span class="tally">{}</span>', count)
