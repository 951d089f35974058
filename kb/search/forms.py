"""What a search page is asked: read leniently from the address, since people edit and share it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kb.search.kinds import KINDS, TABS, kinds_of_tab
from kb.search.query import MAX_CHARACTERS, SearchQuery, clean_text
from kb.search.states import STATES

MAX_PAGE = 50
_MOST_VALUES = 20
_LONGEST_VALUE = 100
# One more than the parser of the query takes: so it still says that the text was cut.
_LONGEST_TEXT = MAX_CHARACTERS + 1

PERIODS: dict[str, tuple[str | Promise, int]] = {
    "30d": (_("この30日"), 30),
    "90d": (_("この3か月"), 91),
    "1y": (_("この1年"), 365),
    "3y": (_("この3年"), 3 * 365),
}


class SearchForm(forms.Form):
    """The fields of the address ``/search/?q=…``; unknown values are left out, never an error."""

    q = forms.CharField(label=_("さがす言葉"), required=False)


@dataclass(frozen=True)
class Asked:
    """One request for the search page. ``dropped`` says that a value in the address was unknown."""

    query: SearchQuery
    text: str
    tab: str = ""
    period: str = ""
    is_as_typed: bool = False
    has_dropped: bool = False

    @property
    def has_text(self) -> bool:
        """Whether words were typed, or only filters chosen."""
        return bool(self.text)


def shortened(params: QueryDict) -> QueryDict:
    """The address with no more words than are looked for: hundreds of links of a page repeat them."""
    text = params.get("q", "")
    if len(text) <= _LONGEST_TEXT:
        return params
    short = params.copy()
    short["q"] = text[:_LONGEST_TEXT]
    return short


def read_request(params: QueryDict) -> Asked:
    """What the address asks for."""
    reader = _Reader(params)
    tab = reader.one_of("tab", TABS)
    period = reader.one_of("period", PERIODS)
    kinds = reader.several("kind", KINDS)
    text = clean_text(params.get("q", "")[:_LONGEST_TEXT]).strip()
    query = SearchQuery(
        text=text,
        kinds=kinds or kinds_of_tab(tab),
        topics=frozenset(reader.words("topic")),
        departments=frozenset(reader.numbers("department")),
        people=frozenset(reader.numbers("person")),
        since=_since(period),
        states=reader.several("state", STATES),
        page=reader.page(),
    )
    return Asked(
        query=query,
        text=text,
        tab=tab,
        period=period,
        is_as_typed=params.get("exact") == "1",
        has_dropped=reader.has_dropped,
    )


def on_page(asked: Asked, page: int) -> Asked:
    """The same request for another page."""
    return replace(asked, query=replace(asked.query, page=page))


def _since(period: str) -> date | None:
    if not period:
        return None
    return timezone.localdate() - timedelta(days=PERIODS[period][1])


class _Reader:
    """Reads values and remembers whether one made no sense."""

    def __init__(self, params: QueryDict) -> None:
        self._params = params
        self.has_dropped = False

    def one_of(self, name: str, known: Mapping[str, Any]) -> str:
        value = self._params.get(name, "")
        if value and value not in known:
            self.has_dropped = True
            return ""
        return value

    def several(self, name: str, known: Mapping[str, Any]) -> frozenset[str]:
        values = self._values(name)
        found = frozenset(value for value in values if value in known)
        self.has_dropped = self.has_dropped or len(found) < len(set(values))
        return found

    def words(self, name: str) -> list[str]:
        return [cleaned for value in self._values(name) if (cleaned := clean_text(value).strip())]

    def numbers(self, name: str) -> list[int]:
        values = self._values(name)
        found = [int(v) for v in values if v.isascii() and v.isdigit() and len(v) <= 18]
        self.has_dropped = self.has_dropped or len(found) < len(values)
        return found

    def page(self) -> int:
        value = self._params.get("page", "1")
        if not (value.isascii() and value.isdigit() and 1 <= len(value) <= 6):
            return 1
        return min(max(int(value), 1), MAX_PAGE)

    def _values(self, name: str) -> list[str]:
        return [
            value[:_LONGEST_VALUE] for value in self._params.getlist(name)[:_MOST_VALUES] if value
        ]
