"""``{% extends %}`` of every template (a builtin, see the settings), with remembered blocks."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django import template
from django.template import Template
from django.template.base import Node, Parser, TextNode, Token
from django.template.loader_tags import (
    BLOCK_CONTEXT_KEY,
    BlockContext,
    BlockNode,
    ExtendsNode,
    do_extends,
)

register = template.Library()

_Blocks = Mapping[str, Any]


class ParentNode(ExtendsNode):
    """Django's node, which walks through the whole parent for its blocks each time; a parent does not change."""

    def render(self, context: Any) -> Any:
        """The parent with the blocks of this template."""
        parent: Any = self.get_parent(context)
        held = context.render_context.setdefault(BLOCK_CONTEXT_KEY, BlockContext())
        held.add_blocks(self.blocks)
        held.add_blocks(_blocks_of(parent))
        with context.render_context.push_state(parent, isolated_context=False):
            return parent._render(context)


def _blocks_of(parent: Template) -> _Blocks:
    """The blocks of a template that extends none; of others, they come when these are rendered."""
    found = _remembered.get(parent)
    if found is None:
        found = _remembered[parent] = _walked(parent)
    return found


def _walked(parent: Template) -> _Blocks:
    first: Node | None = next((n for n in parent.nodelist if not isinstance(n, TextNode)), None)
    if first is None or isinstance(first, ExtendsNode):
        return {}
    nodes: list[Any] = parent.nodelist.get_nodes_by_type(BlockNode)
    return {node.name: node for node in nodes}


_remembered: WeakKeyDictionary[Template, _Blocks] = WeakKeyDictionary()


@register.tag
def extends(parser: Parser, token: Token) -> ParentNode:
    """Like Django's tag of this name."""
    node = do_extends(parser, token)
    return ParentNode(node.nodelist, node.parent_name, node.template_dirs)
