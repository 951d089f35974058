"""Tag of ``{% load chores %}``: whom to ask, where the words are the name of a chore."""

from django import template
from django.template.loader import render_to_string

from people.models import Responsibility
from people.querysets import attach_departments

register = template.Library()

SHOWN_MAX = 3


@register.simple_tag
def chore_answer(words: str) -> str:
    """The chores that are called exactly so, with their department and people; or nothing."""
    chores = Responsibility.objects.called(words)[:SHOWN_MAX]
    if not chores:
        return "\n"
    attach_departments(person for chore in chores for person in (chore.main, chore.sub))
    return render_to_string("search/_chore_answer.html", {"chores": chores})
