"""A colleague leaves: everything is handed on first, then every sign-in and token ends at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kb.engagement.models import Notification
from kb.engagement.notifying import notify
from kb.foundation.ledger import Ledger
from kb.foundation.models import AuditEntry
from kb.portal.belongings import Group, Heir, belongings_of
from people.models import Department, Person
from people.services import leave

HANDOVER = "person.handover"
_TITLE_MAX_CHARACTERS = 120


@dataclass(frozen=True)
class Handed:
    """One thing that was handed on, as the record of the day tells it."""

    kind: str
    title: str
    url: str


@dataclass(frozen=True)
class Plan:
    """Who takes what, by the key of the kind; kinds that are not named go to ``everything``."""

    everything: Heir
    heirs: Mapping[str, Heir]

    def heir_of(self, group: Group) -> Heir:
        """Who takes this group."""
        return self.heirs.get(group.kind.key, self.everything)


def last_department(person: Person) -> Department | None:
    """Where the person works, or worked last."""
    post = (
        person.memberships.select_related("department__head")
        .order_by(models.F("ended_on").desc(nulls_first=True), "-is_primary", "-pk")
        .first()
    )
    return post.department if post else None


def head_without(department: Department | None, person: Person) -> Person | None:
    """Who leads the department, or the one above it, when the person is gone."""
    seen: set[int] = set()
    while department is not None and department.pk not in seen:
        head = department.head
        if head is not None and head.is_active and head != person:
            return head
        seen.add(department.pk)
        department = department.parent
    return None


@transaction.atomic
def settle(person: Person, plan: Plan, *, by: Person, on: dt.date) -> int:
    """Hands everything on and lets the person leave; gives the number of things handed on.

    Doing it again hands on what has come up since, and ends what is still open; nothing twice.
    """
    # Two operators at the same moment: the second one finds nothing left to do.
    locked: Person = Person.objects.select_for_update().get(pk=person.pk)
    handed = _hand_on(locked, plan)
    if handed:
        _write_down(locked, handed, by=by)
        _tell(locked, handed, by=by)
    if locked.is_active:
        leave(locked, by=by, on=on)
    return sum(len(things) for things in handed.values())


def _hand_on(person: Person, plan: Plan) -> dict[Person | None, list[Handed]]:
    handed: dict[Person | None, list[Handed]] = defaultdict(list)
    ledger = Ledger()
    for group in belongings_of(person):
        heir = plan.heir_of(group)
        for row in group.rows:
            thing = Handed(str(group.kind.label), title_of(row), address_of(row))
            group.kind.hand(ledger, row, person, heir)
            handed[heir.person].append(thing)
    return dict(handed)


def title_of(row: models.Model) -> str:
    """What the row is called where things are listed; a stewardship by its topic."""
    topic = getattr(row, "topic", None)
    return str(topic if topic is not None else row)[:_TITLE_MAX_CHARACTERS]


def address_of(row: models.Model) -> str:
    """Where the row is read, or what it belongs to; empty without a page."""
    for owner in (row, getattr(row, "topic", None), getattr(row, "customer", None)):
        url = getattr(owner, "get_absolute_url", None)
        if url is not None:
            return str(url())
    return ""


def _write_down(
    person: Person, handed: Mapping[Person | None, Sequence[Handed]], *, by: Person
) -> None:
    AuditEntry.objects.create(
        person=by,
        action=HANDOVER,
        target=f"people.person.{person.pk}",
        detail={
            str(heir.pk if heir else ""): [[t.kind, t.title, t.url] for t in things]
            for heir, things in handed.items()
        },
    )


def _tell(person: Person, handed: Mapping[Person | None, Sequence[Handed]], *, by: Person) -> None:
    for heir, things in handed.items():
        count = len(things)
        notify(
            [heir],
            Notification.Kind.HANDOVER,
            lambda count=count: (  # type: ignore[misc]
                _("%(name)sさんの仕事を引き継ぎました（%(count)d件）。")
                % {"name": person.name, "count": count}
            ),
            url=reverse("person_handover", args=[person.pk]),
            by=by,
        )


def handed_to(heir: Person, *, giver: Person) -> list[Handed]:
    """What the person took over from somebody, as it was on that day; the latest first."""
    entries = AuditEntry.objects.filter(action=HANDOVER, target=f"people.person.{giver.pk}")
    return [
        Handed(*thing)
        for entry in entries.order_by("-at")
        for thing in entry.detail.get(str(heir.pk), ())
    ]
