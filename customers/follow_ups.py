"""The next action that the text of a touch names."""

import datetime as dt

from customers.services import NextAction
from kb.engagement.mentions import people_named
from kb.text.follow_ups import find_follow_up
from people.models import Person

ACTION_MAX_CHARACTERS = 300


def follow_up_in(text: str, *, today: dt.date) -> NextAction | None:
    """What the text says comes next; a name that nobody or more than one bears stays in the words."""
    found = find_follow_up(text, today=today)
    if found is None:
        return None
    person = _colleague(found.name) if found.name else None
    words = found.text if person or not found.name else f"{found.text} @{found.name}"
    return NextAction(words[:ACTION_MAX_CHARACTERS], person=person, due_on=found.due_on)


def _colleague(name: str) -> Person | None:
    bare = name.removesuffix("さん")
    person: Person | None = people_named([bare]).get(bare)
    if person is not None:
        return person
    spaced = (f"{bare} ", f"{bare}\u3000")
    same = [
        p
        for p in Person.objects.visible().filter(name__startswith=bare)[:20]
        if p.name.startswith(spaced)
    ]
    return same[0] if len(same) == 1 else None
