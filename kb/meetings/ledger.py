"""The filters of 決まりごと台帳, as they stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from kb.foundation.queries import qs
from kb.meetings.models import Decision, Series
from kb.topics.models import Topic
from people.models import Department


@dataclass(frozen=True)
class LedgerOption:
    """One choice of a filter's menu."""

    label: str
    url: str
    is_on: bool = False
    count: int | None = None


@dataclass(frozen=True)
class LedgerMenu:
    """One filter that is not set."""

    label: str
    options: list[LedgerOption]


@dataclass(frozen=True)
class LedgerChip:
    """A chosen filter and the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class LedgerFilters:
    """What the reader chose; unknown values of the address are dropped."""

    words: str = ""
    state: str = ""
    department: Department | None = None
    topic: Topic | None = None
    series: Series | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """The filters that an address names."""
        asked = {
            key: query.get(key, "").replace("\0", "").strip()[:100]
            for key in ("q", "state", "department", "topic", "series")
        }
        return cls(
            words=asked["q"],
            state=asked["state"] if asked["state"] in Decision.State.values else "",
            department=Department.objects.filter(slug=asked["department"]).first(),
            topic=Topic.objects.visible().filter(slug=asked["topic"]).first(),
            series=Series.objects.filter(slug=asked["series"]).first(),
        )

    def apply(self, decisions: QuerySet[Decision]) -> QuerySet[Decision]:
        """The decisions that pass all filters, latest first."""
        for word in self.words.replace("　", " ").split():
            decisions = decisions.filter(Q(title__icontains=word) | Q(reason__icontains=word))
        if self.state:
            decisions = decisions.filter(state=self.state)
        if self.department is not None:
            decisions = decisions.filter(departments=self.department)
        if self.topic is not None:
            decisions = decisions.filter(topics=self.topic)
        if self.series is not None:
            decisions = decisions.filter(meeting__series=self.series)
        return decisions.distinct()


def ledger_menus(query: QueryDict, filters: LedgerFilters) -> dict[str, Any]:
    """Chips of what is chosen and menus of what may be chosen, for components/_chips.html."""
    departments = Department.objects.visible().filter(decisions__deleted_at__isnull=True)
    topics = Topic.objects.visible().filter(decision__deleted_at__isnull=True)
    series = Series.objects.filter(meetings__decisions__deleted_at__isnull=True)
    menus = {
        "state": (_("状態"), [(value, label) for value, label in Decision.State.choices]),
        "department": (_("部署"), [(d.slug, d.label) for d in departments.distinct()]),
        "topic": (_("テーマ"), [(t.slug, t.name) for t in topics.distinct()]),
        "series": (_("会議"), [(s.slug, s.name) for s in series.distinct()]),
    }
    chosen = {
        "state": Decision.State(filters.state).label if filters.state else "",
        "department": filters.department.label if filters.department else "",
        "topic": filters.topic.name if filters.topic else "",
        "series": filters.series.name if filters.series else "",
    }
    return {
        "chosen": [
            LedgerChip(f"{menus[key][0]}：{label}", qs(query, **{key: None}))
            for key, label in chosen.items()
            if label
        ],
        "menus": [
            LedgerMenu(
                name,
                [LedgerOption(str(label), qs(query, **{key: value})) for value, label in options],
            )
            for key, (name, options) in menus.items()
            if options and not chosen[key]
        ],
        "clear_url": qs(query, q=None, state=None, department=None, topic=None, series=None),
    }
