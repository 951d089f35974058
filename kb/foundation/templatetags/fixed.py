"""``{% fixed %}`` (a builtin, see the settings): parts of a page that are the same each time.

Words, addresses of pages and icons depend on the language alone: they are printed once and remembered.
"""

from django import template
from django.conf import settings
from django.template import Context
from django.template.base import Node, NodeList, Parser, Token
from django.urls import get_script_prefix
from django.utils.translation import get_language

register = template.Library()


class FixedNode(Node):
    """Prints its content once for each language and place of the addresses."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._printed: dict[tuple[str | None, str, str], str] = {}

    def render(self, _context: Context) -> str:
        """The content as it was printed first. Raises AttributeError for a variable of the page."""
        state = get_language(), get_script_prefix(), settings.ROOT_URLCONF
        html = self._printed.get(state)
        if html is None:
            html = self.nodelist.render(Context())
            # While one works on icons and styles, their addresses change with every save.
            if not settings.DEBUG:
                self._printed[state] = html
        return html


@register.tag
def fixed(parser: Parser, _token: Token) -> FixedNode:
    """``{% fixed %}…{% endfixed %}`` around what no variable of the page changes."""
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist)
