"""``{% load paging %}``: the numbers of pages, printed by one function because each is an address."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.utils.translation import gettext as _

from kb.foundation.printing import joined, printed
from kb.foundation.queries import qs_start

register = template.Library()


@register.simple_tag
def page_links(page: Page[Any], params: QueryDict | Mapping[str, Any]) -> str:
    """前へ, the numbers around this page with dots for what is left out, and 次へ."""
    return joined(_links(page, qs_start(params, "page")))


def _links(page: Page[Any], start: str) -> Iterator[str]:
    if page.has_previous():
        before = page.previous_page_number()
        yield printed('<a href="{}{}" rel="prev">{}</a>', start, before, _("前へ"))
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        if isinstance(number, int):
            current = _CURRENT if number == page.number else ""
            yield printed('<a href="{}{}"{}>{}</a>', start, number, current, number)
        else:
            yield printed('<span class="pages__gap">{}</span>', number)
    if page.has_next():
        after = page.next_page_number()
        yield printed('<a href="{}{}" rel="next">{}</a>', start, after, _("次へ"))


_CURRENT = printed(' aria-current="{}"', "page")
