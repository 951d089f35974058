"""The one Markdown renderer: articles, answers, comments, minutes and previews all pass here.

Raw HTML is off in the parser, and what comes out is cleaned once more against an own allow-list.
Names of pages, topics and people are resolved by the caller, who knows the database.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe  # noqa: TID251 (the one module)
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.text import markdown_rules as rules
from kb.text.highlight import highlight
from kb.text.markdown_cjk import CjkParserInline

HEADING_LEVELS_IN_CONTENTS = (1, 2, 3)
SLUG_MAX_CHARACTERS = 60

_TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "img", "input", "li", "ol", "p", "pre", "s", "section", "span", "strong", "sub", "sup", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "id", "rel", "class"},
    "img": {"src", "alt", "title"},
    "input": {"checked"},
    "ol": {"start"},
    "code": {"class"},
    "pre": {"class"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
    "li": {"id"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_CLASSES = {
    "a": {"external", "wiki", "wiki--missing", "topic", "mention", "footnote-backref"},
    "sup": {"footnote-ref"},
    "section": {"footnotes"},
    "td": {"align-left", "align-center", "align-right"},
    "th": {"align-left", "align-center", "align-right"},
    "div": {"scroll"},
    "li": {"task"},
    "ul": {"tasks"},
    "ol": {"tasks"},
}
_SET_VALUES = {
    "img": {"loading": "lazy"},
    "input": {"type": "checkbox", "disabled": "", "aria-label": "チェック欄"},
    # What scrolls sideways can be reached by keyboard.
    "pre": {"tabindex": "0"},
    "div": {"tabindex": "0"},
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class References:
    """The names a text mentions, as written: ``[[pages]]``, runs after ``#`` and after ``@``."""

    pages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a name leads; a missing page leads to the form that writes it."""

    url: str
    label: str = ""
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """What names lead to, by the exact words. Japanese knows no spaces: of a run like
    「桐山美和さん」 the longest beginning found here is linked, the rest stays text."""

    pages: Mapping[str, Target] = field(default_factory=dict)
    topics: Mapping[str, Target] = field(default_factory=dict)
    people: Mapping[str, Target] = field(default_factory=dict)


Resolver = Callable[[References], Targets]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered text: safe HTML, its contents in order, and what it refers to.

    ``addresses`` are the targets of ordinary links and images in order of first appearance.
    """

    html: SafeString
    contents: tuple[Heading, ...]
    references: References
    addresses: tuple[str, ...]
    character_count: int


def render_markdown(text: str, *, resolve: Resolver | None = None, id_prefix: str = "s-") -> Rendered:
    """The text as safe HTML. ``id_prefix`` keeps the ids of several texts on a page apart."""
    source = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\0", "\ufffd")
    env: dict[str, Any] = {"docId": id_prefix.strip("-")}
    tokens = _PARSER.parse(source, env)
    references = rules.references_of(tokens, References)
    targets = resolve(references) if resolve else Targets()
    rules.resolve_names(tokens, targets)
    contents = _number_headings(tokens, id_prefix)
    html = nh3.clean(
        _PARSER.renderer.render(tokens, _PARSER.options, env),
        tags=_TAGS,
        attributes={tag: names - _classes_of(tag) for tag, names in _ATTRIBUTES.items()},
        allowed_classes=_CLASSES | _highlight_classes(),
        set_tag_attribute_values=_SET_VALUES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return Rendered(
        html=trusted(html),
        contents=contents,
        references=references,
        addresses=rules.addresses_of(tokens),
        character_count=sum(not character.isspace() for character in source),
    )


def trusted(stored_html: str) -> SafeString:
    """HTML that ``render_markdown`` made earlier and that was stored; never anything else."""
    return mark_safe(stored_html)  # noqa: S308


def stored_contents(rendered: Rendered) -> list[dict[str, Any]]:
    """The contents as JSON keeps them, in order: ``level``, ``id``, ``text``."""
    return [
        {"level": heading.level, "id": heading.id, "text": heading.text}
        for heading in rendered.contents
    ]
