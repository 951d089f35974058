"""The items of the agenda: the headings of the minutes, else the list under 議題."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from kb.meetings.parsing.found import FoundItem, FoundName, Span
from kb.meetings.parsing.labels import HEADER, Label
from kb.meetings.parsing.lines import BULLET_RANK, Line
from kb.meetings.parsing.names import bare_name, has_honorific, may_be_name
from kb.meetings.parsing.parts import last_line
from kb.meetings.parsing.sections import Section

TITLE_MAX_CHARACTERS = 120
ITEMS_MAX = 60
_CONTAINERS = re.compile(
    r"^(?:内容|議論内容|議事内容|議事|議事録|本文|詳細|概要|討議内容|討議|議論|メモ|ログ|要旨|主な議論"
    r"|notes?|minutes|discussion|details?)[:：]?$",
    re.IGNORECASE,
)
_NOT_ITEM = re.compile(r"^(?:以上|eof|//|end|memo)", re.IGNORECASE)
_CARRIED = re.compile(
    r"(?:^|[→⇒>\-\s・])(?:次回(?:へ|に)?)?(?:継続|持ち越し|持越し?|保留|ペンディング|次回に?持ち越し)(?:審議|検討|で|とする|。|$)"
)
_WHO = re.compile(
    r"[(]([^()]{1,12})[)]\s*$"
    r"|[\s　]([^\s()]{1,8}(?:さん|氏))(?:から|より)?(?:説明|共有|報告)?[)]?$"
    r"|[:：]\s*([^\s:()]{1,8}(?:さん|氏))$"
)


_ITEM_KINDS = frozenset({"共有", "相談", "決定", "報告", "議論", "確認", "依頼", "審議"})


def items_of(lines: list[Line], sections: list[Section], *, title_line: int) -> list[FoundItem]:
    """The items in the order of the text, then what 保留：… carries over."""
    listed = _listed(sections)
    headings = _headings(lines, sections, title_line)
    if not headings and not listed:
        headings = _bullets_with_text(lines, _taken(sections))
    items = _last_of_each([_item(line, lines, headings, sections) for line in headings]) or listed
    if headings and listed:
        items = _with_listed(items, listed)
    return (items + _on_hold(sections, items))[:ITEMS_MAX]


def _taken(sections: list[Section]) -> set[int]:
    """Lines that belong to a section which is no item of its own."""
    taken: set[int] = set()
    for section in sections:
        taken.add(section.head.number)
        if section.label is not Label.AGENDA or section.lines:
            taken.update(range(section.head.number, section.last + 1))
    return taken


def _headings(lines: list[Line], sections: list[Section], title_line: int) -> list[Line]:
    """The headings of one style: the highest that stands more than once, else the first."""
    taken = _taken(sections)
    candidates = [
        line
        for line in lines
        if line.is_heading
        and line.number not in taken
        and line.number != title_line
        and line.label is None
        and _may_be_title(line)
    ]
    candidates = _after_header(candidates, sections)
    counts = Counter(line.style for line in candidates)
    ranks = {line.style: line.rank for line in candidates}
    styles = sorted(counts, key=lambda style: ranks[style])
    chosen = next((style for style in styles if counts[style] >= 2), styles[0] if styles else "")
    rank = ranks.get(chosen, 0)
    candidates = _without_list(candidates, lines, chosen)
    # A lone higher heading beside the chosen ones is an item as well.
    return [line for line in candidates if line.style == chosen or line.rank < rank]


def _without_list(candidates: list[Line], lines: list[Line], style: str) -> list[Line]:
    """Without numbered lines that only list the items which follow with their text."""
    if style not in ("1.", "(1)", "①"):
        return candidates
    rows = [line for line in candidates if line.style == style]
    empty = {
        row.number
        for row, after in pairwise(rows)
        if all(line.is_blank for line in lines[row.number : after.number - 1])
    }
    if len(empty) == len(rows) - 1:
        return candidates
    return [line for line in candidates if line.number not in empty]


def _bullets_with_text(lines: list[Line], taken: set[int]) -> list[Line]:
    """Outermost bullets under which text stands, where minutes have no headings at all."""
    rows = [line for line in lines if not line.is_blank and line.number not in taken]
    least = min((line.depth for line in rows if line.style in ("-", "*")), default=0)
    found = [
        line
        for line, after in pairwise(rows)
        if line.style in ("-", "*")
        and line.depth == least
        and after.depth > line.depth
        and len(line.body) <= 40
        and _may_be_title(line)
    ]
    return found if len(found) >= 2 else []


def _last_of_each(items: list[FoundItem]) -> list[FoundItem]:
    """Of items with one title (first 概要, then 詳細) the last, in the order of the text."""
    last = {_key(item.title): item for item in items}
    return [item for item in items if last[_key(item.title)] is item]


def _may_be_title(line: Line) -> bool:
    body = line.body.strip()
    return bool(
        2 <= len(body) <= TITLE_MAX_CHARACTERS
        and not _CONTAINERS.match(body.strip("*_ "))
        and not _NOT_ITEM.match(body)
        and not body.startswith(("http", "|"))
        and not body.endswith(("。", "か?"))
        and re.search(r"[^\W\d_]", body)
    )


def _after_header(candidates: list[Line], sections: list[Section]) -> list[Line]:
    """Without the name of the meeting, which stands right above 日時 and 出席者."""
    first = min((s.head.number for s in sections if s.label in HEADER), default=0)
    last = max(
        (s.last for s in sections if s.label in HEADER and s.head.number - first < 12), default=0
    )
    above = [line for line in candidates if line.number < first]
    if len(above) <= 1:
        return [line for line in candidates if line.number > last or line.number > first]
    return candidates


def _item(
    line: Line, lines: list[Line], headings: list[Line], sections: list[Section]
) -> FoundItem:
    last = last_line(line, [other.number for other in headings], sections, len(lines))
    body = [other for other in lines[line.number : last] if not other.is_blank]
    title, proposer = _title_and_proposer(line.body)
    return FoundItem(
        title=title,
        span=Span(line.number, max(line.number, last)),
        heading=line.raw.strip(),
        proposer=proposer,
        decides=any(other.label is Label.DECISION for other in body),
        is_carried_over=any(_is_carried(other) for other in body),
    )


def _is_carried(line: Line) -> bool:
    short = len(line.plain) <= 24 and (line.is_arrow or line.rank >= BULLET_RANK)
    return short and bool(_CARRIED.search(line.plain))


def _title_and_proposer(words: str) -> tuple[str, FoundName | None]:
    words = words.strip("*_ :")
    match = _WHO.search(words)
    if match is not None:
        name = next(group for group in match.groups() if group)
        if match[1] and (kind := _kind_and_person(name)):
            rest = words[: match.start()].strip(" 　:-・")
            return f"{rest}({kind[0]})"[:TITLE_MAX_CHARACTERS], FoundName(bare_name(kind[1]))
        person = re.sub(r"(?:から|より)?(?:の)?(?:説明|共有|報告)?$", "", name)
        if may_be_name(person) and (has_honorific(person) or match[1] is None):
            rest = words[: match.start()].strip(" 　:-・")
            if rest:
                return rest[:TITLE_MAX_CHARACTERS], FoundName(bare_name(person))
    return words[:TITLE_MAX_CHARACTERS], None


def _kind_and_person(words: str) -> tuple[str, str] | None:
    """相談 and 桐山 from 「相談・桐山」, in any order; None for anything else in parentheses."""
    parts = [part.strip() for part in re.split(r"[・、,/\s]+", words) if part.strip()]
    if len(parts) != 2 or len(_ITEM_KINDS.intersection(parts)) != 1:
        return None
    kind, person = sorted(parts, key=lambda part: part not in _ITEM_KINDS)
    return (kind, person) if may_be_name(person) else None


def _listed(sections: list[Section]) -> list[FoundItem]:
    """What stands under 議題 as a list."""
    items: list[FoundItem] = []
    for section in sections:
        if section.label is not Label.AGENDA:
            continue
        if section.value:
            title, who = _title_and_proposer(section.value)
            span = Span(section.head.number, section.head.number)
            items.append(FoundItem(title, span, proposer=who))
        rows = [line for line in section.lines if not line.is_blank and _may_be_title(line)]
        least = min((line.depth for line in rows), default=0)
        for line in rows:
            if line.depth == least and len(line.body) <= 80:
                title, who = _title_and_proposer(line.body)
                items.append(FoundItem(title, Span(line.number, line.number), proposer=who))
    return items


def _with_listed(items: list[FoundItem], listed: list[FoundItem]) -> list[FoundItem]:
    """Proposers named in the list are given to the headings of the same title."""
    by_title = {_key(item.title): item for item in listed}
    return [
        replace(item, proposer=item.proposer or by_title[_key(item.title)].proposer)
        if _key(item.title) in by_title
        else item
        for item in items
    ]


def _on_hold(sections: list[Section], items: list[FoundItem]) -> list[FoundItem]:
    """保留：… and the entries under 持ち越し."""
    known = {_key(item.title) for item in items}
    held: list[FoundItem] = []
    for section in sections:
        if section.label is not Label.HOLD:
            continue
        rows = (
            [(section.head.number, section.value)]
            if section.value
            else [
                (line.number, line.value or line.body)
                for line in section.lines
                if not line.is_blank
            ]
        )
        for number, words in rows:
            title = words.strip("。 ・*-")[:TITLE_MAX_CHARACTERS]
            if (
                len(title) >= 2
                and not title.startswith(("なし", "特に"))
                and _key(title) not in known
            ):
                held.append(FoundItem(title, Span(number, number), is_carried_over=True))
                known.add(_key(title))
    return held


def _key(title: str) -> str:
    return re.sub(r"[\W_]", "", title).lower()
