"""Finds the relative links of a Markdown body and writes them anew."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

CODE = re.compile(
    r"(^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[`~]*[ \t]*$|`[^`\n]+`)", re.DOTALL | re.MULTILINE
)
INLINE = re.compile(
    r"(?P<open>\]\()(?P<address><[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))+)(?P<rest>(?:\s+\"[^\"\n]*\")?\))"
)
REFERENCE = re.compile(
    r"^(?P<open> {0,3}\[[^\]\n]+\]:[ \t]+)(?P<address>\S+)(?P<rest>.*)$", re.MULTILINE
)
ABSOLUTE = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|/)")


@dataclass(frozen=True)
class RelativeLink:
    """Where a relative address leads: ``path`` from the imported folder, and the anchor behind it."""

    path: str
    anchor: str


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


def rewrite(body: str, folder: PurePosixPath, find: Callable[[RelativeLink], str | None]) -> str:
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

    pieces: list[str] = []
    position = 0
    for code in CODE.finditer(body):
        pieces.append(_rewrite_prose(body[position : code.start()], replaced))
        pieces.append(code[0])
        position = code.end()
    pieces.append(_rewrite_prose(body[position:], replaced))
    return "".join(pieces)


def _rewrite_prose(prose: str, replaced: Callable[[re.Match[str]], str]) -> str:
    return REFERENCE.sub(replaced, INLINE.sub(replaced, prose))
