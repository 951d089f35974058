"""Cuts lines into sections: what stands under 決定事項, under 宿題, under 出席者."""

from collections.abc import Iterator
from dataclasses import dataclass

from kb.meetings.parsing.labels import HEADER, Label
from kb.meetings.parsing.lines import BULLET_RANK, PLAIN_LABEL_RANK, TEXT_RANK, Line

# Labels that say something of the entry above them, and so open nothing.
OF_AN_ENTRY = frozenset({Label.REASON, Label.REJECTED, Label.ASSIGNEE, Label.DUE, Label.PROPOSER})
# A list of people goes on over so many lines at most.
HEADER_LINES_MAX = 40


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled line with the lines that belong to it."""

    label: Label
    head: Line
    lines: tuple[Line, ...]

    @property
    def value(self) -> str:
        """What stands behind the label in its own line."""
        return self.head.value

    @property
    def last(self) -> int:
        """The number of its last line."""
        return self.lines[-1].number if self.lines else self.head.number


def find_sections(lines: list[Line]) -> Iterator[Section]:
    """All labelled sections, in the order of the text. They never overlap."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.label is None or line.label in OF_AN_ENTRY or _is_legend(line):
            at += 1
            continue
        taken = _header(lines, at) if line.label in HEADER else _body(lines, at)
        yield Section(line.label, line, tuple(taken))
        at += 1 + len(taken)


def _is_legend(line: Line) -> bool:
    """「★が宿題」 explains a mark."""
    return "★が" in line.plain or "★は" in line.plain or "★：" in line.raw or "★:" in line.plain


def _header(lines: list[Line], at: int) -> list[Line]:
    """The lines that go on after 出席者: up to a blank line, a heading or another label."""
    head = lines[at]
    has_value = bool(_without_aside(head.value))
    taken: list[Line] = []
    for line in lines[at + 1 : at + 1 + HEADER_LINES_MAX]:
        if line.is_blank and not line.is_rule and not has_value and not any(t.plain for t in taken):
            taken.append(line)
            continue
        if line.is_blank or line.label is not None or line.is_heading:
            break
        if has_value and not (head.value.endswith((",", "、")) or _is_continued(line)):
            break
        if head.label in (Label.MOMENT, Label.PLACE, Label.TITLE) and (
            has_value or taken_text(taken)
        ):
            break
        taken.append(line)
    return taken if taken_text(taken) else []


def taken_text(lines: list[Line] | tuple[Line, ...]) -> str:
    """The words of lines, one a line."""
    return "\n".join(line.body for line in lines if not line.is_blank)


def _without_aside(value: str) -> str:
    inner = value.strip()
    if inner.startswith("(") and inner.endswith(")"):
        return "" if any(word in inner for word in ("略", "順不同")) else inner
    return inner


def _is_continued(line: Line) -> bool:
    """Whether a line under 「出席者：山田」 lists more people."""
    indented = line.raw[:1] in " \t　"
    return indented and ("、" in line.plain or "," in line.plain or len(line.plain) <= 8)


def _body(lines: list[Line], at: int) -> list[Line]:
    """The lines under 決定事項 or 宿題: up to the next heading of its rank, or another label."""
    head = lines[at]
    if head.value:
        return []
    rank = head.rank if head.rank < TEXT_RANK else PLAIN_LABEL_RANK
    taken: list[Line] = []
    for line in lines[at + 1 :]:
        if line.is_rule and "|" not in line.raw and any(t.plain for t in taken):
            break
        if _opens_another(line, head, rank):
            break
        if _returns_to_text(line, taken):
            break
        if line.plain in ("以上", "以上。", "以上.", "EOF", "// EOF"):
            break
        taken.append(line)
    while taken and taken[-1].is_blank:
        taken.pop()
    return taken


def _opens_another(line: Line, head: Line, rank: int) -> bool:
    if line.label is not None and line.label not in OF_AN_ENTRY and not _is_entry(line, head):
        return True
    return line.is_heading and line.rank <= min(rank, BULLET_RANK - 1)


def _returns_to_text(line: Line, taken: list[Line]) -> bool:
    """A plain line after a blank one, where the entries above bore marks."""
    if line.style or line.is_blank or not taken or not taken[-1].is_blank:
        return False
    first = next((t for t in taken if not t.is_blank), None)
    return first is not None and bool(first.style) and line.depth <= first.depth


def in_next_time(lines: list[Line], sections: list[Section]) -> set[int]:
    """The lines under the heading 次回: their 日時 and 議事録担当 are those of the next meeting."""
    inside: set[int] = set()
    for section in sections:
        if section.label is not Label.NEXT or section.value:
            continue
        for line in lines[section.head.number :]:
            if line.is_heading and line.rank <= section.head.rank:
                break
            inside.add(line.number)
    return inside


def _is_entry(line: Line, head: Line) -> bool:
    """「ToDo: 見積」 under the heading ToDo is an entry of it, not a new section."""
    return line.label is head.label and bool(line.value)
