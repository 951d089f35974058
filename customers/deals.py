"""Business to come, by month and phase with totals; and its writes."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from customers.models import Customer, Deal
from customers.querysets import DealQuerySet
from people.models import Membership, Person

OPEN_PHASES = (Deal.Phase.LEAD, Deal.Phase.PROPOSAL, Deal.Phase.NEGOTIATION)


@dataclass(frozen=True)
class DealFilter:
    """Which deals are listed; without a phase those in ``phases``."""

    phase: str = ""
    phases: tuple[str, ...] = OPEN_PHASES
    confidence: str = ""
    owner_id: int | None = None
    department: str = ""


@dataclass(frozen=True)
class PhaseTotal:
    """How many deals stand in a phase, and their sum in yen."""

    phase: str
    label: str
    count: int
    total: int


@dataclass(frozen=True)
class Month:
    """The deals expected in one month; ``first_day`` None for those without one."""

    first_day: dt.date | None
    deals: Sequence[Deal]
    phases: Sequence[PhaseTotal]
    is_past: bool

    @property
    def total(self) -> int:
        """The sum in yen; deals without an amount count nothing."""
        return _sum(self.deals)


def deals_chosen(chosen: DealFilter) -> DealQuerySet:
    """The deals of a filter, earliest month first, those without one last."""
    deals: DealQuerySet = Deal.objects.visible().select_related("customer", "owner")
    phases = [chosen.phase] if chosen.phase else chosen.phases
    deals = deals.filter(phase__in=phases)
    if chosen.confidence:
        deals = deals.filter(confidence=chosen.confidence)
    if chosen.owner_id is not None:
        deals = deals.filter(owner=chosen.owner_id)
    if chosen.department:
        members = Membership.objects.current().filter(department__slug=chosen.department)
        deals = deals.filter(owner__in=members.values("person_id"))
    return deals.order_by(F("expected_on").asc(nulls_last=True), "confidence", "name", "pk")


def months_of(deals: Iterable[Deal]) -> list[Month]:
    """The deals as months, in the order in which they come."""
    this_month = timezone.localdate().replace(day=1)
    months = []
    for first_day, group in groupby(deals, key=_month_of):
        own = list(group)
        is_past = first_day is not None and first_day < this_month
        months.append(Month(first_day, own, phase_totals(own), is_past))
    return months


def phase_totals(deals: Sequence[Deal]) -> list[PhaseTotal]:
    """Count and sum of each phase that occurs, in the order of the phases."""
    totals = []
    for phase in Deal.Phase:
        own = [deal for deal in deals if deal.phase == phase]
        if own:
            totals.append(PhaseTotal(phase.value, str(phase.label), len(own), _sum(own)))
    return totals


@transaction.atomic
def save_deal(deal: Deal, *, customer: Customer, owner: Person | None) -> Deal:
    """The deal as it was typed, saved."""
    deal.customer, deal.owner = customer, owner
    deal.updated_at = timezone.now()
    deal.save()
    return deal


def _month_of(deal: Deal) -> dt.date | None:
    return deal.expected_on.replace(day=1) if deal.expected_on else None


def _sum(deals: Iterable[Deal]) -> int:
    return sum(deal.amount or 0 for deal in deals)
