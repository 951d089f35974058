"""What the search page shows around its results: tabs, chips, menus, and the way on from nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import quote_plus

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb.foundation.prepared import PreparedAll
from kb.foundation.queries import qs, qs_start, qs_toggle
from kb.foundation.templatetags.menus import OpenChoices
from kb.search.engine import Answer
from kb.search.forms import PERIODS, Asked
from kb.search.kinds import KINDS, TABS, kinds_of_tab
from kb.search.states import STATES
from kb.topics.models import Topic
from people.models import Department, Person

_MOST_OPTIONS = 60


@dataclass(frozen=True)
class Tab:
    """One tab with the number of its hits."""

    label: str
    url: str
    count: str
    is_current: bool


@dataclass(frozen=True)
class Chip:
    """A chosen filter and the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Option:
    """One choice of a menu."""

    label: str
    url: str
    is_on: bool
    count: int | None = None


@dataclass(frozen=True)
class Menu:
    """One filter with its choices."""

    label: str
    options: OpenChoices | tuple[Option, ...]


@dataclass(frozen=True)
class Filters:
    """Every filter of the page, chosen or not."""

    chips: tuple[Chip, ...]
    menus: tuple[Menu, ...]
    clear_url: str


def tabs(asked: Asked, answer: Answer, params: QueryDict) -> list[Tab]:
    """すべて and one tab per group of kinds."""
    counts = dict(answer.page.kind_counts)
    more = "+" if answer.page.is_at_least else ""
    total = f"{sum(counts.values())}{more}"
    every = Tab(_("すべて"), qs(params, tab=None, kind=None), total, not asked.tab)
    start = qs_start(params, "tab", tab=None, kind=None)
    groups = [
        Tab(
            str(label),
            f"{start}{name}",
            f"{sum(counts.get(kind, 0) for kind in kinds_of_tab(name))}{more}",
            asked.tab == name,
        )
        for name, label in TABS.items()
    ]
    return [every, *groups]


_topics = PreparedAll(
    lambda _all: Topic.objects.visible().order_by("name").values_list("slug", "name")
)
_departments = PreparedAll(lambda _all: Department.objects.visible().values_list("pk", "name"))


@lru_cache(maxsize=4)
def _periods(_language: str | None) -> Mapping[str, str]:
    return {name: str(label) for name, (label, _days) in PERIODS.items()}


@lru_cache(maxsize=4)
def _states(_language: str | None) -> Mapping[str, str]:
    return {name: str(label) for name, label in STATES.items()}


def filters(asked: Asked, answer: Answer, params: QueryDict, people: Iterable[Person]) -> Filters:
    """Chips of what is chosen and menus of what may be; two queries."""
    topics = dict(_topics())
    departments = {str(pk): name for pk, name in _departments()}
    names = {str(person.pk): person.name for person in people}
    missing = [pk for pk in asked.query.people if str(pk) not in names]
    if missing:
        names |= {str(person.pk): person.name for person in Person.objects.filter(pk__in=missing)}
    counts = dict(answer.page.kind_counts)
    kinds = {
        name: str(kind.label)
        for name, kind in KINDS.items()
        if (not asked.tab or kind.tab == asked.tab)
        and (counts.get(name) or name in params.getlist("kind"))
    }
    groups: list[tuple[str, str, Mapping[str, str]]] = [
        ("kind", _("種類"), kinds),
        ("topic", _("テーマ"), topics),
        ("department", _("部署"), departments),
        ("person", _("書いた人"), names),
        ("period", _("期間"), _periods(get_language())),
        ("state", _("状態"), _states(get_language())),
    ]
    chips = [chip for name, label, values in groups for chip in _chips(name, label, values, params)]
    menus = [
        Menu(label, _options(name, values, params, counts if name == "kind" else {}))
        for name, label, values in groups
    ]
    cleared = {name: None for name, _label, _values in groups}
    return Filters(tuple(chips), tuple(menus), qs(params, **cleared))


def _chips(name: str, label: str, values: Mapping[str, str], params: QueryDict) -> Iterable[Chip]:
    for value in dict.fromkeys(params.getlist(name)):
        if value in values:
            words = _("%(filter)s：%(value)s") % {"filter": label, "value": values[value]}
            yield Chip(words, qs_toggle(params, name, value))


def _options(
    name: str, values: Mapping[str, str], params: QueryDict, counts: Mapping[str, int]
) -> OpenChoices | tuple[Option, ...]:
    shown = tuple(islice(values.items(), _MOST_OPTIONS))
    chosen = set(params.getlist(name))
    # Periods exclude each other; of every other filter several may be on.
    start = qs_start(params, name, **({"period": None} if name == "period" else {}))
    if not (chosen or counts):
        return OpenChoices(start, shown)
    # Only the new value is added: taking the address apart for each of hundreds would cost more.
    return tuple(
        Option(
            label,
            qs_toggle(params, name, value) if value in chosen else f"{start}{quote_plus(value)}",
            value in chosen,
            counts.get(value),
        )
        for value, label in shown
    )


def shown_people(answer: Answer) -> list[Person]:
    """The people whose names stand on the page, each once: choices for 書いた人."""
    people: dict[int, Any] = {
        line.person.pk: line.person for line in answer.lines if line.person is not None
    }
    people |= {knower.person.pk: knower.person for knower in answer.who.people}
    return sorted(people.values(), key=lambda person: (person.yomi, person.name))
