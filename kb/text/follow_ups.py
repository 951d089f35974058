"""What comes next, as people note it in a line of its own: 「次回 12/3 見積送付 @佐藤」."""

import datetime as dt
import re
from dataclasses import dataclass

from kb.text.dates import parse_day

_LINE = re.compile(
    r"^[\s\-・*→■●★]*(?:次回(?:アクション)?|次アクション|ネクストアクション|次にやること|to\s?do)"
    r"(?P<mark>[\s:：は]+)(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"(?:まで(?:に)?|に)$")
_WEEKDAY = re.compile(r"[(（][月火水木金土日](?:曜日?)?[)）]")
_GLUED = re.compile(r"(?<=[\d日)）])(まで(?:に)?)(?=\S)")
_END = re.compile(r"[。.、,\s]+$")


@dataclass(frozen=True)
class FollowUp:
    """One thing to do: words, the day by which, and the name written after ``@`` or ""."""

    text: str
    due_on: dt.date | None = None
    name: str = ""


def find_follow_up(text: str, *, today: dt.date) -> FollowUp | None:
    """The first line of a text that notes what comes next, or None.

    Such a line begins with 次回, ToDo or the like and names a day or a person, or has a colon; other
    sentences that begin with 次回 are only told. A day that is over stays in the words: which year was meant is unsure.
    """
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        found = _read(match["rest"], today)
        if found is not None and (
            found.due_on or found.name or "：" in match["mark"] or ":" in match["mark"]
        ):
            return found
    return None


def _read(rest: str, today: dt.date) -> FollowUp | None:
    words: list[str] = []
    due_on: dt.date | None = None
    name = ""
    for word in _GLUED.sub(r"\1 ", _END.sub("", rest)).split():
        day = (
            parse_day(_UNTIL.sub("", _WEEKDAY.sub("", word)), today=today)
            if due_on is None
            else None
        )
        if day is not None and day >= today:
            due_on = day
        elif word[0] in "@＠" and len(word) > 1 and not name:
            name = word[1:]
        else:
            words.append(word)
    return FollowUp(" ".join(words), due_on, name) if words else None
