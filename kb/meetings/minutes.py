"""Turns the answered rows of pasted minutes into agenda items, decisions, ToDos and attendance."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kb.engagement.notifying import Kind, notify
from kb.foundation.days import YEARS
from kb.meetings.models import AgendaItem, Attendance, Decision, Meeting, RejectedOption
from kb.meetings.parsing import Role, part_minutes
from kb.meetings.proposals import Answers
from kb.meetings.roster import Roster
from kb.text.dates import parse_day
from kb.todos.models import ActionItem
from people.models import Person

TITLE_MAX_CHARACTERS = 200
TODO_MAX_CHARACTERS = 300


@dataclass(frozen=True)
class _Row:
    """One answered row that is to be kept."""

    kind: str
    key: str
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()

    @property
    def line(self) -> int:
        text = self["line"]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _rows(answers: Answers, *kinds: str) -> Iterator[_Row]:
    for key, values in answers.values.items():
        kind = key.partition("-")[0]
        if kind in kinds and "use" in values:
            yield _Row(kind, key, values)


def problems_of(answers: Answers) -> dict[str, str]:
    """What keeps rows from being saved, by their keys: sentences for the writer."""
    roster = Roster.load() if answers else None
    found = {}
    for row in _rows(answers, "item", "decision", "todo", "moment"):
        if row.kind == "moment":
            words = (
                "" if moment_in(answers) else _("日時を読み取れません。直すか、外してください。")
            )
        else:
            words = _problem(row, roster) if roster is not None else ""
        if words:
            found[row.key] = words
    return found


def _problem(row: _Row, roster: Roster) -> str:
    longest = TODO_MAX_CHARACTERS if row.kind == "todo" else TITLE_MAX_CHARACTERS
    if not row["text"]:
        return _("文を書くか、チェックを外してください。")
    if len(row["text"]) > longest:
        return _("%(count)d字までで書いてください。") % {"count": longest}
    if row["due"] and parse_day(row["due"], today=timezone.localdate()) is None:
        return _("「%(due)s」という日はありません。日付を直すか、空にしてください。") % {
            "due": row["due"]
        }
    if row["who"] and roster.labelled(row["who"]) is None:
        return _("「%(who)s」がだれか、ひとりに決まりません。選び直すか、空にしてください。") % {
            "who": row["who"]
        }
    return ""


def moment_in(answers: Answers) -> dt.datetime | None:
    """The time of the meeting as the text says it, where the writer keeps it."""
    for row in _rows(answers, "moment"):
        try:
            moment = parse_datetime(row["text"])
        except ValueError:
            return None
        if moment is not None and moment.year in YEARS:
            return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    return None


def place_in(answers: Answers) -> str:
    """The place as the text says it, where the writer keeps it."""
    return next((row["text"][:100] for row in _rows(answers, "place")), "")


@transaction.atomic
def apply_answers(meeting: Meeting, answers: Answers, *, by: Person) -> None:
    """Makes of the kept rows what they say; rows that were made before are not made again."""
    done = set(meeting.readings.get("done", []))
    roster = Roster.load()
    fresh = Answers({key: row for key, row in answers.values.items() if key not in done})
    _add_people(meeting, fresh, roster)
    _add_items(meeting, fresh, roster)
    place_items(meeting)
    _add_decisions(meeting, fresh)
    _add_todos(meeting, fresh, roster, by=by)
    meeting.readings = {"done": sorted(done | set(answers.values))}
    meeting.save(update_fields=["chair", "scribe", "readings"])


def keep_answers(meeting: Meeting, answers: Answers) -> None:
    """Keeps the rows of a draft as they were answered, for its next opening."""
    meeting.readings = {**meeting.readings, **answers.as_kept()}
    meeting.save(update_fields=["readings"])


def place_items(meeting: Meeting) -> None:
    """Gives every item the part of the minutes under its heading, in the order of the text.

    An item whose heading was taken out of the text goes with it, unless something hangs on it.
    """
    items = [item for item in meeting.agenda_items.all() if item.heading]
    parts = part_minutes(meeting.body, [item.heading for item in items]).parts
    waiting = list(items)
    for part in parts:
        item = next(item for item in waiting if item.heading == part.heading)
        waiting.remove(item)
        item.minutes, item.position = part.text, part.first
        item.save(update_fields=["minutes", "position"])
    for item in waiting:
        _let_go(item)


def title_line(item: AgendaItem) -> str:
    """The line under which an item written apart stands in the text of its meeting."""
    return f"## {item.title}"


def adopt_titles(meeting: Meeting) -> None:
    """Items that were written apart become parts of the text where it names them."""
    lines = {line.strip() for line in meeting.body.splitlines()}
    for item in meeting.agenda_items.filter(heading="").exclude(minutes=""):
        if title_line(item) in lines:
            item.heading = title_line(item)
            item.save(update_fields=["heading"])


def _let_go(item: AgendaItem) -> None:
    hanging = (item.questions, item.materials, item.decisions)
    if item.is_carried_over or any(rows.exists() for rows in hanging):
        item.minutes, item.heading = "", ""
        item.save(update_fields=["minutes", "heading"])
    else:
        item.delete()


def _add_people(meeting: Meeting, answers: Answers, roster: Roster) -> None:
    for row in _rows(answers, "person"):
        person = roster.labelled(row["who"])
        if person is None:
            continue
        if row["role"] == Role.CHAIR:
            meeting.chair = meeting.chair or person
        elif row["role"] == Role.SCRIBE:
            meeting.scribe = person
        if row["role"] in (Role.CHAIR, Role.SCRIBE):
            # Whoever leads or writes is there, though minutes often name them in that line alone.
            meeting.attendances.get_or_create(person=person)
        else:
            Attendance.objects.update_or_create(
                meeting=meeting,
                person=person,
                defaults={"was_present": row["role"] != Role.ABSENT},
            )


def _add_items(meeting: Meeting, answers: Answers, roster: Roster) -> None:
    last = meeting.agenda_items.aggregate(last=Max("position"))["last"] or 0
    known = {same_words(item.title) for item in meeting.agenda_items.all()}
    deciding = {row.line for row in _rows(answers, "decision")}
    for number, row in enumerate(_rows(answers, "item"), 1):
        if same_words(row["text"]) in known:
            _give_heading(meeting, row)
            continue
        AgendaItem.objects.create(
            meeting=meeting,
            position=min(last + (row.line or number), 32_000),
            title=row["text"][:TITLE_MAX_CHARACTERS],
            heading=row["heading"][:300],
            proposer=roster.labelled(row["who"]) if row["who"] else None,
            kind=AgendaItem.Kind.SHARE,
            is_carried_over="carried" in row.values,
        )
    if deciding:
        place_items(meeting)


def _give_heading(meeting: Meeting, row: _Row) -> None:
    """An item prepared before the meeting finds its part of the minutes."""
    for item in meeting.agenda_items.filter(heading=""):
        if same_words(item.title) == same_words(row["text"]) and row["heading"]:
            item.heading = row["heading"][:300]
            item.is_carried_over = "carried" in row.values
            item.save(update_fields=["heading", "is_carried_over"])


def _add_decisions(meeting: Meeting, answers: Answers) -> None:
    known = {
        same_words(title) for title in meeting.decisions.visible().values_list("title", flat=True)
    }
    items = list(meeting.agenda_items.exclude(heading="").order_by("position"))
    for row in _rows(answers, "decision"):
        if same_words(row["text"]) in known:
            continue
        item = _item_at(meeting, items, row.line)
        decision = Decision.objects.create(
            title=" ".join(row["text"].split())[:TITLE_MAX_CHARACTERS],
            reason=row["reason"],
            meeting=meeting,
            agenda_item=item,
            proposed_by=item.proposer if item is not None else None,
            decided_on=timezone.localdate(meeting.held_at),
        )
        RejectedOption.objects.bulk_create(_rejected(decision, row["rejected"]))
        if item is not None and item.kind != AgendaItem.Kind.DECIDE:
            item.kind = AgendaItem.Kind.DECIDE
            item.save(update_fields=["kind"])


def _item_at(meeting: Meeting, items: list[AgendaItem], line: int) -> AgendaItem | None:
    """The item in whose part of the minutes the line stands."""
    for part in part_minutes(meeting.body, [item.heading for item in items]).parts:
        if part.first <= line <= part.last:
            return next((item for item in items if item.heading == part.heading), None)
    return None


def _rejected(decision: Decision, lines: str) -> Iterator[RejectedOption]:
    for line in lines.splitlines():
        option, _mark, why = line.partition("：")
        if option.strip():
            yield RejectedOption(
                decision=decision, option=option.strip()[:TITLE_MAX_CHARACTERS], why=why.strip()
            )


def _add_todos(meeting: Meeting, answers: Answers, roster: Roster, *, by: Person) -> None:
    known = {
        same_words(text)
        for text in ActionItem.objects.born_in(meeting).values_list("text", flat=True)
    }
    for row in _rows(answers, "todo"):
        person = roster.labelled(row["who"]) if row["who"] else None
        text = row["text"]
        if person is None and row["named"]:
            # Whose task it is stays open, but what was written is not lost.
            text = _("%(text)s（担当：%(name)s）") % {"text": text, "name": row["named"]}
        if same_words(text) in known:
            continue
        todo = ActionItem.objects.create(
            text=text[:TODO_MAX_CHARACTERS],
            person=person,
            due_on=parse_day(row["due"], today=timezone.localdate()) if row["due"] else None,
            origin=meeting,
            created_by=by,
        )
        _tell(todo, meeting, by)


def _tell(todo: ActionItem, meeting: Meeting, by: Person) -> None:
    def words() -> str:
        return _("「%(text)s」があなたのToDoになりました（%(meeting)s）。") % {
            "text": todo.text[:120],
            "meeting": meeting,
        }

    notify([todo.person], Kind.TASK, words, url=todo.get_absolute_url(), by=by)


def same_words(text: str) -> str:
    """The letters of a text alone: two texts are the same that differ in nothing else."""
    return "".join(character for character in text.lower() if character.isalnum())
