"""How much of twenty real minutes is read rightly: ``python -m benchmarks.minutes FOLDER``.

``FOLDER`` holds the minutes named in ``minutes_facts.json``, which a person has read. Prints how
many dates, people present, ToDos (with whom) and decisions are found, how many of the found ones
are wrong, and how long the slowest text took. A date counts when year, month and day are right.
"""

import datetime as dt
import json
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.meetings.parsing import ReadMinutes, Role, read_minutes

FACTS = Path(__file__).with_name("minutes_facts.json")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n\s*", re.DOTALL)
_DAY_IN_NAME = re.compile(r"(20\d{2})(\d{2})(\d{2})")


@dataclass
class Tally:
    """Expected, found rightly, and found though nobody said it."""

    expected: int = 0
    right: int = 0
    wrong: int = 0
    misses: list[str] = field(default_factory=list)

    def note(self, where: str, expected: list[str], found: list[str]) -> None:
        """Counts what of the expected was found, and what was found beside it."""
        self.expected += len(expected)
        hit = [one for one in expected if one in found]
        extra = [one for one in found if one not in expected]
        self.right += len(hit)
        self.wrong += len(extra)
        for one in set(expected) - set(hit):
            self.misses.append(f"{where}: missed {one}")
        for one in extra:
            self.misses.append(f"{where}: wrongly {one}")

    def row(self, name: str) -> str:
        """The figures in one line."""
        share = 100 * self.right / self.expected if self.expected else 100
        return (
            f"{name:<10} {self.right:>3} of {self.expected:>3} ({share:5.1f} %), {self.wrong} wrong"
        )


def main(folder: Path, *, tells: bool = False) -> int:
    """Prints the figures; 0 when all files were there."""
    facts = json.loads(FACTS.read_text(encoding="utf-8"))["minutes"]
    tallies = {name: Tally() for name in ("dates", "present", "todos", "assignees", "decisions")}
    slowest = 0.0
    for fact in facts:
        path = folder / fact["file"]
        if not path.exists():
            print(f"missing: {path}", file=sys.stderr)
            return 1
        text = _FRONT_MATTER.sub("", path.read_text(encoding="utf-8"))
        begun = time.perf_counter()
        read = read_minutes(text, today=_written_on(path, fact))
        slowest = max(slowest, time.perf_counter() - begun)
        _compare(tallies, path.stem, fact, read)
    for name, tally in tallies.items():
        print(tally.row(name))
        if tells:
            print(*(f"  {miss}" for miss in tally.misses), sep="\n")
    print(f"{len(facts)} minutes; the slowest took {slowest * 1000:.0f} ms")
    return 0


def _written_on(path: Path, fact: dict[str, Any]) -> dt.date:
    """The day after the meeting, as its file name says: minutes are pasted soon after."""
    match = _DAY_IN_NAME.search(path.name) or _DAY_IN_NAME.search(str(path))
    held = "".join(match.groups()) if match else fact["date"].replace("-", "") or "20230101"
    return dt.date.fromisoformat(held) + dt.timedelta(days=1)


def _compare(
    tallies: dict[str, Tally], where: str, fact: dict[str, Any], read: ReadMinutes
) -> None:
    day = read.moment.day.day if read.moment is not None else None
    expected = [fact["date"]] if fact["date"] else []
    tallies["dates"].note(where, expected, [day.isoformat()] if day else [])
    tallies["present"].note(where, fact["present"], _present(read))
    _compare_todos(tallies, where, fact["todos"], read)
    found = [one.text for one in read.decisions]
    keys = [words for (words,) in fact["decisions"]]
    tallies["decisions"].note(where, keys, _by_key(keys, found))


def _compare_todos(
    tallies: dict[str, Tally], where: str, expected: list[list[str]], read: ReadMinutes
) -> None:
    todos = list(read.todos)
    keys = [words for words, _who in expected]
    tallies["todos"].note(where, keys, _by_key(keys, [todo.text for todo in todos]))
    for words, who in expected:
        todo = next((one for one in todos if words in one.text), None)
        if todo is not None and who:
            names = [_named(name.words, name.note) for name in todo.names]
            tallies["assignees"].note(f"{where} {words}", [who], names)


def _by_key(keys: list[str], texts: list[str]) -> list[str]:
    """Each text as the key it holds, or as itself when it holds none."""
    found = []
    for text in texts:
        key = next((key for key in keys if key in text and key not in found), None)
        found.append(key or text)
    return found


def _present(read: ReadMinutes) -> list[str]:
    return [
        _named(person.name.words, person.name.note)
        for person in read.people
        if person.role is Role.PRESENT
    ]


def _named(words: str, note: str) -> str:
    return f"{words}({note})" if note else words


if __name__ == "__main__":
    arguments = [word for word in sys.argv[1:] if not word.startswith("-")]
    if len(arguments) != 1:
        sys.exit("usage: python -m benchmarks.minutes FOLDER [--tell]")
    sys.exit(main(Path(arguments[0]), tells="--tell" in sys.argv))
