"""``{% fixed %}`` (a builtin, see the settings): parts of a page that are the same each time.

Words, addresses of pages and icons depend on the language alone: they are printed once and remembered. So are
parts in which only a few values differ: ``{% fixed pk=article.pk by kind=article.kind %}``. What stands before
``by`` is put in each time, as it is: no filter and no condition may use it. For each of the values after ``by``
the part is printed anew, so these are few: states and kinds, never what somebody wrote.
"""

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.urls import get_script_prefix
from django.utils.translation import get_language

from kb.foundation.printing import safe

register = template.Library()

_State = tuple[Any, ...]
_MOST_STATES = 200


def _state() -> _State:
    return get_language(), get_script_prefix(), settings.ROOT_URLCONF


class _Refused(str):
    """What Django would print for an unknown variable: whatever is done with it raises."""

    __slots__ = ()

    def __contains__(self, _part: object) -> bool:
        raise AttributeError("A part that is printed once has no variable of the page.")


class _Strict:
    """Stands for the template of a context; ``engine`` is what nodes ask for."""

    string_if_invalid = _Refused("?")

    @property
    def engine(self) -> "_Strict":
        return self


def _alone(values: Mapping[str, Any]) -> Any:
    """A context of these values in which every other variable raises."""
    context: Any = Context(dict(values))
    context.template = _Strict()
    return context


class FixedNode(Node):
    """Prints its content once for each language and place of the addresses."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._printed: dict[_State, str] = {}

    def render(self, _context: Context) -> str:
        """The content as it was printed first. Raises AttributeError for a variable of the page."""
        state = _state()
        html = self._printed.get(state)
        if html is None:
            html = self.nodelist.render(_alone({}))
            # While one works on icons and styles, their addresses change with every save.
            if not settings.DEBUG:
                self._printed[state] = html
        return html


def _mark(place: int) -> str:
    """Stands where a value goes. It is a number, so that addresses take it, and no page has it otherwise."""
    return f"7364{place:04d}918273645546"


class FilledNode(Node):
    """The same with values of the page put in."""

    def __init__(
        self,
        nodelist: NodeList,
        values: Mapping[str, FilterExpression],
        choices: Mapping[str, FilterExpression],
    ) -> None:
        self.nodelist = nodelist
        self._values = values
        self._choices = choices
        # Texts and the places of values in turn.
        self._printed: dict[_State, tuple[list[str], list[int]]] = {}

    def render(self, context: Context) -> str:
        """The content with these values. Raises AttributeError for any other variable of the page."""
        chosen = {
            name: choice.resolve(context, ignore_failures=True)
            for name, choice in self._choices.items()
        }
        state = (*_state(), *chosen.values())
        printed = self._printed.get(state) or self._print(state, chosen)
        texts, places = printed
        values = [safe(value.resolve(context)) for value in self._values.values()]
        filled = texts.copy()
        for at, place in enumerate(places):
            filled[2 * at + 1] = values[place]
        return "".join(filled)

    def _print(self, state: _State, chosen: Mapping[str, Any]) -> tuple[list[str], list[int]]:
        marks = {name: _mark(place) for place, name in enumerate(self._values)}
        html = self.nodelist.render(_alone({**chosen, **marks}))
        texts = re.split(f"({'|'.join(marks.values())})", html) if marks else [html]
        order = list(marks.values())
        printed = texts, [order.index(mark) for mark in texts[1::2]]
        if not settings.DEBUG:
            if len(self._printed) >= _MOST_STATES:
                self._printed.clear()
            self._printed[state] = printed
        return printed


@register.tag
def fixed(parser: Parser, token: Token) -> Node:
    """``{% fixed %}…{% endfixed %}`` around what no variable of the page changes, but for those it names."""
    words = token.split_contents()[1:]
    values, choices = words, []
    if "by" in words:
        values, choices = words[: words.index("by")], words[words.index("by") + 1 :]
    named = [token_kwargs(list(group), parser) for group in (values, choices)]
    if sum(map(len, named)) != len(words) - ("by" in words):
        raise template.TemplateSyntaxError("fixed takes name=value, and by with more of them")
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FilledNode(nodelist, *named) if words else FixedNode(nodelist)
