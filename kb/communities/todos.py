"""ToDos that are born in a community."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from kb.communities.models import Community
from kb.communities.services import moved
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.todos.models import ActionItem
from people.models import Person


@transaction.atomic
def add_todo(
    community: Community,
    text: str,
    *,
    by: Person,
    person: Person | None = None,
    due_on: dt.date | None = None,
) -> ActionItem:
    """The new thing to do; whoever shall do it hears of it."""
    item = ActionItem(
        text=" ".join(text.split()), person=person, due_on=due_on, origin=community, created_by=by
    )
    item.save()
    moved(community)
    notify(
        [person],
        Notification.Kind.TASK,
        lambda: (
            _("%(name)sさんから、ToDo「%(text)s」が届きました。")
            % {"name": by.name, "text": item.text[:TITLE_MAX_CHARACTERS]}
        ),
        url=f"{community.get_absolute_url()}#todos",
        by=by,
    )
    return item
