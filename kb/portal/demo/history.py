"""Retells how a text grew: every edit of the data becomes a real revision with a real difference.

The first revision holds the beginning of the text. Each edit adds the next piece, on days spread
between the first day and the editor's last one, until the text is whole.
"""

import re
from dataclasses import dataclass

from kb.portal.demo.source import Entry

HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
FIRST_SHARE = 0.5


@dataclass(frozen=True)
class Step:
    """One saved state: who wrote it on which day, and the text as it then stood."""

    login: str
    day: int
    body: str
    added: int
    note: str = ""


def steps(entry: Entry, body: str) -> list[Step]:
    """The states of a text in order; the last one is the whole text."""
    edits = _edits(entry)
    pieces = _pieces(body, len(edits))
    kept = len(pieces) - len(edits)
    told = [_step((entry["author"], entry["day"]), "", "".join(pieces[:kept]))]
    for (login, day), piece in zip(edits, pieces[kept:], strict=True):
        told.append(_step((login, day), told[-1].body, piece))
    return told


def _step(edit: tuple[str, int], before: str, piece: str) -> Step:
    heading = HEADING.search(piece)
    note = f"「{heading[1].strip()}」を書き足した" if before and heading else ""
    lines = sum(1 for line in piece.splitlines() if line.strip())
    return Step(edit[0], edit[1], before + piece, max(lines, 1), note)


def _edits(entry: Entry) -> list[tuple[str, int]]:
    """Who edited on which day, in order; a text changed later than that was changed by its owner.

    A question is changed by its answers, not by edits.
    """
    first = entry["day"]
    days = [
        (
            contributor["person"],
            first + (contributor["day"] - first) * number // contributor["edits"],
        )
        for contributor in entry.get("contributors", [])
        for number in range(1, contributor["edits"] + 1)
    ]
    updated = entry.get("updated_day", first)
    if entry["kind"] != "question" and updated > max([first, *(day for _login, day in days)]):
        days.append((entry.get("owner") or entry["author"], updated))
    return sorted(days, key=lambda edit: edit[1])


def _pieces(body: str, edits: int) -> list[str]:
    """The text cut for its first state and that many edits, at blank lines as far as they go."""
    blocks = re.split(r"(?<=\n\n)(?=\S)", body)
    if (len(blocks) + 1) // 2 < edits + 1:
        blocks = body.splitlines(keepends=True)
    if len(blocks) < edits + 1:
        blocks += [""] * (edits + 1 - len(blocks))
    kept = max(1, len(blocks) - max(edits, int(len(blocks) * (1 - FIRST_SHARE))))
    rest = blocks[kept:]
    cut = [rest[len(rest) * n // edits : len(rest) * (n + 1) // edits] for n in range(edits)]
    return ["".join(blocks[:kept] if edits else blocks), *("".join(part) for part in cut)]
