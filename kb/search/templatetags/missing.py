"""Tags of ``{% load missing %}``: what searches missed, and the report of a page that found nothing."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context

from kb.foundation.addresses import address_of
from kb.foundation.printing import printed
from kb.search import misses
from kb.search.engine import Answer
from kb.search.forms import Asked
from people.models import Department

register = template.Library()


@register.simple_tag(takes_context=True)
def miss_ticket(context: Context, asked: Asked, answer: Answer) -> str:
    """What static/js/search-miss.js reports about this page of results; nothing without a ticket."""
    ticket = misses.ticket_for(asked, answer)
    if ticket is None:
        return "\n"
    return printed(
        '<form hidden method="post" action="{}" data-miss data-once="{}">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="ticket" value="{}"></form>\n',
        address_of("miss_record"),
        ticket.once,
        str(context["csrf_token"]),
        ticket.value,
    )


@register.inclusion_tag("search/_missed_words.html")
def missed_words(department: Department | None, but: Iterable[Any] = ()) -> dict[str, Any]:
    """The block みつからなかったことば of a department, or of none; nothing when nothing was missed."""
    return {"missed": misses.missed_words(department, but=but), "department": department}
