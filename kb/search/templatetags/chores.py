"""Tag of ``{% load chores %}``: whom to ask, where the words are the name of a chore."""

from typing import Any

from django import template

from people.models import Responsibility
from people.querysets import attach_departments

register = template.Library()

SHOWN_MAX = 3


@register.inclusion_tag("search/_chore_answer.html")
def chore_answer(words: str) -> dict[str, Any]:
    """The chores that are called exactly so, with their department and people; or nothing."""
    chores = Responsibility.objects.called(words)[:SHOWN_MAX]
    attach_departments(person for chore in chores for person in (chore.main, chore.sub))
    return {"chores": chores}
