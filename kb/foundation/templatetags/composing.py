"""``{% extends %}`` and ``{% include %}`` of every template (builtins, see the settings), with remembered templates.

Django looks for the templates anew for each page, and for each extended page at all nodes of its parent.
"""

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
    IncludeNode,
    do_extends,
    do_include,
)

register = template.Library()

_Blocks = Mapping[str, Any]


class ParentNode(ExtendsNode):
    """Django's node, which remembers its parent and the blocks of this."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._found: dict[tuple[str, ...], tuple[Any, Any]] = {}

    def find_template(self, template_name: str, context: Any) -> Any:
        """The template of this name; one that extends its own name gets that of the next folder."""
        history = context.render_context.setdefault(self.context_key, [self.origin])
        names = (template_name, *(origin.name for origin in history))
        if names not in self._found:
            engine = context.template.engine
            self._found[names] = engine.find_template(template_name, skip=history)
        found, origin = self._found[names]
        history.append(origin)
        return found

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


class PartNode(IncludeNode):
    """Django's node, which remembers the template where its name is no variable."""

    def __init__(self, *parts: Any, **more: Any) -> None:
        super().__init__(*parts, **more)
        self._part: Any = None

    def render(self, context: Any) -> Any:
        """The template with the values that were named."""
        named: Any = self.template
        if named.is_var or named.filters:
            return super().render(context)
        part = self._part
        if part is None:
            part = self._part = context.template.engine.get_template(str(named.var))
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if self.isolated_context:
            return part.render(context.new(values))
        with context.push(**values):
            return part.render(context)


@register.tag
def extends(parser: Parser, token: Token) -> ParentNode:
    """Like Django's tag of this name."""
    node = do_extends(parser, token)
    return ParentNode(node.nodelist, node.parent_name, node.template_dirs)


@register.tag
def include(parser: Parser, token: Token) -> PartNode:
    """Like Django's tag of this name."""
    node = do_include(parser, token)
    return PartNode(
        node.template, extra_context=node.extra_context, isolated_context=node.isolated_context
    )
