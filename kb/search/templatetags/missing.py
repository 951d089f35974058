"""Tags of ``{% load missing %}``: what searches missed, and the report of a page that found nothing."""

from collections.abc import Iterable
from typing import Any

from django import template

from kb.search import misses
from kb.search.engine import Answer
from kb.search.forms import Asked
from people.models import Department

register = template.Library()


@register.inclusion_tag("search/_miss_ticket.html")
def miss_ticket(asked: Asked, answer: Answer) -> dict[str, Any]:
    """What the page's script reports; nothing when there is nothing to report."""
    return {"ticket": misses.ticket_for(asked, answer)}


@register.inclusion_tag("search/_missed_words.html")
def missed_words(department: Department | None, but: Iterable[Any] = ()) -> dict[str, Any]:
    """The block みつからなかったことば of a department, or of none; nothing when nothing was missed."""
    return {"missed": misses.missed_words(department, but=but), "department": department}
