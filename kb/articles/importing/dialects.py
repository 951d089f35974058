"""Makes plain Markdown of what other tools add to it: boxes, page titles inside the text."""

import re

from django.utils.translation import gettext as _

from kb.articles.importing.links import outside_code

# > [!note]- Words   (notes and code hosts)
_CALLOUT = re.compile(r"^(?P<mark>[ \t]*>[> \t]*)\[!(?P<kind>\w+)\][+-]?[ \t]*(?P<words>.*)$", re.M)
# :::info Words … :::   (wikis), and <aside> … </aside>
_OPENING = re.compile(
    r":::[ \t]*(?P<kind>info|tip|note|success|warning|danger|caution|important)\b[ \t]*(?P<words>.*)"
    r"|<aside>[ \t]*"
)
_CLOSING = re.compile(r"(?::::|</aside>)[ \t]*")
_FIRST_HEADING = re.compile(r"\A\s*#[ \t]+(?P<words>[^\n]*[^\s#])[ \t]*#*[ \t]*(?:\n+|\Z)")


def plain_boxes(body: str) -> str:
    """The body with the boxes of other tools as quotes that begin with a word in bold."""
    return outside_code(body, _without_boxes)


def without_title(body: str, title: str) -> str:
    """The body without a first heading that only says the title once more."""
    heading = _FIRST_HEADING.match(body)
    if heading is None or heading["words"].strip() != title:
        return body
    return body[heading.end() :]


def _without_boxes(prose: str) -> str:
    prose = _CALLOUT.sub(lambda m: f"{m['mark']}{_heading(m['kind'], m['words'])}", prose)
    done: list[str] = []
    box: list[str] = []
    start = ""
    for line in prose.split("\n"):
        if not box and _OPENING.fullmatch(line):
            box, start = [line], line
        elif box and _CLOSING.fullmatch(line):
            done += _quoted(start, box[1:])
            box = []
        else:
            (box or done).append(line)
    return "\n".join([*done, *box])


def _quoted(start: str, lines: list[str]) -> list[str]:
    opening = _OPENING.fullmatch(start)
    inside = "\n".join(lines).strip().split("\n")
    if opening is not None and opening["kind"]:
        inside = [_heading(opening["kind"], opening["words"]), "", *inside]
    return [f"> {line}".rstrip() for line in inside]


def _heading(kind: str, words: str) -> str:
    names = {
        "warning": _("注意"), "caution": _("注意"), "danger": _("注意"), "important": _("大事"),
        "tip": _("ヒント"), "hint": _("ヒント"), "todo": _("やること"), "example": _("例"),
    }  # fmt: skip
    return f"**{words.strip() or names.get(kind.lower(), _('メモ'))}**"
