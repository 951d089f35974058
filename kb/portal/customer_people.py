"""Who dealt with one customer, and how it went: read from its last touches in one query."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.charts import MoodLine, mood_line
from customers.models import Customer, Touch
from kb.experts.ranking import ask_url
from kb.experts.reasons import short_day
from people.models import Department, Person

# The page looks back on so many touches for the mood, the departments and the people who know.
RECENT_MAX = 400
MOODS_MAX = 16
KNOWERS_MAX = 4
HALF_LIFE_DAYS = 365.0


@dataclass(frozen=True)
class Glance:
    """What the last touches say: when, how, in what mood, and who dealt with the customer when."""

    last_at: dt.datetime | None = None
    last_channel: str = ""
    mood: str = ""
    mood_label: str = ""
    moods: MoodLine | None = None
    touched: Mapping[int, Sequence[dt.datetime]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """Where the reason of a knower can be read."""

    text: str
    url: str


@dataclass(frozen=True)
class CompanyKnower:
    """A colleague who dealt with the customer; the fields are those of the person card."""

    person: Person
    why: str
    summary: str
    evidence: Sequence[Reason]
    ask_url: str
    phone: str
    say: str = ""


@dataclass(frozen=True)
class CompanyKnowers:
    """What ``search/_people.html`` shows; may be empty."""

    people: Sequence[CompanyKnower]
    note: str = ""


def glance_at(customer: Customer) -> Glance:
    """The glance at the customer, in one query."""
    recent = list(
        Touch.objects.filter(customer=customer, deleted_at__isnull=True)
        .order_by("-happened_at", "-pk")
        .values_list("author_id", "happened_at", "channel", "mood")[:RECENT_MAX]
    )
    if not recent:
        return Glance()
    touched: dict[int, list[dt.datetime]] = defaultdict(list)
    for author_id, at, _channel, _mood in recent:
        touched[author_id].append(at)
    moods = [(at, mood) for _author, at, _channel, mood in recent if mood][:MOODS_MAX]
    mood = moods[0][1] if moods else ""
    return Glance(
        last_at=recent[0][1],
        last_channel=str(Touch.Channel(recent[0][2]).label),
        mood=mood,
        mood_label=str(Touch.Mood(mood).label) if mood else "",
        moods=mood_line(reversed(moods)),
        touched=touched,
    )


def knowers_of(customer: Customer, glance: Glance, people: Mapping[int, Person]) -> CompanyKnowers:
    """くわしい人 of a customer: colleagues who dealt with it, recent talks weighing more.

    Leavers are left out. Each reason opens that person's part of the timeline.
    """
    now = timezone.now()
    weights = {
        person_id: sum(0.5 ** ((now - at).days / HALF_LIFE_DAYS) for at in moments)
        for person_id, moments in glance.touched.items()
        if person_id in people and people[person_id].is_active
    }
    best = sorted(weights, key=lambda person_id: (-weights[person_id], person_id))
    return CompanyKnowers(
        people=tuple(
            _knower(customer, people[person_id], glance.touched[person_id])
            for person_id in best[:KNOWERS_MAX]
        )
    )


def departments_of(glance: Glance, people: Mapping[int, Person]) -> list[Department]:
    """The departments whose people dealt with the customer lately, by name."""
    found: dict[int, Department] = {}
    for person_id in glance.touched:
        person = people.get(person_id)
        if person is not None and person.department is not None:
            found[person.department.pk] = person.department
    return sorted(found.values(), key=lambda department: department.label)


def _knower(customer: Customer, person: Person, moments: Sequence[dt.datetime]) -> CompanyKnower:
    why = _("このお客さまへの対応記録%(count)d件・最終 %(day)s") % {
        "count": len(moments),
        "day": short_day(timezone.localtime(moments[0]).date()),
    }
    if person.pk in (customer.sales_owner_id, customer.success_owner_id):
        why = _("いまの担当です。%(why)s") % {"why": why}
    url = f"{customer.get_absolute_url()}?person={person.pk}#timeline"
    return CompanyKnower(
        person=person,
        why=why,
        summary=_("理由になった記録"),
        evidence=(Reason(_("この人の記録だけを見る"), url),),
        ask_url=ask_url(person),
        phone=person.extension or person.mobile,
    )
