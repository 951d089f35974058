"""What the frame around every page shows: navigation, theme, unread notices, followed things.

The numbers come from apps above this one, so settings name the functions (``FRAME_SOURCES``).
They are called only when a page with the frame is rendered, once per page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb.foundation.addresses import address_of
from kb.foundation.preferences import shortcuts_of, theme_of


@dataclass(frozen=True)
class NavItem:
    """An entry of the navigation; ``tally`` is a quiet number, 0 shows none."""

    label: str
    url: str
    icon: str
    is_current: bool
    tally: int = 0


@dataclass(frozen=True)
class FollowedItem:
    """Something the person follows; ``news`` counts what is new since the last visit."""

    label: str
    url: str
    icon: str
    news: int = 0


@dataclass(frozen=True)
class Frame:
    """What base.html shows besides the page itself; ``bottom`` is the navigation of phones."""

    nav: Sequence[NavItem]
    bottom: Sequence[NavItem]
    unread: int
    followed: Sequence[FollowedItem]


# Address name, icon, and the beginnings of the address names that belong to the entry.
_PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("home", "home", ("home",)),
    ("person_list", "people", ("person_", "department_", "responsibility_")),
    ("topic_list", "topic", ("topic_", "knowledge_")),
    ("meeting_list", "meeting", ("meeting_", "decision_", "series_", "todo_")),
    ("customer_list", "customer", ("customer_", "touch_", "voice_", "contact_", "daily_", "deal_")),
    ("community_list", "community", ("community_",)),
    ("book_list", "book", ("book_",)),
)


@lru_cache(maxsize=500)
def _items(
    here: str, tallies: tuple[tuple[str, int], ...], *_state: str | None
) -> tuple[NavItem, ...]:
    """The entries for the page of this name; they depend on language and addresses, too."""
    numbers, labels = dict(tallies), _labels()
    return tuple(
        NavItem(
            label=labels[name],
            url=address_of(name),
            icon=icon,
            is_current=here.startswith(beginnings),
            tally=numbers.get(name, 0),
        )
        for name, icon, beginnings in _PLACES
    )


def _labels() -> dict[str, str]:
    return {
        "home": _("ホーム"),
        "person_list": _("ひと・部署"),
        "topic_list": _("テーマ"),
        "meeting_list": _("会議・決まりごと"),
        "customer_list": _("お客さま"),
        "community_list": _("コミュニティ"),
        "book_list": _("本"),
    }


def _ask(source: str, request: HttpRequest, *, otherwise: Any) -> Any:
    path = settings.FRAME_SOURCES.get(source)
    return _source(path)(request.user) if path else otherwise


@lru_cache(maxsize=20)
def _source(path: str) -> Callable[[Any], Any]:
    answer: Callable[[Any], Any] = import_string(path)
    return answer


def _here(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


def _frame(request: HttpRequest) -> Frame:
    tallies: dict[str, int] = _ask("tallies", request, otherwise={})
    # Labels and addresses depend on these.
    state = get_language(), get_script_prefix(), settings.ROOT_URLCONF
    here, numbers = _here(request), tuple(tallies.items())
    me = address_of("person_detail", request.user.pk or 0)
    return Frame(
        nav=_items(here, numbers, *state),
        bottom=_bottom(here, numbers, me, request.path == me, *state),
        unread=_ask("unread", request, otherwise=0),
        followed=_ask("followed", request, otherwise=()),
    )


@lru_cache(maxsize=5000)
def _bottom(
    here: str, tallies: tuple[tuple[str, int], ...], me: str, is_mine: bool, *state: str | None
) -> tuple[NavItem, ...]:
    """The entries for phones; the page of the reader is one of them."""
    by_icon = {item.icon: item for item in _items(here, tallies, *state)}
    return (
        by_icon["home"],
        NavItem(_("さがす"), address_of("search"), "search", is_current=here == "search"),
        NavItem(_("書く"), address_of("write"), "plus", is_current=here == "write"),
        by_icon["customer"],
        NavItem(_("自分"), me, "people", is_current=is_mine),
    )


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``frame`` (lazy), ``chosen_theme`` (auto, light, dark), ``shortcuts_on``."""
    return {
        "frame": SimpleLazyObject(lambda: _frame(request)),
        "chosen_theme": theme_of(request),
        "shortcuts_on": shortcuts_of(request),
    }
