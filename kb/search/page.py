"""What the search page shows around its results: tabs, chips, menus, and the way on from nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kb.foundation.queries import Links
from kb.foundation.standing import Standing
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


class Chip(NamedTuple):
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


class Menu(NamedTuple):
    """One filter with its choices."""

    label: str
    options: OpenChoices | tuple[Option, ...]


@dataclass(frozen=True)
class Filters:
    """Every filter of the page, chosen or not."""

    chips: tuple[Chip, ...]
    menus: tuple[Menu, ...]
    clear_url: str


def tabs(asked: Asked, answer: Answer, links: Links) -> list[Tab]:
    """すべて and one tab per group of kinds."""
    counts = dict(answer.page.kind_counts)
    more = "+" if answer.page.is_at_least else ""
    total = f"{sum(counts.values())}{more}"
    words = _words(get_language())
    every = Tab(words.every, links.without("tab", "kind"), total, not asked.tab)
    start = links.start("tab", "tab", "kind")
    groups = [
        Tab(
            label,
            f"{start}{name}",
            f"{sum(counts.get(kind, 0) for kind in kinds_of_tab(name))}{more}",
            asked.tab == name,
        )
        for name, label in words.tabs.items()
    ]
    return [every, *groups]


class _Values(dict[str, str]):
    """The values of a filter with their labels; ``shown`` are the first of them."""

    @cached_property
    def shown(self) -> tuple[tuple[str, str], ...]:
        return tuple(islice(self.items(), _MOST_OPTIONS))


def _values(rows: Iterable[tuple[Any, Any]]) -> _Values:
    return _Values((str(value), label) for value, label in rows)


_standing = Standing(
    {
        "topic": lambda: Topic.objects.visible().order_by("name").values_list("slug", "name"),
        "department": lambda: Department.objects.visible().values_list("pk", "name"),
    },
    {"topic": _values, "department": _values},
)


class _Words(NamedTuple):
    """The words of the page in one language."""

    every: str
    tabs: Mapping[str, str]
    groups: Mapping[str, str]
    kinds: Mapping[str, str]
    periods: _Values
    states: _Values


@lru_cache(maxsize=4)
def _words(_language: str | None) -> _Words:
    return _Words(
        every=_("すべて"),
        tabs={name: str(label) for name, label in TABS.items()},
        groups={
            "kind": _("種類"),
            "topic": _("テーマ"),
            "department": _("部署"),
            "person": _("書いた人"),
            "period": _("期間"),
            "state": _("状態"),
        },
        kinds={name: str(kind.label) for name, kind in KINDS.items()},
        periods=_values((name, str(label)) for name, (label, _days) in PERIODS.items()),
        states=_values((name, str(label)) for name, label in STATES.items()),
    )


def filters(asked: Asked, answer: Answer, links: Links, people: Iterable[Person]) -> Filters:
    """Chips of what is chosen and menus of what may be; one query."""
    standing, words = _standing(), _words(get_language())
    names = _values((person.pk, person.name) for person in people)
    missing = [pk for pk in asked.query.people if str(pk) not in names]
    if missing:
        found = Person.objects.filter(pk__in=missing)
        names |= {str(person.pk): person.name for person in found}
    counts = dict(answer.page.kind_counts)
    groups = {
        "kind": _kinds(asked, counts, links.chosen("kind"), words),
        "topic": standing["topic"],
        "department": standing["department"],
        "person": names,
        "period": words.periods,
        "state": words.states,
    }
    chips = [
        chip
        for name, values in groups.items()
        for chip in _chips(name, words.groups[name], values, links)
    ]
    menus = [
        Menu(
            words.groups[name],
            _options(name, values, counts if name == "kind" else {}, links),
        )
        for name, values in groups.items()
    ]
    return Filters(tuple(chips), tuple(menus), links.without(*groups))


def _kinds(
    asked: Asked, counts: Mapping[str, int], chosen: Sequence[str], words: _Words
) -> _Values:
    """The kinds of what was found, and those that were chosen."""
    return _values(
        (name, words.kinds[name])
        for name, kind in KINDS.items()
        if (not asked.tab or kind.tab == asked.tab) and (counts.get(name) or name in chosen)
    )


def _chips(name: str, label: str, values: Mapping[str, str], links: Links) -> Iterable[Chip]:
    for value in dict.fromkeys(links.chosen(name)):
        if value in values:
            words = _("%(filter)s：%(value)s") % {"filter": label, "value": values[value]}
            yield Chip(words, links.toggled(name, value))


def _options(
    name: str, values: _Values, counts: Mapping[str, int], links: Links
) -> OpenChoices | tuple[Option, ...]:
    chosen = set(links.chosen(name))
    # Periods exclude each other; of every other filter several may be on.
    start = links.start(name, "period") if name == "period" else links.start(name)
    if not (chosen or counts):
        return OpenChoices(start, values.shown)
    # Only the new value is added: taking the address apart for each of hundreds would cost more.
    return tuple(
        Option(
            label,
            links.toggled(name, value) if value in chosen else f"{start}{quote_plus(value)}",
            value in chosen,
            counts.get(value),
        )
        for value, label in values.shown
    )


def shown_people(answer: Answer) -> list[Person]:
    """The people whose names stand on the page, each once: choices for 書いた人."""
    people: dict[int, Any] = {
        line.person.pk: line.person for line in answer.lines if line.person is not None
    }
    people |= {knower.person.pk: knower.person for knower in answer.who.people}
    return sorted(people.values(), key=lambda person: (person.yomi, person.name))
