"""Colours of code, as CSS classes only."""

from functools import cache

from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

PREFIX = "hl-"
# A longer block is shown without colours: lexers are written in Python, and pages are saved often.
CODE_MAX_CHARACTERS = 20_000
_FORMATTER = HtmlFormatter(nowrap=True, classprefix=PREFIX)


def highlight(code: str, language: str, _attributes: str = "") -> str:
    """The code as escaped HTML with ``hl-`` classes; an empty string when it stays plain."""
    if not language or len(code) > CODE_MAX_CHARACTERS:
        return ""
    try:
        lexer = get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return ""
    coloured: str = pygments_highlight(code, lexer, _FORMATTER)
    return coloured


@cache
def highlight_classes() -> frozenset[str]:
    """Every class that ``highlight`` may write."""
    return frozenset(f"{PREFIX}{name}" for name in STANDARD_TYPES.values() if name)
