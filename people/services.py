"""Writes of people and departments: profile, moving, leaving, coming back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from kb.foundation.ledger import Ledger
from kb.foundation.models import AuditEntry
from kb.topics.models import Topic
from people.models import AskMe, Department, Membership, Person, Responsibility
from people.stances import TopicStance


class AlreadyLeft(Exception):
    """The person has left the company before."""


class StillHere(Exception):
    """The person has not left the company."""


@dataclass(frozen=True)
class Offer:
    """「聞いてください」: a topic and the words that say when to come."""

    topic: Topic
    note: str = ""


@transaction.atomic
def save_profile(person: Person, offers: Sequence[Offer]) -> Person:
    """Saves the changed fields of the person and makes these the topics to be asked about."""
    _replace_offers(person, offers)
    return save_words(person, says_today=True)


@transaction.atomic
def save_words(person: Person, *, says_today: bool = False) -> Person:
    """Saves what the person changed on the own page; ``says_today`` when it has today's state.

    「いまやっていること」 and 「今日の居場所」 are dated when their words change, so that they can fade.
    """
    before = Person.objects.get(pk=person.pk)
    now = timezone.now()
    if person.now_doing != before.now_doing:
        person.now_doing_at = now if person.now_doing else None
    if says_today:
        is_said = bool(person.today_state or person.today_note)
        person.today_on = timezone.localdate() if is_said else None
    person.updated_at = now
    person.save()
    return person


def _replace_offers(person: Person, offers: Sequence[Offer]) -> None:
    person.ask_me.exclude(topic__in=[offer.topic for offer in offers]).delete()
    for offer in offers:
        AskMe.objects.update_or_create(
            person=person, topic=offer.topic, defaults={"note": offer.note}
        )


@transaction.atomic
def set_aside(topic: Topic, *, by: Person, to: Person | None = None) -> TopicStance:
    """The person is no longer proposed for the topic; ``to``, where given, is asked instead."""
    kind = TopicStance.Kind.HIDDEN if to is None else TopicStance.Kind.HANDED_OVER
    stance, _made = TopicStance.objects.update_or_create(
        person=by, topic=topic, defaults={"kind": kind, "to": to}
    )
    return stance


def take_up_again(topic: Topic, *, by: Person) -> None:
    """The person may be proposed for the topic again."""
    TopicStance.objects.filter(person=by, topic=topic).delete()


@transaction.atomic
def move(
    person: Person,
    department: Department,
    *,
    on: dt.date | None,
    title: str = "",
    ledger: Ledger | None = None,
) -> bool:
    """Makes the department the person's main post from that day; tells whether anything changed.

    The post held before ends the day before. ``on`` None means: since when is not known.
    """
    ledger = ledger or Ledger()
    current = person.memberships.filter(is_primary=True, ended_on__isnull=True).first()
    if current and current.department_id == department.pk:
        return ledger.change(current, title=title)
    if current:
        last_day = (on or timezone.localdate()) - dt.timedelta(days=1)
        ledger.change(current, ended_on=_last_day(current, last_day))
    post = Membership.objects.create(
        person=person, department=department, started_on=on, title=title
    )
    ledger.made(post)
    return True


def _last_day(membership: Membership, day: dt.date) -> dt.date:
    started = membership.started_on
    return max(day, started) if started else day


def _end(membership: Membership, last_day: dt.date) -> None:
    membership.ended_on = _last_day(membership, last_day)
    membership.save(update_fields=["ended_on"])


@transaction.atomic
def leave(person: Person, *, by: Person, on: dt.date | None = None) -> Person:
    """Ends the person's sign-in, tokens and posts at once; name and texts stay.

    A chore goes to its 副担当; where there is none it waits for a new person. Raises AlreadyLeft.
    """
    if not person.is_active:
        raise AlreadyLeft
    last_day = on or timezone.localdate()
    for membership in person.memberships.filter(ended_on__isnull=True):
        _end(membership, last_day)
    _hand_over_chores(person)
    person.headed_departments.update(head=None)
    person.is_active = False
    person.is_staff = person.is_superuser = person.is_open_to_questions = False
    person.left_on = last_day
    person.updated_at = timezone.now()
    person.set_unusable_password()
    person.save()
    end_sign_in(person)
    _record("person.leave", person, by)
    return person


def _hand_over_chores(person: Person) -> None:
    """One save per chore, so that the search hears of it."""
    for chore in Responsibility.objects.filter(main=person):
        chore.main, chore.sub = chore.sub, None
        chore.save(update_fields=["main", "sub"])
    for chore in Responsibility.objects.filter(sub=person):
        chore.sub = None
        chore.save(update_fields=["sub"])


def end_sign_in(person: Person) -> None:
    """Ends every open sign-in of the person in browsers, and every token of programs."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()
    # The tokens' table belongs to an app above this one; its rows hang on the person.
    tokens: Any = getattr(person, "api_tokens", None)
    if tokens is not None:
        tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


@transaction.atomic
def come_back(person: Person, *, by: Person) -> Person:
    """Lets a leaver work here again; department and password are set anew. Raises StillHere."""
    if person.is_active:
        raise StillHere
    person.is_active = True
    person.left_on = None
    person.updated_at = timezone.now()
    person.save()
    _record("person.come_back", person, by)
    return person


def _record(action: str, person: Person, by: Person) -> None:
    AuditEntry.objects.create(person=by, action=action, target=f"people.person.{person.pk}")
