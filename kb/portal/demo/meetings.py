"""Loads the COFFEE TALKs with their agenda, and what was decided there and elsewhere."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType

from kb.meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Meeting,
    MeetingRevision,
    RejectedOption,
    Series,
)
from kb.meetings.services import text_of
from kb.portal.demo.cast import Cast
from kb.portal.demo.source import Entry, read, read_folder
from kb.todos.models import ActionItem

PUBLISHED_AFTER = dt.timedelta(hours=2)
SERIES = {
    "COFFEE TALK": (
        "coffee-talk",
        Series.Kind.COFFEE_TALK,
        "隔週の30分。部署のあいだに落ちた話を持ち寄り、その場で決められることを決めます。",
    ),
    "ALL HANDS": (
        "all-hands",
        Series.Kind.ALL_HANDS,
        "半期に一度、全員が集まる会。チームごとに結果と次の目標を話し、質問に答えます。",
    ),
}


def load_meetings(cast: Cast) -> None:
    """Everything of ``meetings/``."""
    for entry in cast.calendar.filled(read_folder("meetings")):
        load_meeting(entry, cast)


def load_meeting(entry: Entry, cast: Cast) -> Meeting:
    """One meeting with who was there, its agenda, its ToDos and its minutes as a revision."""
    held_at = cast.calendar.moment(entry["day"], entry["time"])
    published_at = min(held_at + PUBLISHED_AFTER, cast.calendar.now)
    scribe = cast.people[entry["scribe"]]
    meeting = Meeting.objects.create(
        series=_series(entry["series"]),
        number=entry["number"],
        held_at=held_at,
        place=entry["place"],
        chair=cast.people[entry["chair"]],
        scribe=scribe,
        body=_body(entry),
        state=Meeting.State.PUBLISHED,
        published_at=published_at,
        created_at=held_at,
        updated_at=published_at,
    )
    _load_attendance(entry, meeting, cast)
    _load_agenda(entry, meeting, cast)
    _load_todos(entry.get("todos", []), meeting, cast)
    MeetingRevision.objects.create(
        meeting=meeting,
        number=1,
        text=text_of(meeting),
        author=scribe,
        created_at=published_at,
    )
    cast.meetings[f"{meeting.series.slug}-{meeting.number:02}"] = meeting
    return meeting


def _series(name: str) -> Series:
    slug, kind, description = SERIES[name]
    series, _created = Series.objects.get_or_create(
        slug=slug, defaults={"name": name, "kind": kind, "description": description}
    )
    return series


def _body(entry: Entry) -> str:
    carried = "\n".join(f"- {line}" for line in entry.get("carried_over", []))
    parts = [entry.get("body", "").strip(), f"## 持ち越し\n\n{carried}" if carried else ""]
    return "\n\n".join(part for part in parts if part)


def _load_attendance(entry: Entry, meeting: Meeting, cast: Cast) -> None:
    marks = [(login, True) for login in entry["present"]]
    marks += [(login, False) for login in entry.get("absent", [])]
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, person=cast.people[login], was_present=was_present)
        for login, was_present in marks
    )


def _load_agenda(entry: Entry, meeting: Meeting, cast: Cast) -> None:
    carried_over = entry.get("carried_over", [])
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=position,
            title=item["title"],
            kind=item["kind"],
            proposer=cast.people[item["proposer"]],
            gist=item["gist"],
            minutes=item["minutes"].strip(),
            is_carried_over=any(line.startswith(item["title"]) for line in carried_over),
        )
        for position, item in enumerate(entry.get("agenda", []), start=1)
    )


def _load_todos(entries: list[Entry], meeting: Meeting, cast: Cast) -> None:
    ActionItem.objects.bulk_create(
        ActionItem(
            text=entry["text"],
            person=cast.people[entry["person"]],
            due_on=cast.calendar.day(entry["day"]),
            state=ActionItem.State.DONE if entry["done"] else ActionItem.State.OPEN,
            done_at=_done_at(entry, meeting, cast) if entry["done"] else None,
            content_type=ContentType.objects.get_for_model(Meeting),
            object_id=meeting.pk,
            created_by=meeting.scribe,
            created_at=meeting.created_at,
            updated_at=meeting.created_at,
        )
        for entry in entries
    )


def _done_at(entry: Entry, meeting: Meeting, cast: Cast) -> dt.datetime:
    moment = min(cast.calendar.moment(entry["day"], "16:40"), cast.calendar.now)
    return max(moment, meeting.created_at)


def load_decisions(cast: Cast) -> None:
    """Everything of ``decisions.yaml``: reasons, options not chosen, what replaced what."""
    entries: list[Entry] = cast.calendar.filled(read("decisions.yaml"))
    decisions = Decision.objects.bulk_create(_decision(entry, cast) for entry in entries)
    cast.decisions = {
        entry["slug"]: decision for entry, decision in zip(entries, decisions, strict=True)
    }
    for entry, decision in zip(entries, decisions, strict=True):
        decision.supersedes = cast.decisions.get(entry.get("supersedes", ""))
    Decision.objects.bulk_update(decisions, ["supersedes"])
    RejectedOption.objects.bulk_create(
        RejectedOption(decision=decision, option=option["option"], why=option["why"])
        for entry, decision in zip(entries, decisions, strict=True)
        for option in entry.get("rejected", [])
    )
    Decision.departments.through.objects.bulk_create(
        Decision.departments.through(
            decision_id=decision.pk, department_id=cast.departments[slug].pk
        )
        for entry, decision in zip(entries, decisions, strict=True)
        for slug in entry["departments"]
    )
    for entry, decision in zip(entries, decisions, strict=True):
        decision.articles.set(cast.articles[title] for title in entry.get("articles", []))
    cast.give_topics(decisions, [entry["topics"] for entry in entries])


def _decision(entry: Entry, cast: Cast) -> Decision:
    meeting = cast.meetings[entry["meeting"]] if "meeting" in entry else None
    decided = cast.calendar.moment(entry["day"], "15:30")
    valid_from = entry.get("valid_from_day")
    proposer = cast.person(entry.get("proposed_by"))
    item = AgendaItem.objects.filter(
        meeting=meeting, proposer=proposer, kind=AgendaItem.Kind.DECIDE
    ).first()
    return Decision(
        title=entry["title"],
        reason=entry["reason"],
        meeting=meeting,
        agenda_item=item if meeting else None,
        proposed_by=proposer,
        decided_on=cast.calendar.day(entry["day"]),
        valid_from=cast.calendar.day(valid_from) if valid_from is not None else None,
        state=entry["state"],
        created_at=decided,
        updated_at=decided,
    )
