"""``{% url %}`` of every template (a builtin, see the settings), with remembered addresses."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from kb.foundation.addresses import address_of

register = template.Library()


class AddressNode(URLNode):
    """Django's node, quick where it only prints an address with plain parts."""

    def render(self, context: Context) -> Any:
        """The address; Django decides about everything out of the ordinary."""
        if self.kwargs:
            return super().render(context)
        name = self.view_name.resolve(context)
        parts = [part.resolve(context) for part in self.args]
        if ":" in str(name) or not all(isinstance(part, str | int) for part in parts):
            return super().render(context)
        if self.asvar:
            context[self.asvar] = _address_or_nothing(str(name), parts)
            return ""
        address = address_of(str(name), *parts)
        return conditional_escape(address) if context.autoescape else address


def _address_or_nothing(name: str, parts: list[Any]) -> str:
    try:
        return address_of(name, *parts)
    except NoReverseMatch:
        return ""


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """Like Django's tag of this name."""
    node = parse_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
