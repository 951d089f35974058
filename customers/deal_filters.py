"""The filters of the list of deals: read from the address, and offered as menus."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from customers.deals import DealFilter
from customers.models import Deal
from kb.foundation.numbers import whole_number
from kb.foundation.queries import qs
from people.models import Department, Person

SLUG_LENGTH_MAX = 100


@dataclass(frozen=True)
class Option:
    """One choice of a menu (``components/_chips.html``)."""

    label: str
    url: str
    is_on: bool
    count: int | None = None


@dataclass(frozen=True)
class Menu:
    """One filter."""

    name: str
    options: list[Option]

    @property
    def label(self) -> str:
        """The name, with the choice that is on."""
        on = next((option.label for option in self.options[1:] if option.is_on), "")
        return f"{self.name}：{on}" if on else self.name


def read_deal_filter(query: QueryDict) -> DealFilter:
    """The filter of an address; what makes no sense there is left out."""
    phase, confidence = query.get("phase", ""), query.get("confidence", "")
    return DealFilter(
        phase=phase if phase in Deal.Phase.values else "",
        confidence=confidence if confidence in Deal.Confidence.values else "",
        owner_id=whole_number(query.get("owner")),
        department=query.get("department", "").replace("\0", "")[:SLUG_LENGTH_MAX],
    )


def menus_of(query: QueryDict, chosen: DealFilter) -> list[Menu]:
    """The menus, in two queries: only owners and departments that have deals are offered."""
    owners = Person.objects.filter(deals__isnull=False).distinct().in_reading_order()
    departments = Department.objects.filter(
        memberships__person__deals__isnull=False, memberships__ended_on__isnull=True
    ).distinct()
    phases = [("", _("進行中")), *Deal.Phase.choices]
    confidences = [("", _("すべて")), *Deal.Confidence.choices]
    people = [("", _("すべて")), *((str(person.pk), person.name) for person in owners)]
    places = [("", _("すべて")), *((one.slug, one.label) for one in departments)]
    return [
        Menu(_("段階"), _options(query, "phase", phases, chosen=chosen.phase)),
        Menu(_("確度"), _options(query, "confidence", confidences, chosen=chosen.confidence)),
        Menu(_("担当"), _options(query, "owner", people, chosen=str(chosen.owner_id or ""))),
        Menu(_("部署"), _options(query, "department", places, chosen=chosen.department)),
    ]


def _options(
    query: QueryDict, name: str, choices: Iterable[tuple[str, object]], *, chosen: str
) -> list[Option]:
    return [
        Option(str(words), qs(query, **{name: value}), value == chosen) for value, words in choices
    ]
