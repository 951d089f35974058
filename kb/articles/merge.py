"""Merging two changes of one text, and showing what changed, line by line and word by word."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from diff_match_patch import diff_match_patch

# After this time the comparison becomes coarser; it stays correct.
TIMEOUT_S = 1.0
MARK_THEIRS = "▼▼▼ 相手の変更"
MARK_MINE = "▼▼▼ 自分の変更"
MARK_END = "▲▲▲ ここまで"
MARKS = (MARK_THEIRS, MARK_MINE, MARK_END)

_DELETE, _EQUAL, _INSERT = -1, 0, 1


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines ``start`` to ``end`` of the base (end excluded) were replaced by ``lines``."""

    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both changed: the base's lines, theirs and mine. Any may be empty."""

    base: tuple[str, ...]
    theirs: tuple[str, ...]
    mine: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text in pieces: lines that are settled, and clashes between them."""

    pieces: tuple[tuple[str, ...] | Clash, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing has to be decided by a person."""
        return not any(isinstance(piece, Clash) for piece in self.pieces)

    @property
    def text(self) -> str:
        """The merged text; in a clash both versions stand between marks, so nothing is lost."""
        lines: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, Clash):
                lines += [MARK_THEIRS, *piece.theirs, MARK_MINE, *piece.mine, MARK_END]
            else:
                lines += piece
        return "\n".join(lines)


def both_kept(text: str) -> str:
    """A text with clashes, where the lines of both stay one after the other: the marks go."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if line.strip() not in MARKS)


@dataclass(frozen=True, slots=True)
class DiffSpan:
    """A piece of a line; ``is_changed`` marks the words that differ."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a comparison. ``gap`` stands for ``count`` unchanged lines left out."""

    kind: Literal["same", "add", "del", "gap"]
    spans: tuple[DiffSpan, ...] = ()
    count: int = 0


def merge_texts(base: str, theirs: str, mine: str) -> Merge:
    """Both changes in one text, with clashes where they touch the same lines."""
    if not base and theirs and mine and theirs != mine:
        # Two texts without a common beginning have no lines in common but by chance.
        return Merge((Clash((), tuple(theirs.split("\n")), tuple(mine.split("\n"))),))
    lines = base.split("\n")
    pieces: list[tuple[str, ...] | Clash] = []
    position = 0
    for group in _groups(hunks(base, theirs), hunks(base, mine)):
        start = min(hunk.start for _side, hunk in group)
        end = max(hunk.end for _side, hunk in group)
        pieces.append(tuple(lines[position:start]))
        their_lines = _applied(lines[start:end], start, _of("theirs", group))
        my_lines = _applied(lines[start:end], start, _of("mine", group))
        sides = {side for side, _hunk in group}
        if their_lines == my_lines or sides == {"theirs"}:
            pieces.append(their_lines)
        elif sides == {"mine"}:
            pieces.append(my_lines)
        else:
            pieces.append(Clash(tuple(lines[start:end]), their_lines, my_lines))
        position = end
    pieces.append(tuple(lines[position:]))
    return Merge(tuple(piece for piece in pieces if piece))


def hunks(base: str, changed: str) -> list[Hunk]:
    """What to replace in the base to get the changed text, from top to bottom."""
    result: list[Hunk] = []
    position, start = 0, 0
    removed, added = 0, list[str]()
    for operation, lines in _line_diff(base, changed):
        if operation == _EQUAL:
            result += _hunks_of(start, removed, added)
            position += len(lines)
            start, removed, added = position, 0, []
        elif operation == _DELETE:
            removed += len(lines)
            position += len(lines)
        else:
            added += lines
    result += _hunks_of(start, removed, added)
    return result


def _hunks_of(start: int, removed: int, added: Sequence[str]) -> Iterator[Hunk]:
    """One replacement; as many lines for as many are replaced one by one, so that a change of one
    line does not clash with a change of the line below it."""
    if removed == len(added):
        for number, line in enumerate(added, start):
            yield Hunk(number, number + 1, (line,))
    elif removed or added:
        yield Hunk(start, start + removed, tuple(added))


def count_changes(before: str, after: str) -> tuple[int, int]:
    """How many lines were added and how many removed."""
    if not before:
        return (len(after.split("\n")) if after else 0), 0
    changes = hunks(before, after)
    return (
        sum(len(hunk.lines) for hunk in changes),
        sum(hunk.end - hunk.start for hunk in changes),
    )


def compare(before: str, after: str, *, context: int | None = 3) -> tuple[DiffLine, ...]:
    """The comparison for reading; ``context`` unchanged lines around changes, None shows all."""
    lines: list[DiffLine] = []
    operations = list(_line_diff(before, after))
    for index, (operation, texts) in enumerate(operations):
        if operation == _EQUAL:
            is_first, is_last = index == 0, index == len(operations) - 1
            lines += _same(texts, context, is_first=is_first, is_last=is_last)
        elif operation == _DELETE:
            follows = operations[index + 1] if index + 1 < len(operations) else (_EQUAL, [])
            lines += _changed(texts, follows[1] if follows[0] == _INSERT else [])
        elif index == 0 or operations[index - 1][0] != _DELETE:
            lines += _changed([], texts)
    return tuple(lines)


def _groups(theirs: Iterable[Hunk], mine: Iterable[Hunk]) -> Iterator[list[tuple[str, Hunk]]]:
    """Hunks that touch the same lines together, from top to bottom."""
    tagged: list[tuple[str, Hunk]] = [
        *(("theirs", hunk) for hunk in theirs),
        *(("mine", hunk) for hunk in mine),
    ]
    tagged.sort(key=lambda pair: (pair[1].start, pair[1].end))
    group: list[tuple[str, Hunk]] = []
    end = -1
    for side, hunk in tagged:
        if group and not _touches(group, hunk, end):
            yield group
            group = []
        group.append((side, hunk))
        end = max(end, hunk.end) if len(group) > 1 else hunk.end
    if group:
        yield group


def _touches(group: Sequence[tuple[str, Hunk]], hunk: Hunk, end: int) -> bool:
    # Two insertions at one place have no order that a program may choose.
    same_place = any(hunk.start == hunk.end == other.start == other.end for _side, other in group)
    return hunk.start < end or same_place


def _of(side: str, group: Iterable[tuple[str, Hunk]]) -> list[Hunk]:
    return [hunk for owner, hunk in group if owner == side]


def _applied(lines: Sequence[str], first: int, changes: Iterable[Hunk]) -> tuple[str, ...]:
    """The lines, of which the first has the number ``first``, with the changes made in them."""
    result: list[str] = []
    position = 0
    for hunk in changes:
        result += [*lines[position : hunk.start - first], *hunk.lines]
        position = hunk.end - first
    return (*result, *lines[position:])


def _line_diff(before: str, after: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of equal, deleted and inserted lines; a deletion stands before its insertion."""
    engine = diff_match_patch()
    engine.Diff_Timeout = TIMEOUT_S
    numbers: dict[str, str] = {}
    coded = [
        "".join(numbers.setdefault(line, chr(len(numbers) + 1)) for line in text.split("\n"))
        for text in (before, after)
    ]
    words = {code: line for line, code in numbers.items()}
    for operation, codes in engine.diff_main(coded[0], coded[1], False):  # noqa: FBT003
        yield operation, [words[code] for code in codes]


def _same(
    texts: Sequence[str], context: int | None, *, is_first: bool, is_last: bool
) -> list[DiffLine]:
    if context is None:
        return [_plain("same", text) for text in texts]
    head = 0 if is_first else context
    tail = 0 if is_last else context
    hidden = len(texts) - head - tail
    if hidden <= 1:
        return [_plain("same", text) for text in texts]
    after = texts[len(texts) - tail :] if tail else []
    return [
        *(_plain("same", text) for text in texts[:head]),
        DiffLine("gap", count=hidden),
        *(_plain("same", text) for text in after),
    ]


def _changed(removed: Sequence[str], added: Sequence[str]) -> list[DiffLine]:
    if len(removed) != len(added):
        return [
            *(_plain("del", text) for text in removed),
            *(_plain("add", text) for text in added),
        ]
    pairs = [_words(old, new) for old, new in zip(removed, added, strict=True)]
    return [old for old, _new in pairs] + [new for _old, new in pairs]


def _words(old: str, new: str) -> tuple[DiffLine, DiffLine]:
    engine = diff_match_patch()
    engine.Diff_Timeout = TIMEOUT_S / 10
    changes = engine.diff_main(old, new)
    engine.diff_cleanupSemantic(changes)
    before = tuple(DiffSpan(t, op == _DELETE) for op, t in changes if op != _INSERT)
    after = tuple(DiffSpan(t, op == _INSERT) for op, t in changes if op != _DELETE)
    return DiffLine("del", before), DiffLine("add", after)


def _plain(kind: Literal["same", "add", "del"], text: str) -> DiffLine:
    return DiffLine(kind, (DiffSpan(text, is_changed=False),))
