"""Sections of a body: where one begins and ends, and a text with one of them changed."""

from dataclasses import dataclass

from kb.articles.models import Article
from kb.text.markdown import clean_source, heading_lines


@dataclass(frozen=True, slots=True)
class Section:
    """Lines ``start`` to ``end`` (excluded) of a body; its heading is the first of them."""

    start: int
    end: int
    text: str


def heading_of(article: Article, anchor: str) -> str:
    """The words of the heading with that anchor; empty where the text has none."""
    found = (row["text"] for row in article.contents if anchor and row["id"] == anchor)
    return str(next(found, ""))[:200]


def section_of(body: str, anchor: str) -> Section | None:
    """The section under a heading, with the smaller ones in it; None without such a heading."""
    lines = clean_source(body).split("\n")
    begins = heading_lines(body)
    if not anchor or anchor not in begins:
        return None
    start = begins[anchor]
    depth = _depth(lines, start)
    later = [line for line in begins.values() if line > start and _depth(lines, line) <= depth]
    end = min(later, default=len(lines))
    return Section(start, end, "\n".join(lines[start:end]).rstrip())


def with_section(body: str, section: Section, text: str) -> str:
    """The body with other words in that section."""
    lines = clean_source(body).split("\n")
    after = lines[section.end :]
    new = clean_source(text).rstrip("\n").split("\n")
    return "\n".join([*lines[: section.start], *new, *([""] if after else []), *after])


def with_addition(body: str, anchor: str, text: str) -> str:
    """The body with a text added at the end of a section, or of the body where there is none."""
    section = section_of(body, anchor)
    if section is None:
        return f"{body.rstrip()}\n\n{text.strip()}\n"
    return with_section(body, section, f"{section.text}\n\n{text.strip()}")


def _depth(lines: list[str], line: int) -> int:
    """How deep a heading stands: the number of its #, or 1 and 2 for those underlined."""
    words = lines[line].lstrip(" >")
    sharps = len(words) - len(words.lstrip("#"))
    if sharps:
        return sharps
    underline = lines[line + 1].strip() if line + 1 < len(lines) else ""
    return 1 if underline.startswith("=") else 2
