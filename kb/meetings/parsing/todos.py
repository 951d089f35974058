"""ToDos in minutes: those under 宿題, those in tables, and those marked in a line (★小泉, @山田)."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

from kb.meetings.parsing.found import FoundTodo, Span
from kb.meetings.parsing.labels import Label, label_of
from kb.meetings.parsing.lines import Line, cells_of
from kb.meetings.parsing.names import bare_name, is_group, may_be_name
from kb.meetings.parsing.sections import Section
from kb.meetings.parsing.tasks import read_task, says_nothing

TEXT_MAX_CHARACTERS = 300
_STAR_AT_END = re.compile(r"[★☆][^★☆。]{0,24}[)\]]?\s*$")
_STAR_ALONE = re.compile(r"^[(\[]?[★☆](?:[^★☆\s]*|.*[★☆])$")
_AT = re.compile(r"(?:^|[\s(、。:→>])@[^\s@、,。]{1,12}")
_ASSIGNED = re.compile(
    r"[(\[]\s*(?:担当|主担当|対応)\s*[:は]\s*([^()\[\]]{1,20}(?:\([^()]*\))?)[)\]]"
)
_ARROW_NAME = re.compile(
    r"^[→⇒⇨➡>\-=\s]*([一-龠々ヶァ-ヶー]{1,6})(?:さん|氏)(?:が|に|へ|、|,|:|\s|で).*(?:まで|する|依頼|確認|対応|作成|連絡|送)"
)
_NAME_ARROW = re.compile(r"^[一-龠々ぁ-んァ-ヶー]{1,6}(?:さん|氏)\s*[→⇒:]\s*\S{2,}")
_NAME_LAST = re.compile(r"\s[一-龠々ぁ-んァ-ヶー]{1,6}(?:さん|氏)$")
_DAY = re.compile(r"\d{1,2}[/月]\d|明日|今週|来週|月末")
_DOES_BY = re.compile(
    r"(?:(?<!い)(?<!あ)(?<!思)[るすくぐむぶうつ](?<!という)(?<!だろう)|連絡|確認|送付|作成|依頼|更新|対応|準備|調整|展開|報告|共有予定|予約|手配)[。]?\s*[(]\s*([^()0-9→]{1,10}(?:\([^()]{1,2}\))?)\s*[)][。]?$"
)
_UNTIL_IN_PARENS = re.compile(
    r"[(][^()]*(?:\d{1,2}[/月]\d{1,2}日?|週|月末)[^()]{0,6}(?:まで|中|〆|締)[^()]*[)][。]?$"
)
_IS_WISH = re.compile(r"する|みる|したい|依頼|確認|まで")
_SOON = re.compile(r"まで|今週中|来週|明日|今月中|月末")
_IS_OVER = re.compile(r"(?:た|です|である|予定|という)[。]?$")
_STATE_HEADS = frozenset({"状態", "ステータス", "状況", "status", "進捗"})
_DONE = frozenset({"済", "済み", "完了", "完", "done", "closed", "✅", "☑"})
_TABLE_NOISE = frozenset(
    {"no", "no.", "#", "番号", "項番", "状態", "ステータス", "状況", "status", "備考", "進捗"}
)
_KEY = re.compile(r"[\s、。,.・★☆()（）「」『』\-→:：@]+")


def todos_of(
    lines: list[Line], sections: list[Section], *, base: dt.date, without: set[int]
) -> list[FoundTodo]:
    """All ToDos, in the order of the text. What a list at the end repeats is kept once.

    ``without`` are lines that are known to say something else.
    """
    listed: list[FoundTodo] = []
    inside: set[int] = set(without)
    for section in sections:
        if section.label is Label.TODO:
            listed += _in_section(section, base)
        if section.label not in (Label.AGENDA, Label.DECISION):
            inside.update(range(section.head.number, section.last + 1))
    tables = [todo for todo, _number in _in_tables(lines, base) if _is_free(todo, inside)]
    inside.update(number for _todo, number in _in_tables(lines, base))
    marked = list(_marked(lines, inside, base))
    return _merged(listed + tables, marked)


def _is_free(todo: FoundTodo, inside: set[int]) -> bool:
    return todo.span.first not in inside


def _in_section(section: Section, base: dt.date) -> list[FoundTodo]:
    if section.value:
        found = _task(section.head, section.value, base)
        if found is None:
            return []
        return [replace(found, is_sure=found.is_sure and section.head.label is Label.TODO)]
    tables = [todo for todo, _number in _in_tables(list(section.lines), base)]
    if tables:
        return tables
    rows = [line for line in section.lines if not line.is_blank]
    found_all: list[FoundTodo] = []
    least = min((line.depth for line in rows), default=0)
    for line in rows:
        if found_all and line.label in (Label.ASSIGNEE, Label.DUE) and line.value:
            found_all[-1] = _joined(found_all[-1], line, base)
            continue
        if _is_group_head(line, rows) or (
            line.depth > least and not _is_marked(line) and found_all
        ):
            continue
        if (todo := _task(line, line.body, base)) is not None:
            found_all.append(todo)
    return found_all


def _is_group_head(line: Line, rows: list[Line]) -> bool:
    """A name or heading alone, under which the tasks stand deeper."""
    at = rows.index(line)
    following = rows[at + 1] if at + 1 < len(rows) else None
    return following is not None and following.depth > line.depth and len(line.body) <= 10


def _task(line: Line, words: str, base: dt.date) -> FoundTodo | None:
    words = re.sub(r"^(?:\[[ xX]?\]|[☐☑✅□])\s*", "", words)
    if label_of(words.partition(":")[0]) is Label.TODO:
        words = words.partition(":")[2]
    todo = read_task(words, Span(line.number, line.number), base=base, is_sure=True)
    if todo is None:
        return None
    return replace(
        todo,
        text=todo.text[:TEXT_MAX_CHARACTERS],
        full=todo.full[:TEXT_MAX_CHARACTERS],
        is_done=line.is_checked is True,
    )


def _joined(todo: FoundTodo, line: Line, base: dt.date) -> FoundTodo:
    """The entry with what 担当：… or 期限：… under it says."""
    extra = read_task(f"x ({line.body})", todo.span, base=base, is_sure=True)
    span = Span(todo.span.first, line.number)
    if extra is None:
        return replace(todo, span=span)
    return replace(todo, names=todo.names or extra.names, due=todo.due or extra.due, span=span)


def _is_marked(line: Line) -> bool:
    return bool(
        _STAR_AT_END.search(line.plain) or _AT.search(line.plain) or _ASSIGNED.search(line.plain)
    )


def _marked(lines: list[Line], inside: set[int], base: dt.date) -> Iterator[FoundTodo]:
    """ToDos in running notes."""
    has_marks = any("★" in line.plain for line in lines)
    for line in lines:
        is_plain = not line.is_blank and line.label is None and not line.is_heading
        if line.number in inside or not (is_plain or line.style in ("★", "☆")):
            continue
        certainty = _certainty(line, has_marks=has_marks)
        if certainty is None:
            continue
        todo = _task(line, line.body, base)
        if todo is not None and (len(todo.text) >= 4 or todo.names):
            yield replace(todo, is_sure=todo.is_sure and certainty and bool(todo.names))


def _certainty(line: Line, *, has_marks: bool) -> bool | None:
    """Whether a line is surely a ToDo (True), perhaps (False) or not at all (None)."""
    words = line.plain
    if line.style in ("★", "☆"):
        return False if _IS_WISH.search(words) else None
    if "★が" in words or _STAR_ALONE.match(words):
        return None
    if line.is_checked is not None or (_STAR_AT_END.search(words) and not words.endswith("★?")):
        return True
    if _AT.search(words):
        return bool(re.search(r"\d{1,2}[/月]\d|まで", words))
    return False if _is_likely(line, has_marks=has_marks) else None


def _is_likely(line: Line, *, has_marks: bool) -> bool:
    """Whether the line says who does something or until when, though no mark calls it a ToDo."""
    words = line.plain
    if (match := _ASSIGNED.search(words)) and _is_somebody(match[1]):
        return True
    if _ARROW_NAME.match(words) or _UNTIL_IN_PARENS.search(words):
        return True
    if _NAME_ARROW.match(line.body) or (_NAME_LAST.search(words) and _DAY.search(words)):
        return True
    if line.is_arrow and _SOON.search(words) and not _IS_OVER.search(words):
        return True
    done_by = None if has_marks else _DOES_BY.search(words)
    return done_by is not None and _is_somebody(done_by[1])


def _is_somebody(words: str) -> bool:
    bare = bare_name(re.sub(r"\([^()]*\)", "", words))
    return (may_be_name(bare) and len(bare) <= 8) or is_group(bare)


def _in_tables(lines: list[Line], base: dt.date) -> Iterator[tuple[FoundTodo, int]]:
    """Rows of tables that have a column for who or until when."""
    columns: list[Label | str | None] = []
    for line in lines:
        cells = _cells(line)
        if len(cells) < 2:
            columns = [] if not line.is_rule else columns
            continue
        heads = [label_of(cell) for cell in cells]
        if Label.ASSIGNEE in heads or Label.DUE in heads:
            columns = [_column(cell) or head for cell, head in zip(cells, heads, strict=True)]
        elif columns and (todo := _row(line, cells, columns, base)) is not None:
            yield todo, line.number


def _cells(line: Line) -> list[str]:
    if line.plain.startswith("|"):
        return cells_of(line.plain)
    if "\t" in line.raw.strip():
        return [cell.strip() for cell in line.raw.strip().split("\t") if cell.strip()]
    return []


def _row(
    line: Line, cells: list[str], columns: list[Label | str | None], base: dt.date
) -> FoundTodo | None:
    pairs = list(zip(columns, cells, strict=False))
    what = next((c for k, c in pairs if k in (None, Label.TODO) and c), "")
    who = next((c for k, c in pairs if k is Label.ASSIGNEE and c), "")
    due = next((c for k, c in pairs if k is Label.DUE and c), "")
    if says_nothing(what):
        return None
    words = what + (f" (担当:{who})" if who else "") + (f" (期限:{due})" if due else "")
    todo = _task(line, words, base)
    if todo is not None and any(k == "state" and c.lower() in _DONE for k, c in pairs):
        return replace(todo, is_done=True)
    return todo


def _column(head: str) -> str:
    word = head.lower()
    return "state" if word in _STATE_HEADS else "noise" if word in _TABLE_NOISE else ""


def _merged(listed: list[FoundTodo], marked: list[FoundTodo]) -> list[FoundTodo]:
    """Those of lists, and of the marked lines those that no list repeats."""
    kept: list[FoundTodo] = []
    for todo in listed:
        if not any(_KEY.sub("", todo.text) == _KEY.sub("", other.text) for other in kept):
            kept.append(todo)
    for todo in marked:
        if not any(_is_same(todo, other) for other in kept):
            kept.append(todo)
    return sorted(kept, key=lambda todo: todo.span.first)


def _is_same(one: FoundTodo, other: FoundTodo) -> bool:
    a, b = _KEY.sub("", one.text), _KEY.sub("", other.text)
    if a == b or (min(len(a), len(b)) >= 8 and (a in b or b in a)):
        return True
    mine, theirs = _pairs(a), _pairs(b)
    common = len(mine & theirs)
    names = {n.words for n in one.names} & {n.words for n in other.names}
    needed = 0.45 if names or not one.names or not other.names else 0.8
    return bool(mine and theirs) and common / min(len(mine), len(theirs)) >= needed and common >= 4


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
