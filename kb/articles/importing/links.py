"""Finds the relative links of a Markdown body and writes them anew."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from kb.text.markdown_rules import slug_of

CODE = re.compile(
    r"(^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[`~]*[ \t]*$|`[^`\n]+`)", re.DOTALL | re.MULTILINE
)
INLINE = re.compile(
    r"(?P<open>\]\()(?P<address><[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))+)(?P<rest>(?:\s+\"[^\"\n]*\")?\))"
)
REFERENCE = re.compile(
    r"^(?P<open> {0,3}\[[^\]\n]+\]:[ \t]+)(?P<address>\S+)(?P<rest>.*)$", re.MULTILINE
)
# Note apps link by name: [[page]], [[page#heading|words]], ![[picture.png|300]].
NAMED = re.compile(
    r"(?P<bang>!?)\[\[(?P<name>[^\[\]|#\n]{1,200})(?:#(?P<anchor>[^\[\]|\n]{0,200}?))?"
    r"(?:\\?\|(?P<label>[^\[\]\n]{0,200}))?\]\]"
)
PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|avif)$", re.IGNORECASE)
SIZED = re.compile(r"(\]\([^()\s]+)[ \t]+\"[ \t]*=\d*x\d*\"\)")
SIZE = re.compile(r"\d+(?:x\d+)?")
ABSOLUTE = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|/)")
_ANCHOR_MAX_CHARACTERS = 60


@dataclass(frozen=True)
class RelativeLink:
    """Where a relative address leads: ``path`` from the imported folder, and the anchor behind it."""

    path: str
    anchor: str
    # Written as the name of a page alone, which may lie anywhere.
    is_name: bool = False
    # What lies there is to be shown, not only linked to.
    is_shown: bool = False


Find = Callable[[RelativeLink], str | None]


def resolve(address: str, folder: PurePosixPath) -> RelativeLink | None:
    """The target of an address in a document of ``folder``; None for absolute addresses.

    A path that climbs out of the imported folder leads nowhere and is None too.
    """
    plain = address.removeprefix("<").removesuffix(">").strip()
    if not plain or ABSOLUTE.match(plain):
        return None
    path, _hash, anchor = plain.partition("#")
    parts: list[str] = []
    for part in (folder / unquote(path.split("?")[0])).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {".", "/"}:
            parts.append(part)
    return RelativeLink("/".join(parts), anchor)


def rewrite(body: str, folder: PurePosixPath, find: Find) -> str:
    """The body with every relative address that ``find`` knows replaced; code is left alone."""

    def replacement(address: str) -> str | None:
        link = resolve(address, folder)
        return find(link) if link is not None else None

    return rewrite_addresses(body, replacement)


def rewrite_addresses(body: str, replacement: Callable[[str], str | None]) -> str:
    """The body with every address of a link or image replaced for which there is another one."""

    def replaced(match: re.Match[str]) -> str:
        address = replacement(match["address"])
        if address is None:
            return match[0]
        return f"{match['open']}{address}{match['rest']}"

    return outside_code(body, lambda prose: REFERENCE.sub(replaced, INLINE.sub(replaced, prose)))


def rewrite_names(body: str, find: Find) -> str:
    """The body with ``[[names]]`` of pages and files as links where ``find`` knows them.

    What it does not know stays: a page may be written under that title one day. Sizes that some
    tools write into the title of a picture go.
    """

    def replaced(match: re.Match[str]) -> str:
        name = match["name"].strip()
        anchor, is_shown = (match["anchor"] or "").strip(), bool(match["bang"])
        address = find(RelativeLink(name, anchor, is_name=True, is_shown=is_shown))
        if address is None:
            return match[0]
        label = (match["label"] or "").strip()
        words = label if label and not SIZE.fullmatch(label) else PurePosixPath(name).name
        is_picture = is_shown and PICTURE.search(name)
        return f"{'!' if is_picture else ''}[{words}]({address})"

    return outside_code(body, lambda prose: SIZED.sub(r"\1)", NAMED.sub(replaced, prose)))


def heading_anchor(words: str) -> str:
    """The anchor that a heading has on our pages, from its words or from another tool's anchor."""
    plain = unquote(words).rpartition("#")[2]
    return plain if plain.startswith("s-") else f"s-{slug_of(plain, _ANCHOR_MAX_CHARACTERS)}"


def outside_code(body: str, change: Callable[[str], str]) -> str:
    """The body with everything but its code changed."""
    pieces: list[str] = []
    position = 0
    for code in CODE.finditer(body):
        pieces.append(change(body[position : code.start()]))
        pieces.append(code[0])
        position = code.end()
    pieces.append(change(body[position:]))
    return "".join(pieces)
