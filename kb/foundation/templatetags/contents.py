"""``{% load contents %}``: what a text is about and how it is divided, printed by functions because of their number."""

from collections.abc import Iterable
from typing import Protocol

from django import template

from kb.foundation.addresses import address_of
from kb.foundation.printing import joined, printed
from kb.foundation.templatetags.display import icon

register = template.Library()

_BELOW = printed(' class="{}"', "toc__sub")


class ShownEntry(Protocol):
    """A line of the contents of a text."""

    @property
    def anchor(self) -> str:
        """The heading it leads to."""
        ...

    @property
    def text(self) -> str:
        """The words of the heading."""
        ...

    @property
    def level(self) -> int:
        """How deep the heading stands."""
        ...


class ShownTopic(Protocol):
    """What a chip needs of a topic."""

    slug: str
    name: str


@register.simple_tag
def toc_lines(entries: Iterable[ShownEntry]) -> str:
    """The contents of a text as ``<li>``."""
    return joined(
        printed(
            '<li><a{} href="#{}">{}</a></li>',
            _BELOW if entry.level > 2 else "",
            entry.anchor,
            entry.text,
        )
        for entry in entries
    )


@register.simple_tag
def topic_chips(topics: Iterable[ShownTopic]) -> str:
    """Topics as ``<li>``, each a link to its page."""
    return joined(
        printed(
            '<li><a class="chip chip--s" href="{}">{}{}</a></li>',
            address_of("topic_detail", topic.slug),
            icon("topic", size="s"),
            topic.name,
        )
        for topic in topics
    )
