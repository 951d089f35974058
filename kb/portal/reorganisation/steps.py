"""Steps of a reorganisation in time: tried, planned, carried out, cancelled, taken back."""

import dataclasses
import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kb.engagement.models import Notification
from kb.engagement.notifying import notify
from kb.foundation.bin import write_down
from kb.foundation.ledger import take_back
from kb.meetings.models import Decision
from kb.portal.reorganisation.carrying import Carried, Refused, carry
from kb.portal.reorganisation.moving import Effect
from kb.search import outbox
from people.models import DepartmentChange, Person

logger = logging.getLogger(__name__)
State = DepartmentChange.State


class NotThatState(Exception):
    """Somebody has carried out, cancelled or taken back the step meanwhile."""


def tried(change: DepartmentChange) -> list[Effect]:
    """What the step would change, exactly: it is carried out and rolled back. Raises Refused."""
    successor = change.successor
    try:
        with transaction.atomic():
            carried = carry(change)
            transaction.set_rollback(True)
    finally:
        change.successor = successor
        for department in (change.department, successor):
            if department is not None:
                department.refresh_from_db()
    return carried.effects


@transaction.atomic
def begin(change: DepartmentChange, *, by: Person) -> DepartmentChange:
    """Carries the step out if its day has come, else keeps it for that day. Raises Refused."""
    change.planned_by = by
    if change.effective_on <= timezone.localdate():
        return _carry_out(change, by=by)
    tried(change)
    change.state = State.PLANNED
    change.save()
    write_down(change, "plan", by=by)
    return change


def _carry_out(change: DepartmentChange, *, by: Person | None) -> DepartmentChange:
    # What is kept is read by others: in the company's language, not in that of who acts.
    with translation.override(settings.LANGUAGE_CODE):
        carried = carry(change)
    change.words = carried.words[:300]
    change.ledger = carried.ledger.entries
    change.plan["effects"] = [dataclasses.astuple(effect) for effect in carried.effects]
    change.state, change.done_at, change.message = State.DONE, timezone.now(), ""
    change.save()
    write_down(change, "done", by=by)
    _tell(change, carried, by=by)
    return change


def _tell(change: DepartmentChange, carried: Carried, *, by: Person | None) -> None:
    now_there = change.successor or change.department
    notify(
        carried.people,
        Notification.Kind.CHANGE,
        lambda: carried.words,
        url=now_there.get_absolute_url() if now_there else "",
        by=by,
    )


def carry_out_due() -> int:
    """Carries out the planned steps whose day has come; gives how many were.

    One that no longer fits is marked with the reason, and who planned it is told.
    """
    due = DepartmentChange.objects.waiting().filter(effective_on__lte=timezone.localdate())
    return sum(_carry_out_due(pk) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _carry_out_due(pk: int) -> bool:
    change = DepartmentChange.objects.select_for_update().get(pk=pk)
    if change.state != State.PLANNED:
        return False
    try:
        with transaction.atomic():
            _carry_out(change, by=change.planned_by)
    except Refused as refused:
        logger.warning("Change %s of departments could not be carried out: %s", pk, refused)
        _give_up(DepartmentChange.objects.get(pk=pk), str(refused))
        return False
    return True


def _give_up(change: DepartmentChange, reason: str) -> None:
    change.state, change.message = State.FAILED, reason[:300]
    change.save(update_fields=["state", "message"])
    notify(
        [change.planned_by],
        Notification.Kind.CHANGE,
        lambda: (
            _("予定していた部署の変更ができませんでした：%(reason)s") % {"reason": change.message}
        ),
        url=change.get_absolute_url(),
    )


@transaction.atomic
def cancel(change: DepartmentChange, *, by: Person) -> DepartmentChange:
    """The planned step, which will not be carried out. Raises NotThatState."""
    change = _locked(change, State.PLANNED)
    change.state = State.CANCELLED
    change.save(update_fields=["state"])
    write_down(change, "cancel", by=by)
    return change


@transaction.atomic
def undo(change: DepartmentChange, *, by: Person) -> list[str]:
    """Takes back what the step changed; gives what had to stay as it is by now.

    Raises NotThatState.
    """
    change = _locked(change, State.DONE)
    change.state = State.UNDONE
    if change.kind in (DepartmentChange.Kind.OPEN, DepartmentChange.Kind.SPLIT):
        # Else the step itself would hold the department that it made.
        change.successor = None
    change.save(update_fields=["state", "successor"])
    stayed = take_back(change.ledger)
    # The rows between decisions and departments have no document of their own to be marked.
    if change.department is not None:
        outbox.mark_changed(Decision.objects.valid().filter(departments=change.department))
    write_down(change, "undo", by=by)
    return stayed


def _locked(change: DepartmentChange, state: DepartmentChange.State) -> DepartmentChange:
    locked: DepartmentChange = DepartmentChange.objects.select_for_update().get(pk=change.pk)
    if locked.state != state:
        raise NotThatState
    return locked
