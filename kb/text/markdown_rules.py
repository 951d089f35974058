"""Our additions to Markdown: bare addresses, ``[[pages]]``, #topics, @people, tables, task lists."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import validateLink
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

if TYPE_CHECKING:
    from kb.text.markdown import Target, Targets

WIKI = re.compile(r"\[\[([^\[\]|\n]{1,200})(?:\|([^\[\]|\n]{1,200}))?\]\]")
# Japanese follows an address without a space, so an address ends at the first such character.
ADDRESS = re.compile(r"//[A-Za-z0-9\[][!#-;=?-~]*")
SCHEME = re.compile(r"(?:^|[^A-Za-z0-9+.-])(https?)$", re.IGNORECASE)
TRAILING = ".,;:!?'*_~"
NAME = re.compile(r"(?<![0-9A-Za-z_/&#@＃＠.])([#＃@＠])([\w・ー][\w・ー.+-]{0,49})")
RUN_MAX_CHARACTERS = 50
TASK = re.compile(r"\[([ xX])\][ \t]+")
# The parser looks for the end of every bracket anew; a paragraph of brackets alone would take
# minutes. Beyond this product of brackets and characters a paragraph is shown as plain text.
BRACKET_WORK_MAX = 10_000_000
ALIGNMENT = re.compile(r"text-align:\s*(left|center|right)")


def install(md: MarkdownIt) -> None:
    """Adds the rules and their output to a parser."""
    md.validateLink = _is_allowed  # type: ignore[method-assign]
    md.inline.ruler.before("link", "wiki_link", _wiki_link)
    md.inline.ruler.before("escape", "bare_address", _bare_address)
    md.core.ruler.before("inline", "plain_walls", _plain_walls)
    md.core.ruler.after("inline", "names", _names)
    md.core.ruler.push("tasks", _tasks)
    md.core.ruler.push("alignment", _alignment)
    md.add_render_rule("inline_wall", _show_wall)
    md.add_render_rule("wiki_link", _show_wiki_link)
    md.add_render_rule("name_run", _show_name)
    md.add_render_rule("image", _show_image)
    md.add_render_rule("link_open", _show_link_open)
    md.add_render_rule("table_open", lambda *_rest: '<div class="scroll"><table>\n')
    md.add_render_rule("table_close", lambda *_rest: "</table></div>\n")
    md.add_render_rule("footnote_block_open", lambda *_rest: '<section class="footnotes">\n<ol>\n')


def walk(tokens: Iterable[Token]) -> Iterator[Token]:
    """Every token and its children, in reading order."""
    for token in tokens:
        yield token
        if token.children:
            yield from walk(token.children)


# --- Reading ------------------------------------------------------------------------------------


def _plain_walls(state: StateCore) -> None:
    for token in state.tokens:
        content = token.content
        if token.type == "inline" and content.count("[") * len(content) > BRACKET_WORK_MAX:
            token.type, token.children = "inline_wall", None


def _is_allowed(url: str) -> bool:
    """Whether a link may lead there: ``//host`` looks like a page of ours and is not."""
    return validateLink(url) and not url.strip().startswith("//")


def _wiki_link(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[[", state.pos):
        return False
    match = WIKI.match(state.src, state.pos, state.posMax)
    if match is None or not match[1].strip():
        return False
    if not silent:
        token = state.push("wiki_link", "", 0)
        token.content = match[1].strip()
        token.meta = {"label": (match[2] or match[1]).strip()}
    state.pos = match.end()
    return True


def _bare_address(state: StateInline, silent: bool) -> bool:
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = SCHEME.search(state.pending[-10:])
    match = ADDRESS.match(state.src, state.pos + 1, state.posMax)
    if scheme is None or match is None:
        return False
    rest = _without_trailing(match[0])
    href = state.md.normalizeLink(f"{scheme[1].lower()}:{rest}")
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        _push_link(state, href, f"{scheme[1]}:{rest}")
    state.pos += 1 + len(rest)
    return True


def _without_trailing(address: str) -> str:
    while address:
        if address[-1] in TRAILING or (
            address[-1] in ")]"
            and address.count(")") + address.count("]") > (address.count("(") + address.count("["))
        ):
            address = address[:-1]
        else:
            return address
    return address


def _push_link(state: StateInline, href: str, text: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": href}
    opening.markup, opening.info = "linkify", "auto"
    state.push("text", "", 0).content = text
    closing = state.push("link_close", "a", -1)
    closing.markup, closing.info = "linkify", "auto"


def _names(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = list(_split_names(block.children))


def _split_names(children: Sequence[Token]) -> Iterator[Token]:
    inside_links = 0
    for token in children:
        inside_links += (token.type == "link_open") - (token.type == "link_close")
        if token.type == "text" and not inside_links and NAME.search(token.content):
            yield from _split_text(token)
        else:
            yield token


def _split_text(token: Token) -> Iterator[Token]:
    position = 0
    for match in NAME.finditer(token.content):
        yield _text(token, token.content[position : match.start()])
        name = Token("name_run", "", 0, level=token.level)
        name.markup = "@" if match[1] in "@＠" else "#"
        name.content = match[2]
        name.meta = {"sign": match[1]}
        yield name
        position = match.end()
    yield _text(token, token.content[position:])


def _text(like: Token, content: str) -> Token:
    return Token("text", "", 0, content=content, level=like.level)


def _tasks(state: StateCore) -> None:
    lists: list[Token] = []
    for index, token in enumerate(state.tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open" and _make_task(state.tokens, index):
            token.attrSet("class", "task")
            lists[-1].attrSet("class", "tasks")


def _make_task(tokens: Sequence[Token], index: int) -> bool:
    following = tokens[index + 1 : index + 3]
    if [token.type for token in following] != ["paragraph_open", "inline"]:
        return False
    children = following[1].children or []
    match = TASK.match(children[0].content) if children and children[0].type == "text" else None
    if match is None:
        return False
    children[0].content = children[0].content[match.end() :]
    box = Token("html_inline", "", 0)
    box.content = "<input>" if match[1] == " " else '<input checked="">'
    children.insert(0, box)
    return True


def _alignment(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("td_open", "th_open"):
            match = ALIGNMENT.search(str(token.attrs.pop("style", "")))
            if match:
                token.attrSet("class", f"align-{match[1]}")


# --- Names --------------------------------------------------------------------------------------


def beginnings(run: str) -> list[str]:
    """Every beginning of a run of characters, longest first: what a name in it could be."""
    return [run[:length] for length in range(min(len(run), RUN_MAX_CHARACTERS), 0, -1)]


def names_in(tokens: Iterable[Token]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The pages, topics and people that a parsed text names."""
    pages: set[str] = set()
    topics: set[str] = set()
    people: set[str] = set()
    for token in walk(tokens):
        if token.type == "wiki_link":
            pages.add(token.content)
        elif token.type == "name_run":
            (people if token.markup == "@" else topics).add(token.content)
    return frozenset(pages), frozenset(topics), frozenset(people)


def addresses_of(tokens: Iterable[Token]) -> tuple[str, ...]:
    """The targets of links and images, each once, in order of first appearance."""
    found: dict[str, None] = {}
    for token in walk(tokens):
        address = token.attrs.get("href") or token.attrs.get("src")
        if address:
            found.setdefault(str(address))
    return tuple(found)


def resolve_names(tokens: Iterable[Token], targets: "Targets") -> None:
    """Notes on every name token where it leads, if anywhere."""
    for token in walk(tokens):
        if token.type == "wiki_link":
            token.meta["target"] = targets.pages.get(token.content)
        elif token.type == "name_run":
            known = targets.people if token.markup == "@" else targets.topics
            token.meta["name"], token.meta["target"] = _longest(token.content, known)


def _longest(run: str, known: Mapping[str, "Target"]) -> tuple[str, "Target | None"]:
    for name in beginnings(run):
        if name in known and _may_end(run, len(name)):
            return name, known[name]
    return "", None


def _may_end(run: str, length: int) -> bool:
    """Whether a name may end there: not in the middle of a word of Latin letters, kanji or
    katakana; a particle in hiragana may follow."""
    if length == len(run):
        return True
    after = run[length]
    return "ぁ" <= after <= "ん" or after in ".・+-"


# --- Output -------------------------------------------------------------------------------------


def _show_wall(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return escapeHtml(tokens[index].content)


def _show_wiki_link(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    token = tokens[index]
    target: Target | None = token.meta.get("target")
    label = escapeHtml(token.meta["label"])
    if target is None:
        return label
    css = "wiki wiki--missing" if target.is_missing else "wiki"
    return f'<a class="{css}" href="{escapeHtml(target.url)}">{label}</a>'


def _show_name(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    token = tokens[index]
    target: Target | None = token.meta.get("target")
    sign, run = token.meta["sign"], token.content
    if target is None:
        return escapeHtml(sign + run)
    name = token.meta["name"]
    css = "mention" if token.markup == "@" else "topic"
    shown = escapeHtml(sign + (target.label or name))
    rest = escapeHtml(run[len(name) :])
    return f'<a class="{css}" href="{escapeHtml(target.url)}">{shown}</a>{rest}'


def _show_image(_renderer: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    alt = escapeHtml(token.content)
    if source.startswith("/") and not source.startswith("//"):
        title = (
            f' title="{escapeHtml(str(token.attrs["title"]))}"' if "title" in token.attrs else ""
        )
        return f'<img src="{escapeHtml(source)}" alt="{alt}"{title}>'
    # Pictures on other servers would tell them who reads here: they become links.
    address = escapeHtml(source)
    return f'<a class="external" rel="noopener noreferrer" href="{address}">{alt or address}</a>'


def _show_link_open(renderer: Any, tokens: Sequence[Token], index: int, *rest: Any) -> str:
    token = tokens[index]
    href = str(token.attrs.get("href", ""))
    if href.startswith(("http://", "https://")):
        token.attrSet("class", "external")
        token.attrSet("rel", "noopener noreferrer")
    shown: str = renderer.renderToken(tokens, index, *rest[:2])
    return shown


def slug_of(text: str, limit: int) -> str:
    """A heading's words as part of an address: letters and digits of any script, and hyphens."""
    words = re.sub(r"[^\w]+", "-", text.lower()).strip("-_")
    return words[:limit].strip("-") or quote(str(len(text)))
