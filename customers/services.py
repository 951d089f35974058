"""Writes of customers, touches and voices."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact, Customer, Deal, Touch, Voice, VoiceTheme
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


@dataclass(frozen=True)
class NextAction:
    """What follows from a touch."""

    text: str
    person: Person | None = None
    due_on: dt.date | None = None


@dataclass(frozen=True)
class VoiceMark:
    """A sentence marked as the customer's voice while the touch was written."""

    quote: str
    kind: str
    theme_id: int | None = None


@dataclass(frozen=True)
class TouchFields:
    """What a person says of a contact. ``happened_at`` None means now.

    ``contact_names`` are people of the customer by name; unknown ones are added to it.
    """

    channel: str
    text: str
    happened_at: dt.datetime | None = None
    mood: str = ""
    deal: Deal | None = None
    contacts: Sequence[Contact] = ()
    contact_names: Sequence[str] = ()
    colleagues: Sequence[Person] = ()
    topics: Sequence[str] = ()
    next_action: NextAction | None = None
    voices: Sequence[VoiceMark] = ()


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
    for mark in fields.voices:
        theme = VoiceTheme.objects.visible().filter(pk=mark.theme_id).first()
        mark_voice(touch, mark.quote, mark.kind, by=by, theme=theme)
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
    for mark in fields.voices:
        theme = VoiceTheme.objects.visible().filter(pk=mark.theme_id).first()
        mark_voice(touch, mark.quote, mark.kind, by=by, theme=theme)
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


def _apply(touch: Touch, fields: TouchFields) -> None:
    touch.channel, touch.text, touch.mood = fields.channel, fields.text, fields.mood
    touch.deal = fields.deal
    if fields.happened_at is not None:
        touch.happened_at = fields.happened_at


def _join(touch: Touch, fields: TouchFields) -> None:
    touch.contacts.set([*fields.contacts, *_contacts_named(touch.customer, fields.contact_names)])
    touch.colleagues.set(fields.colleagues)
    set_topics(touch, fields.topics)


def _contacts_named(customer: Customer, names: Sequence[str]) -> list[Contact]:
    """The contacts of the customer by name, however it is spaced; new names become new contacts."""
    if not names:
        return []
    known = {"".join(contact.name.split()): contact for contact in customer.contacts.all()}
    for name in names:
        bare = "".join(name.split())
        if bare not in known:
            known[bare] = Contact.objects.create(customer=customer, name=name)
    return [known["".join(name.split())] for name in names]


def _plan(touch: Touch, action: NextAction, *, by: Person) -> None:
    ActionItem.objects.create(
        text=action.text,
        person=action.person or by,
        due_on=action.due_on,
        origin=touch,
        created_by=by,
    )
