"""The query of an address (``?q=…&kind=…``), changed in one part: links of filters, tabs and pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict


def _without_page(params: QueryDict | Mapping[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    pairs = params.lists() if isinstance(params, QueryDict) else params.items()
    for key, value in pairs:
        values = _shown(value)
        if values and key != "page":
            query.setlist(key, values)
    return query


def _shown(value: object) -> list[str]:
    """A filter's value or values as they stand in an address; nothing for None and ""."""
    values = value if isinstance(value, list | tuple | set) else [value]
    return [str(item) for item in values if item not in (None, "")]


def qs(params: QueryDict | Mapping[str, Any], **changes: Any) -> str:
    """The address's query with ``changes``: None or "" removes, a list sets several values.

    The page number is dropped unless it is among the changes.
    """
    query = _without_page(params)
    for key, value in changes.items():
        values = _shown(value)
        if values:
            query.setlist(key, values)
        else:
            query.pop(key, None)
    return f"?{query.urlencode()}"


def qs_start(params: QueryDict | Mapping[str, Any], name: str, **changes: Any) -> str:
    """The same query up to the value of one more parameter, for links that differ in it alone."""
    others = qs(params, **changes)
    return f"{others}{'' if others == '?' else '&'}{name}="


def qs_toggle(params: QueryDict | Mapping[str, Any], key: str, value: Any) -> str:
    """The address's query with one of several values of ``key`` added, or removed if there."""
    query = _without_page(params)
    values = query.getlist(key)
    text = str(value)
    query.setlist(key, [v for v in values if v != text] if text in values else [*values, text])
    return f"?{query.urlencode()}"


class Links:
    """Many links of one page, whose address is written anew only for those that change something in it."""

    def __init__(self, params: QueryDict) -> None:
        self._params = params
        self._same = qs(params)

    def chosen(self, name: str) -> Sequence[str]:
        """The values of a parameter."""
        return self._params.getlist(name)

    def without(self, *names: str) -> str:
        """The address's query without these parameters, as ``qs`` gives it."""
        if any(name in self._params for name in names):
            return qs(self._params, **dict.fromkeys(names))
        return self._same

    def start(self, name: str, *without: str) -> str:
        """The same up to the value of one more parameter, as ``qs_start`` gives it."""
        others = self.without(*without)
        return f"{others}{'' if others == '?' else '&'}{name}="

    def toggled(self, name: str, value: str) -> str:
        """The same with one of several values added, or removed if there, as ``qs_toggle`` gives it."""
        return qs_toggle(self._params, name, value)
