"""What was read from pasted minutes, as rows that the writer corrects before anything is saved.

Each row has a key made of its kind and the line it came from, so that an answer stays with its
line when the text is read again. ``Answers`` are the fields of these rows as they were sent.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from kb.meetings.parsing import FoundDay, FoundName, ReadMinutes, Role, Span
from kb.meetings.parsing.names import is_group
from kb.meetings.roster import Meant, Roster, describe, label_of
from people.models import Person

FIELDS = (
    "use", "text", "who", "due", "reason", "carried", "heading", "role", "rejected", "named", "line",
)  # fmt: skip
# So many rows fit on a page; whoever pastes more has pasted no minutes.
ROWS_MAX = 300
VALUE_MAX_CHARACTERS = 1000


@dataclass(frozen=True)
class Option:
    """A colleague to choose where a name could mean several."""

    value: str
    label: str


@dataclass(frozen=True)
class Proposal:
    """One row of the preview."""

    kind: str
    key: str
    text: str
    lines: str = ""
    use: bool = True
    is_sure: bool = True
    why: str = ""
    who: str = ""
    options: Sequence[Option] = ()
    person: Person | None = None
    due: str = ""
    due_words: str = ""
    reason: str = ""
    rejected: str = ""
    heading: str = ""
    role: str = ""
    named: str = ""
    line: int = 0
    carried: bool = False
    from_last: bool = False


@dataclass(frozen=True)
class Answers:
    """The fields of the rows as sent or kept, by key; ``seen`` are all keys that were shown."""

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def from_post(cls, sent: QueryDict) -> Self:
        """The rows of a sent form."""
        values = {}
        for key in sent.getlist("row")[:ROWS_MAX]:
            row = {
                name: (sent.get(f"{key}.{name}") or "")[:VALUE_MAX_CHARACTERS].replace("\0", "")
                for name in FIELDS
                if f"{key}.{name}" in sent
            }
            values[key[:60].replace("\0", "")] = row
        return cls(values)

    @classmethod
    def from_kept(cls, kept: Any) -> Self:
        """The rows as ``Meeting.readings`` keeps them."""
        rows = kept.get("rows", {}) if isinstance(kept, dict) else {}
        return cls({str(key): row for key, row in rows.items() if isinstance(row, dict)})

    def as_kept(self) -> dict[str, Any]:
        """What ``Meeting.readings`` keeps."""
        return {"rows": {key: dict(row) for key, row in self.values.items()}}

    def __bool__(self) -> bool:
        return bool(self.values)


class Proposer:
    """Makes the rows of one text."""

    def __init__(self, read: ReadMinutes, lines: Sequence[str], roster: Roster) -> None:
        self._read, self._lines, self._roster = read, lines, roster
        self._used: set[str] = set()
        self._meant: list[Meant] = []
        present = (person.name for person in read.people if person.role is not Role.ABSENT)
        found = (roster.meant_by(name).person for name in present)
        self._there = {person.pk for person in found if person is not None}

    def rows(self) -> list[Proposal]:
        """All rows, in the order in which they are shown."""
        made = [*self._facts(), *self._people(), *self._items(), *self._decisions(), *self._todos()]
        describe(self._meant)
        return [self._with_options(row, meant) for row, meant in made][:ROWS_MAX]

    def _facts(self) -> Iterable[tuple[Proposal, Meant | None]]:
        read = self._read
        if read.moment is not None:
            yield self._moment("moment", read.moment.day, read.moment.span), None
        if read.place:
            yield Proposal("place", "place", read.place), None

    def _moment(self, kind: str, day: FoundDay, span: Span) -> Proposal:
        moment = self._read.moment
        time = moment.time if moment is not None and kind == "moment" else None
        value = ""
        if day.day is not None:
            value = f"{day.day:%Y-%m-%d}T{time:%H:%M}" if time else f"{day.day:%Y-%m-%d}T00:00"
        return Proposal(
            kind,
            kind,
            value,
            lines=_shown(span),
            use=bool(value) and day.is_sure,
            is_sure=day.is_sure and bool(time),
            why=_why_day(day) or ("" if time else _("時刻は書かれていません。")),
            due_words=day.words,
        )

    def _people(self) -> Iterable[tuple[Proposal, Meant | None]]:
        for person in self._read.people:
            meant = self._roster.meant_by(person.name)
            row = Proposal(
                "person",
                self._key(f"person-{person.role}", person.span, meant.words),
                meant.words,
                lines=_shown(person.span),
                use=meant.person is not None or meant.is_ambiguous,
                is_sure=person.is_sure and meant.person is not None,
                why=meant.why,
                who=label_of(meant.person) if meant.person else "",
                person=meant.person,
                role=person.role,
            )
            yield row, meant

    def _items(self) -> Iterable[tuple[Proposal, Meant | None]]:
        for item in self._read.items:
            meant = self._roster.meant_by(item.proposer) if item.proposer else None
            row = Proposal(
                "item",
                self._key("item", item.span, item.title),
                item.title,
                lines=_shown(item.span),
                is_sure=item.is_sure,
                who=label_of(meant.person) if meant and meant.person else "",
                heading=item.heading,
                line=item.span.first,
                carried=item.is_carried_over,
            )
            yield row, meant

    def _decisions(self) -> Iterable[tuple[Proposal, Meant | None]]:
        for decision in self._read.decisions:
            row = Proposal(
                "decision",
                self._key("decision", decision.span, decision.text),
                decision.text,
                lines=_shown(decision.span),
                use=decision.is_sure,
                is_sure=decision.is_sure,
                why="" if decision.is_sure else _("決まったことかどうか、確かめてください。"),
                reason=decision.reason,
                line=decision.span.first,
                rejected="\n".join(_option_line(*pair) for pair in decision.rejected),
            )
            yield row, None

    def _todos(self) -> Iterable[tuple[Proposal, Meant | None]]:
        for todo in self._read.todos:
            if todo.is_done:
                continue
            meant, is_kept = self._assignee(todo.names)
            text = todo.text if is_kept or not todo.full else todo.full
            whys = [meant.why if meant and is_kept else "", _why_day(todo.due) if todo.due else ""]
            row = Proposal(
                "todo",
                self._key("todo", todo.span, todo.text),
                _with_others(text, todo.names),
                lines=_shown(todo.span),
                use=todo.is_sure or bool(meant and meant.people),
                is_sure=todo.is_sure and not any(whys),
                why=" ".join(why for why in whys if why),
                who=label_of(meant.person) if meant and meant.person and is_kept else "",
                named=meant.words if meant and meant.person is None and is_kept else "",
                line=todo.span.first,
                person=meant.person if meant else None,
                due=todo.due.day.isoformat() if todo.due and todo.due.day else "",
                due_words=todo.due.words if todo.due else "",
            )
            yield row, meant if is_kept else None

    def _assignee(self, names: Sequence[FoundName]) -> tuple[Meant | None, bool]:
        """Whom the first name means, and whether it may be cut out of the words."""
        if not names or is_group(names[0].words):
            return None, True
        meant = self._roster.meant_by(names[0], among=self._there)
        return meant, names[0].is_marked or bool(meant.people) or bool(meant.left)

    def _key(self, kind: str, span: Span, words: str) -> str:
        """Stays the same while the line stays the same, wherever it stands."""
        line = self._lines[span.first - 1].strip() if span.first <= len(self._lines) else ""
        seed = f"{line}\n{words}"
        for number in range(ROWS_MAX):
            digest = hashlib.sha256(f"{seed}\n{number}".encode("utf-8", "replace")).hexdigest()[:12]
            key = f"{kind}-{digest}"
            if key not in self._used:
                break
        self._used.add(key)
        return key

    def _with_options(self, row: Proposal, meant: Meant | None) -> Proposal:
        if meant is None or not meant.is_ambiguous:
            return row
        options = [
            Option(label_of(p), f"{p.name}({p.department})" if p.department else label_of(p))
            for p in meant.people
        ]
        return replace(row, options=options)


def proposals_of(read: ReadMinutes, text: str, roster: Roster) -> list[Proposal]:
    """The rows for what was read from the text."""
    return Proposer(read, text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), roster).rows()


def answered(rows: Iterable[Proposal], answers: Answers) -> list[Proposal]:
    """The rows with what the writer has answered so far."""
    return [_answered(row, answers.values.get(row.key)) for row in rows]


def _answered(row: Proposal, answer: Mapping[str, str] | None) -> Proposal:
    if answer is None:
        return row
    return replace(
        row,
        use="use" in answer,
        text=answer.get("text", row.text),
        who=answer.get("who", row.who),
        due=answer.get("due", row.due),
        reason=answer.get("reason", row.reason),
        carried="carried" in answer,
    )


def _shown(span: Span) -> str:
    return str(span.first) if span.last <= span.first else f"{span.first}–{span.last}"


def _why_day(day: FoundDay) -> str:
    if day.is_sure:
        return ""
    if day.day is None:
        return _("「%(words)s」は、いつのことか読み取れません。") % {"words": day.words}
    return _("「%(words)s」を%(day)sと読みました。確かめてください。") % {
        "words": day.words,
        "day": f"{day.day.year}/{day.day.month}/{day.day.day}",
    }


def _option_line(option: str, why: str) -> str:
    return f"{option}：{why}" if why else option


def _with_others(text: str, names: Sequence[FoundName]) -> str:
    """The words with everybody after the first: a ToDo has one person who answers for it."""
    groups = [name.words for name in names if is_group(name.words)]
    if groups and groups[0] == names[0].words:
        return _("%(text)s（%(names)s）") % {"text": text, "names": "、".join(groups)}
    others = [name.words for name in names[1:]]
    return (
        _("%(text)s（%(names)sと）") % {"text": text, "names": "、".join(others)}
        if others
        else text
    )
