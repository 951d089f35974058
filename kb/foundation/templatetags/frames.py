"""``{% load frames %}``: the parts of the frame that stand on every page, printed once and remembered.

They depend on little: the language, the place, who reads. Only the form's token and the way back differ from
page to page, and are put in where marks stand for them.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from kb.foundation.context import FollowedItem, Frame, NavItem
from kb.foundation.printing import filled, joined, printed
from kb.foundation.templatetags.display import avatar, icon

register = template.Library()

_TOKEN, _BACK = "token-of-this-page", "way-back-to-this-page"
_MINUTE_S = 60


@register.simple_tag(takes_context=True)
def side_navigation(context: Context) -> str:
    """The navigation beside the page; nothing for who is not signed in."""
    if not context["user"].is_authenticated:
        return ""
    frame: Frame = context["frame"]
    return _side_navigation(tuple(frame.nav), tuple(frame.followed), get_language())


@lru_cache(maxsize=1000)
def _side_navigation(
    nav: tuple[NavItem, ...], followed: tuple[FollowedItem, ...], _language: str | None
) -> str:
    return render_to_string("components/_sidenav.html", {"nav": nav, "followed": followed})


@register.simple_tag(takes_context=True)
def bottom_navigation(context: Context) -> str:
    """The navigation of phones; nothing for who is not signed in."""
    if not context["user"].is_authenticated:
        return ""
    return _bottom_navigation(tuple(context["frame"].bottom), get_language())


@lru_cache(maxsize=5000)
def _bottom_navigation(bottom: tuple[NavItem, ...], _language: str | None) -> str:
    return render_to_string("components/_bottombar.html", {"bottom": bottom})


@register.simple_tag
def nav_links(items: Sequence[NavItem]) -> str:
    """The entries of the side navigation as ``<li>``."""
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
def topbar_end(context: Context) -> str:
    """What stands at the end of the top bar, with the menu of the signed-in person."""
    request: Any = context["request"]
    user: Any = context["user"]
    reader = _Reader(user.pk, user.name, user.is_staff, avatar(user, size="s"))
    html = _topbar_end(
        reader,
        context["frame"].unread,
        context["chosen_theme"],
        context["shortcuts_on"],
        get_language(),
    )
    return filled(html, {_TOKEN: str(context["csrf_token"]), _BACK: request.get_full_path()})


class _Reader(NamedTuple):
    pk: int
    name: str
    is_staff: bool
    picture: str


@lru_cache(maxsize=2000)
def _topbar_end(
    reader: _Reader, unread: int, chosen_theme: str, shortcuts_on: bool, _language: str | None
) -> str:
    shown = {
        **reader._asdict(),
        "unread": unread,
        "chosen_theme": chosen_theme,
        "shortcuts_on": shortcuts_on,
        "csrf_token": _TOKEN,
        "back": _BACK,
    }
    return render_to_string("components/_topbar_end.html", shown)


@register.simple_tag(takes_context=True)
def address_and_time(context: Context) -> str:
    """Where the page stands and when it was printed, for paper."""
    request: Any = context["request"]
    address = f"{request.scheme}://{request.get_host()}{request.path}"
    return printed("{}・{}", address, _clock(int(time.time()) // _MINUTE_S))


@lru_cache(maxsize=4)
def _clock(minute: int) -> str:
    """2026/11/20 14:05, as it is here."""
    at = timezone.localtime(datetime.fromtimestamp(minute * _MINUTE_S, UTC))
    return f"{at.year}/{at.month}/{at.day} {at:%H:%M}"
