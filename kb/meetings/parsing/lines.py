"""Lines of pasted minutes: what mark each begins with, how deep it stands, what label it bears."""

import re
import unicodedata
from dataclasses import dataclass

from kb.meetings.parsing.labels import HEADER, Label, label_of
from kb.meetings.parsing.names import looks_like_name

# A longer line is no note that anybody typed; only its beginning is read.
LINE_MAX_CHARACTERS = 1000
# Beyond these nothing is taken apart: it stays text.
LINES_MAX = 8000
# The lower, the higher its heading stands. Plain labels stand between marks and numbers.
PLAIN_LABEL_RANK, BULLET_RANK, TEXT_RANK = 30, 60, 90

_RULE = re.compile(r"^[\s\-ー―─━=＝_*~・#+|:]{3,}$")
_MD_HEADING = re.compile(r"^(#{1,6})\s*(?=\S)(.*?)\s*#*$")
_MARK_HEADING = re.compile(r"^([■◆◇□▼▽▲△◎❖✦▶►➤])+\s*(?=\S)(.*)$")
_ROUND_HEADING = re.compile(r"^([●○◯★☆])\s*(?=\S)(.*)$")
_BRACKET = re.compile(r"^[【〔\[<≪《〈]+\s*([^】〕\]>≫》〉]{1,60}?)\s*[】〕\]>≫》〉]+\s*(.*)$")
_NUMBER = re.compile(r"^(\d{1,2}|[IVX]{1,4})\s*[.)、](?!\d)(?:\s+|(?=[^\x00-\x7f]))(?=\S)(.*)$")
_PAREN_NUMBER = re.compile(r"^\((\d{1,2})\)\s*(?=\S)(.*)$")
_CIRCLED = re.compile(r"^[①-⑳]\s*(?=\S)")
_ITEM_WORD = re.compile(
    r"^(?:第\s*\d{1,2}\s*(?:号)?\s*議[題案]|議[題案]\s*\d{0,2})\s*[:.)、\s]\s*(?=\S)(.*)$"
)
_BOLD = re.compile(r"^\*\*([^*]{1,80})\*\*[:：]?$")
_BULLET = re.compile(
    r"^(?:([-=]>|[*+・•‣◦※>＊→⇒⇨➡]+)|(-{1,6}|[–—])(?![\d-])|([a-z])[.)])\s*(?=\S)(.*)$"
)
_CHECKBOX = re.compile(r"^(?:\[([ xX✓]?)\]|([☐☑✅]))\s*(.*)$")
_LABELLED = re.compile(r"^([^:|\t]{1,40}?)\s*:\s*(.*)$")
_SPACED = re.compile(r"^(\S{1,12}?)[\s\t]+(\S.*)$")
_ARROWS = ("→", "⇒", "⇨", "➡", "->", "=>", ">")
_INNER_NUMBER = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}[.)](?!\d))\s*(?=\S)")
_NEXT_GLUED = re.compile(r"^次回[^\d。、:]{0,20}?\s*(?=\d{1,2}[/月]\d)")
_SENTENCE = re.compile(r"[。]|[がはを]|ます|です|した")
_DAY = re.compile(r"\d{1,2}\s*[/月]\s*\d{1,2}")
_RANKS = {"【】": 22, "議題": 24, "1.": 40, "(1)": 44, "①": 46}


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``style`` is the mark as a kind ("#2", "■", "1.", "-"), "" for plain text."""

    number: int
    raw: str
    plain: str
    body: str
    style: str
    rank: int
    depth: int
    label: Label | None = None
    value: str = ""
    is_rule: bool = False
    is_checked: bool | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written here."""
        return not self.plain

    @property
    def is_heading(self) -> bool:
        """Whether the mark is one under which other lines stand."""
        return bool(self.style) and self.rank < BULLET_RANK

    @property
    def is_arrow(self) -> bool:
        """Whether the line begins with an arrow: what came of the line before."""
        return self.plain.startswith(_ARROWS)


def read_lines(text: str) -> list[Line]:
    """The first ``LINES_MAX`` lines of a text, in order, numbered from 1."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", LINES_MAX)[:LINES_MAX]
    return [_read(number, raw[:LINE_MAX_CHARACTERS]) for number, raw in enumerate(rows, 1)]


def _read(number: int, raw: str) -> Line:
    wide = unicodedata.normalize("NFKC", raw).replace("\0", "").replace("\u200b", "").expandtabs(4)
    plain = wide.strip()
    if not plain or _RULE.match(plain):
        return Line(number, raw, "", "", "", TEXT_RANK, 0, is_rule=bool(plain))
    depth = len(wide) - len(wide.lstrip())
    style, rank, body = _mark(plain, raw.strip(), depth)
    if style.startswith("-"):
        depth += len(style) - 1
    checkbox = _CHECKBOX.match(body) if style in ("", "-", "*") else None
    checked = None
    if checkbox is not None:
        checked = (checkbox[1] or "").strip() != "" or checkbox[2] in ("☑", "✅")
        body = checkbox[3]
    label, value = _label(body)
    if label in HEADER and plain.startswith(_ARROWS):
        label, value = None, ""
    return Line(number, raw, plain, body, style, rank, depth, label, value, is_checked=checked)


def _mark(plain: str, raw: str, depth: int) -> tuple[str, int, str]:
    """Kind of mark, its rank, and what follows it."""
    return (
        _heading_mark(plain)
        or (_numbered(plain, raw) if depth < 2 else None)
        or _small_mark(plain)
        or ("", TEXT_RANK, plain)
    )


def _heading_mark(plain: str) -> tuple[str, int, str] | None:
    if match := _MD_HEADING.match(plain):
        inner = _MARK_HEADING.match(match[2]) or _ROUND_HEADING.match(match[2])
        body = inner[2] if inner else match[2]
        body = _without_item_word(_INNER_NUMBER.sub("", body))
        return f"#{len(match[1])}", 10 + len(match[1]), body
    if match := _BOLD.match(plain):
        return "**", 23, match[1]
    if match := _MARK_HEADING.match(plain):
        return match[1], 20, _without_item_word(match[2])
    if (match := _BRACKET.match(plain)) and not match[2]:
        return "【】", _RANKS["【】"], match[1]
    if match := _ITEM_WORD.match(plain):
        return "議題", _RANKS["議題"], match[1]
    return None


def _small_mark(plain: str) -> tuple[str, int, str] | None:
    if match := _ROUND_HEADING.match(plain):
        words = match[2].split()
        is_assigned = match[1] in "★☆" and len(words) > 1 and not words[0].isascii()
        if is_assigned and looks_like_name(words[0]):
            return "*", BULLET_RANK, plain
        return match[1], 48, _without_item_word(match[2])
    if match := _BULLET.match(plain):
        return ("-" * len(match[2]) if match[2] else "*"), BULLET_RANK, match[4]
    return None


def _without_item_word(words: str) -> str:
    match = _ITEM_WORD.match(words)
    return match[1] if match else words


def _numbered(plain: str, raw: str) -> tuple[str, int, str] | None:
    if _CIRCLED.match(raw):
        return "①", _RANKS["①"], re.sub(r"^\d{1,2}\s*", "", plain)
    for style, pattern in (("1.", _NUMBER), ("(1)", _PAREN_NUMBER)):
        if match := pattern.match(plain):
            return style, _RANKS[style], match[2]
    return None


def _label(body: str) -> tuple[Label | None, str]:
    """The label of a line and what stands behind it; the value is empty for a section's head."""
    body = body.strip("*_ ")
    if body.startswith("|"):
        return _row_label(body)
    if whole := label_of(body):
        return whole, ""
    return _bracketed(body) or _before_colon(body) or _before_space(body) or (None, "")


def _bracketed(body: str) -> tuple[Label, str] | None:
    """【決定】…; 【議事録】 in front of the meeting's name is no label."""
    match = _BRACKET.match(body)
    found = label_of(match[1]) if match else None
    if match is None or found is None or (found is Label.SCRIBE and match[2]):
        return None
    return found, match[2].lstrip(": ")


def _before_colon(body: str) -> tuple[Label, str] | None:
    match = _LABELLED.match(body)
    found = label_of(match[1]) if match else None
    return (found, match[2].strip("* ")) if match and found else None


def _before_space(body: str) -> tuple[Label, str] | None:
    if match := _NEXT_GLUED.match(body):
        return Label.NEXT, body[match.end() :]
    match = _SPACED.match(body)
    found = label_of(match[1]) if match else None
    if match is None or found is None:
        return None
    says_who_or_when = found in (Label.TODO, Label.HOLD) and _names_somebody(match[2])
    is_head = found in HEADER and found is not Label.TITLE and not _SENTENCE.search(match[2])
    if found is Label.NEXT:
        return (found, match[2]) if _DAY.search(match[2]) else None
    return (found, match[2]) if says_who_or_when or is_head else None


def _names_somebody(words: str) -> bool:
    return "@" in words or bool(re.search(r"\d{1,2}[/月]\d{1,2}|まで", words))


def _row_label(body: str) -> tuple[Label | None, str]:
    cells = cells_of(body)
    if len(cells) == 2 and (found := label_of(cells[0])) in HEADER:
        return found, cells[1]
    return None, ""


def cells_of(row: str) -> list[str]:
    """The cells of a row of a Markdown table."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
