"""Writes of action items: done, and not done after all."""

from django.db import transaction
from django.utils import timezone

from kb.todos.models import ActionItem
from people.models import Person


class NotYours(Exception):
    """Only who has to do it, or who wrote it down, says that it is done."""


@transaction.atomic
def finish(item: ActionItem, *, by: Person) -> ActionItem:
    """The item, done now. Raises NotYours."""
    _check_owner(item, by)
    item.state = ActionItem.State.DONE
    item.done_at = item.updated_at = timezone.now()
    item.save(update_fields=["state", "done_at", "updated_at"])
    return item


@transaction.atomic
def reopen(item: ActionItem, *, by: Person) -> ActionItem:
    """The item, to be done again. Raises NotYours."""
    _check_owner(item, by)
    item.state = ActionItem.State.OPEN
    item.done_at = None
    item.updated_at = timezone.now()
    item.save(update_fields=["state", "done_at", "updated_at"])
    return item


def _check_owner(item: ActionItem, by: Person) -> None:
    if by.pk not in (item.person_id, item.created_by_id):
        raise NotYours
