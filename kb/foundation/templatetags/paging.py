"""``{% load paging %}``: the numbers of pages, printed by one function because each is an address."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb.foundation.printing import filled, joined, printed
from kb.foundation.queries import Links, qs_start

register = template.Library()

_START = "beginning-of-each-address"


@register.simple_tag
def page_links(page: Page[Any], params: QueryDict | Mapping[str, Any] | Links) -> str:
    """前へ, the numbers around this page with dots for what is left out, and 次へ."""
    html = _page_links(page.number, page.paginator.num_pages, get_language())
    start = params.start("page") if isinstance(params, Links) else qs_start(params, "page")
    return filled(html, {_START: start})


@lru_cache(maxsize=500)
def _page_links(number: int, last: int, _language: str | None) -> str:
    return joined(_links(Page((), number, Paginator(range(last), per_page=1))))


def _links(page: Page[Any]) -> Iterator[str]:
    if page.has_previous():
        before = page.previous_page_number()
        yield printed('<a href="{}{}" rel="prev">{}</a>', _START, before, _("前へ"))
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        if isinstance(number, int):
            current = _CURRENT if number == page.number else ""
            yield printed('<a href="{}{}"{}>{}</a>', _START, number, current, number)
        else:
            yield printed('<span class="pages__gap">{}</span>', number)
    if page.has_next():
        after = page.next_page_number()
        yield printed('<a href="{}{}" rel="next">{}</a>', _START, after, _("次へ"))


_CURRENT = printed(' aria-current="{}"', "page")
