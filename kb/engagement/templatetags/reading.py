"""「読みました」 on any record's page: ``{% load reading %}{% reading_box record %}``."""

from typing import Any

from django import template
from django.template import Context

from kb.engagement.readings import reading_state
from kb.engagement.records import label_of

register = template.Library()


@register.simple_tag(takes_context=True)
def reading_of(context: Context, record: Any, wanted: bool = False) -> dict[str, Any]:
    """What ``engagement/_reading_box.html`` and ``_reading_foot.html`` show, worked out once.

    ``wanted`` offers the button to everybody, for records that ask for it themselves.
    """
    state = reading_state(record, context["user"])
    return {
        "record": record,
        "label": label_of(record),
        "state": state,
        "may_confirm": state.is_waiting_for_me or (wanted and state.own is None),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("engagement/_reading_box.html", takes_context=True)
def reading_box(context: Context, record: Any) -> dict[str, Any]:
    """The button for whoever was asked, and how far the record is read."""
    return reading_of(context, record)
