"""Pieces of HTML from plain functions, for parts that a page has many of.

They do what ``django.utils.html.format_html`` does, in a fraction of its calls: a page of results is
made of a thousand values, nearly all of them plain text without a mark to escape.
"""

import re
from collections.abc import Iterable, Mapping

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString  # noqa: TID251 (what is made here is escaped here)

_MARK = re.compile("[&<>\"']")


def safe(value: object) -> str:
    """The value as text for HTML: escaped, unless it is HTML already."""
    # Not its __class__: a lazy object calls itself what it will be.
    if type(value) is SafeString:
        return value
    if type(value) is str and not _MARK.search(value):
        return value
    return conditional_escape(value)  # type: ignore[arg-type] # makes a str of anything


def printed(pattern: str, *values: object) -> SafeString:
    """The pattern with its ``{}`` filled; the values are escaped, unless they are HTML already."""
    # Most are HTML already: to call ``safe`` for them would take longer than to see it.
    shown = [value if type(value) is SafeString else safe(value) for value in values]
    return SafeString(pattern.format(*shown))


def filled(html: str, values: Mapping[str, object]) -> SafeString:
    """HTML that was printed before, with marks in it replaced by values, which are escaped."""
    for mark, value in values.items():
        html = html.replace(mark, safe(value))
    return SafeString(html)


def joined(pieces: Iterable[object]) -> SafeString:
    """The pieces one after the other, escaped like the values of ``printed``."""
    return SafeString("".join(map(safe, pieces)))


def marks(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """A text in pieces, escaped; those that are hits stand in ``<mark>``."""
    shown = (f"<mark>{safe(text)}</mark>" if is_hit else safe(text) for text, is_hit in pieces)
    return SafeString("".join(shown))
