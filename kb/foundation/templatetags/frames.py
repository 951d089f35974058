"""``{% load frames %}``: the parts of the frame that stand on every page, printed once and remembered.

They depend on little: the language, the place, who reads. Only the form's token and the way back differ from
page to page, and are put in where marks stand for them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.translation import get_language

from kb.foundation.context import NavItem
from kb.foundation.printing import filled, joined, printed
from kb.foundation.templatetags.display import avatar, icon

register = template.Library()

_TOKEN, _BACK = "token-of-this-page", "way-back-to-this-page"


@register.simple_tag
def nav_links(items: Sequence[NavItem]) -> str:
    """The entries of the side navigation as ``<li>``."""
    return _nav_links(tuple(items))


@lru_cache(maxsize=500)
def _nav_links(items: tuple[NavItem, ...]) -> str:
    return joined(
        printed(
            '<li><a href="{}"{}>{}{}{}</a></li>',
            item.url,
            _CURRENT if item.is_current else "",
            icon(item.icon),
            item.label,
            printed('<span class="tally">{}</span>', item.tally) if item.tally else "",
        )
        for item in items
    )


@register.simple_tag
def bottom_links(items: Sequence[NavItem]) -> str:
    """The entries of the navigation of phones; 書く stands out."""
    return _bottom_links(tuple(items))


@lru_cache(maxsize=5000)
def _bottom_links(items: tuple[NavItem, ...]) -> str:
    return joined(_bottom_link(item) for item in items)


def _bottom_link(item: NavItem) -> str:
    is_main = item.icon == "plus"
    shown = icon(item.icon)
    return printed(
        '<a{} href="{}"{}>{}{}</a>',
        printed(' class="{}"', "bottombar__new") if is_main else "",
        item.url,
        _CURRENT if item.is_current else "",
        printed("<i>{}</i>", shown) if is_main else shown,
        item.label,
    )


_CURRENT = printed(' aria-current="{}"', "page")


@register.simple_tag(takes_context=True)
def account_menu(context: Context) -> str:
    """The menu of the signed-in person."""
    request: Any = context["request"]
    user: Any = context["user"]
    html = _account_menu(
        user.pk,
        user.name,
        user.is_staff,
        avatar(user, size="s"),
        context["chosen_theme"],
        context["shortcuts_on"],
        get_language(),
    )
    return filled(html, {_TOKEN: str(context["csrf_token"]), _BACK: request.get_full_path()})


@lru_cache(maxsize=2000)
def _account_menu(  # noqa: PLR0917 (what the menu depends on)
    pk: int,
    name: str,
    is_staff: bool,
    picture: str,
    chosen_theme: str,
    shortcuts_on: bool,
    _language: str | None,
) -> str:
    shown = {
        "pk": pk,
        "name": name,
        "is_staff": is_staff,
        "picture": picture,
        "chosen_theme": chosen_theme,
        "shortcuts_on": shortcuts_on,
        "csrf_token": _TOKEN,
        "back": _BACK,
    }
    return render_to_string("components/_account_menu.html", shown)
