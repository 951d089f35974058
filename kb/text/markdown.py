"""The one Markdown renderer: articles, answers, comments, minutes and previews all pass here.

Raw HTML is off in the parser, and what comes out is cleaned once more against an own allow-list.
Names of pages, topics and people are resolved by the caller, who knows the database.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe  # noqa: TID251 (the one module)
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from kb.text import markdown_rules as rules
from kb.text.highlight import highlight, highlight_classes
from kb.text.markdown_cjk import CjkParserInline

CONTENTS_DEPTH = 2
# The cost of a text in blocks: a line, two cells of a table, or eight marks inside lines. A text
# of more is shown as it was typed: as Markdown it would take longer than anybody waits.
WORK_MAX = 60_000
_MARKS_INSIDE = "*_~`<&\\"
# Marks that stand over or under a letter. Beyond this number in one place (UAX #15 calls texts with
# fewer stream-safe) putting them in order takes minutes.
_COMBINING_MAX = 30
_COMBINING = "".join(chr(n) for n in range(0x300, 0x1F000) if unicodedata.combining(chr(n)))
_COMBINING_SIGNS = frozenset(_COMBINING)
_COMBINING_WALL = re.compile(f"([{_COMBINING}]{{{_COMBINING_MAX}}})[{_COMBINING}]+")
SLUG_MAX_CHARACTERS = 60

_TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "img", "input", "li", "ol", "p", "pre", "s", "section", "span", "strong", "sub", "sup", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "id", "rel"},
    "img": {"src", "alt", "title"},
    "input": {"checked"},
    "ol": {"start"},
    "li": {"id"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_ALIGNMENTS = {"align-left", "align-center", "align-right"}
_CLASSES: dict[str, set[str]] = {
    "a": {"external", "wiki", "wiki--missing", "topic", "mention", "footnote-backref"},
    "sup": {"footnote-ref"},
    "section": {"footnotes"},
    "td": _ALIGNMENTS,
    "th": _ALIGNMENTS,
    "div": {"scroll"},
    "li": {"task", "footnote-item"},
    "ul": {"tasks"},
    "ol": {"tasks"},
    "span": set(highlight_classes()),
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


def render_markdown(
    text: str, *, resolve: Resolver | None = None, id_prefix: str = "s", top_level: int = 2
) -> Rendered:
    """The text as safe HTML.

    ``id_prefix`` keeps the ids of several texts on a page apart. ``top_level`` is the level of the
    text's highest heading on the page; levels are never skipped, whatever the writer typed.
    """
    source = clean_source(text)
    if is_too_much(source):
        return _as_typed(source)
    env: dict[str, Any] = {"docId": id_prefix}
    tokens = _PARSER.parse(source, env)
    references = References(*rules.names_in(tokens))
    rules.resolve_names(tokens, resolve(references) if resolve else Targets())
    contents = _order_headings(tokens, id_prefix, top_level)
    html = nh3.clean(
        _PARSER.renderer.render(tokens, _PARSER.options, env),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        set_tag_attribute_values=_SET_VALUES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return Rendered(
        html=trusted(html),
        contents=contents,
        references=references,
        addresses=rules.addresses_of(tokens),
        character_count=len("".join(source.split())),
    )


def clean_source(text: str) -> str:
    """The text as we store it: NFC, line ends as ``\\n``, without what databases cannot keep."""
    whole = text.encode("utf-8", "replace").decode().replace("\0", "")
    # Few texts have any such mark, and to look for walls of them in a megabyte takes a while.
    if not _COMBINING_SIGNS.isdisjoint(whole):
        whole = _COMBINING_WALL.sub(r"\1", whole)
    return unicodedata.normalize("NFC", whole).replace("\r\n", "\n").replace("\r", "\n")


def is_too_much(source: str) -> bool:
    """Whether a text has so many lines, cells and marks that it is shown as it was typed."""
    marks = sum(source.count(mark) for mark in _MARKS_INSIDE) + 4 * source.count("://")
    return source.count("\n") + source.count("|") // 2 + marks // 8 > WORK_MAX


def trusted(stored_html: str) -> SafeString:
    """HTML that ``render_markdown`` made earlier and that was stored; never anything else."""
    return mark_safe(stored_html)  # noqa: S308


def stored_contents(rendered: Rendered) -> list[dict[str, Any]]:
    """The contents as JSON keeps them, in order: ``level``, ``id``, ``text``."""
    return [
        {"level": heading.level, "id": heading.id, "text": heading.text}
        for heading in rendered.contents
    ]


def heading_lines(text: str, *, id_prefix: str = "s") -> dict[str, int]:
    """The line (from 0) on which each heading begins, by its anchor, from top to bottom."""
    tokens = _PARSER.parse(clean_source(text), {"docId": id_prefix})
    _order_headings(tokens, id_prefix, 2)
    opened = [token for token in tokens if token.type == "heading_open" and token.map]
    return {str(token.attrGet("id")): token.map[0] for token in opened if token.map}


def _as_typed(source: str) -> Rendered:
    html = nh3.clean(f"<pre>{escapeHtml(source)}</pre>", tags={"pre"}, attributes={})
    return Rendered(trusted(html), (), References(), (), len("".join(source.split())))


def _order_headings(tokens: list[Token], id_prefix: str, top_level: int) -> tuple[Heading, ...]:
    headings: list[Heading] = []
    written = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = top_level - min(written, default=top_level)
    level_before, seen = top_level - 1, Counter[str]()
    for index, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        if token.type == "heading_close":
            token.tag = f"h{level_before}"
            continue
        level_before = min(int(token.tag[1]) + shift, level_before + 1, 6)
        token.tag = f"h{level_before}"
        words = _plain(tokens[index + 1])
        slug = rules.slug_of(words, SLUG_MAX_CHARACTERS)
        seen[slug] += 1
        ending = f"-{seen[slug]}" if seen[slug] > 1 else ""
        token.attrSet("id", f"{id_prefix}-{slug}{ending}")
        if level_before - top_level < CONTENTS_DEPTH:
            headings.append(Heading(level_before, f"{id_prefix}-{slug}{ending}", words))
    return tuple(headings)


def _plain(inline: Token) -> str:
    shown = ("text", "code_inline", "text_special")
    pieces: list[str] = []
    for token in rules.walk(inline.children or ()):
        if token.type == "wiki_link":
            pieces.append(token.meta["label"])
        elif token.type == "name_run":
            pieces.append(token.meta["sign"] + token.content)
        elif token.type in shown:
            pieces.append(token.content)
    return "".join(pieces).strip()


def _make_parser() -> MarkdownIt:
    # A line end that was typed is a line end that is seen: people write here, not typesetters.
    options = {
        "html": False,
        "breaks": True,
        "linkify": False,
        "highlight": highlight,
        "maxNesting": 30,
    }
    parser = MarkdownIt("commonmark")
    parser.inline = CjkParserInline()
    parser.configure("commonmark", options_update=options)
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    rules.install(parser)
    return parser


_PARSER = _make_parser()
