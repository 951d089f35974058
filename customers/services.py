"""Writes of customers, touches and voices."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact, Customer, Deal, Touch, Voice, VoiceTheme, VoiceThemeChange
from kb.foundation.bin import put_into_bin, take_out_of_bin
from kb.text.companies import company_key
from kb.todos.models import ActionItem
from kb.topics.services import set_topics
from people.models import Person


class TouchConflict(Exception):
    """Somebody saved the touch in the meantime; ``current`` is what stands there now."""

    def __init__(self, current: Touch) -> None:
        super().__init__(f"touch {current.pk} is at revision {current.revision}")
        self.current = current


class ReasonMissing(Exception):
    """A theme was declined without a reason."""


@dataclass(frozen=True)
class NextAction:
    """What follows from a touch."""

    text: str
    person: Person | None = None
    due_on: dt.date | None = None


@dataclass(frozen=True)
class TouchFields:
    """What a person says of a contact. ``happened_at`` None means now."""

    channel: str
    text: str
    happened_at: dt.datetime | None = None
    mood: str = ""
    deal: Deal | None = None
    contacts: Sequence[Contact] = ()
    colleagues: Sequence[Person] = ()
    topics: Sequence[str] = ()
    next_action: NextAction | None = None


@dataclass(frozen=True)
class ImportOrigin:
    """Where an imported touch comes from and who imported it."""

    source_path: str
    imported_by: Person | None = field(default=None)


@transaction.atomic
def create_customer(name: str, *, by: Person, yomi: str = "") -> Customer:
    """A new customer with the name alone, or the one that already bears it (㈱ = 株式会社)."""
    known: Customer | None = Customer.objects.visible().filter(name_key=company_key(name)).first()
    if known is not None:
        return known
    return Customer.objects.create(
        name=name.strip(), yomi=yomi.strip(), name_key=company_key(name), sales_owner=by
    )


@transaction.atomic
def record_touch(
    customer: Customer, fields: TouchFields, *, by: Person, origin: ImportOrigin | None = None
) -> Touch:
    """The saved touch with its people, topics and next action."""
    touch = Touch(customer=customer, author=by, happened_at=timezone.now())
    if origin is not None:
        touch.source_path, touch.imported_by = origin.source_path, origin.imported_by
    _apply(touch, fields)
    touch.save()
    _join(touch, fields)
    if fields.next_action is not None:
        _plan(touch, fields.next_action, by=by)
    return touch


@transaction.atomic
def change_touch(touch: Touch, fields: TouchFields, *, by: Person, base_revision: int) -> Touch:
    """The changed touch. Raises ``TouchConflict`` when it is no longer at ``base_revision``."""
    updated = Touch.objects.filter(pk=touch.pk, revision=base_revision).update(
        revision=F("revision") + 1
    )
    touch.refresh_from_db()
    if not updated:
        raise TouchConflict(touch)
    _apply(touch, fields)
    touch.updated_at = timezone.now()
    touch.save()
    _join(touch, fields)
    if fields.next_action is not None:
        _plan(touch, fields.next_action, by=by)
    return touch


@transaction.atomic
def delete_touch(touch: Touch, *, by: Person) -> Touch:
    """Puts the touch into the bin; its author hears of it."""
    way_back = reverse("binned_record", args=["touch", touch.pk])
    put_into_bin(touch, by=by, tell=[touch.author], way_back=way_back)
    return touch


@transaction.atomic
def restore_touch(touch: Touch, *, by: Person) -> Touch:
    """Takes the touch out of the bin."""
    take_out_of_bin(touch, by=by)
    return touch


@transaction.atomic
def mark_voice(
    touch: Touch, quote: str, kind: str, *, by: Person, theme: VoiceTheme | None = None
) -> Voice:
    """The sentence marked as a voice; the same sentence marked twice is one voice."""
    voice, _created = Voice.objects.update_or_create(
        touch=touch,
        quote=quote.strip(),
        defaults={"kind": kind, "theme": theme, "marked_by": by},
    )
    return voice


@transaction.atomic
def change_theme_status(
    theme: VoiceTheme, status: str, *, by: Person, reason: str = ""
) -> VoiceTheme:
    """The theme in its new status, with the change kept. Raises ``ReasonMissing`` for やらない alone."""
    if status == VoiceTheme.Status.DECLINED and not reason.strip():
        raise ReasonMissing
    theme.status, theme.reason = status, reason.strip()
    theme.status_changed_at = theme.updated_at = timezone.now()
    theme.save()
    VoiceThemeChange.objects.create(theme=theme, status=status, reason=theme.reason, changed_by=by)
    return theme


def _apply(touch: Touch, fields: TouchFields) -> None:
    touch.channel, touch.text, touch.mood = fields.channel, fields.text, fields.mood
    touch.deal = fields.deal
    if fields.happened_at is not None:
        touch.happened_at = fields.happened_at


def _join(touch: Touch, fields: TouchFields) -> None:
    touch.contacts.set(fields.contacts)
    touch.colleagues.set(fields.colleagues)
    set_topics(touch, fields.topics)


def _plan(touch: Touch, action: NextAction, *, by: Person) -> None:
    ActionItem.objects.create(
        text=action.text,
        person=action.person or by,
        due_on=action.due_on,
        origin=touch,
        created_by=by,
    )
