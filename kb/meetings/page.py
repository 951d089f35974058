"""Everything the page of one meeting shows, in a fixed number of queries."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kb.engagement.comments import comments_on
from kb.files.models import Attachment
from kb.meetings.models import AgendaItem, Decision, Meeting
from kb.text.markdown import trusted
from kb.todos.models import ActionItem
from people.models import Person
from people.querysets import attach_departments

SHOWN_ATTENDEES = 7
ASKED_TITLES = 4


def meeting_page(meeting: Meeting, reader: Person) -> dict[str, Any]:
    """The context of ``meetings/meeting_detail.html``."""
    items = list(meeting.agenda_items.select_related("proposer"))
    todos = list(
        ActionItem.objects.born_in(meeting).select_related("person", "created_by").by_due_date()
    )
    there, away = _attendance(meeting)
    attach_departments(
        [
            meeting.chair,
            meeting.scribe,
            *(item.proposer for item in items),
            *(todo.person for todo in todos),
        ]
    )
    return {
        "meeting": meeting,
        "subject": subject_of(meeting, items),
        "decisions": [_decision_line(d) for d in _decisions_of(meeting)],
        "todos": todos,
        "todos_done": sum(todo.state == ActionItem.State.DONE for todo in todos),
        "carried_over": [item for item in items if item.is_carried_over],
        "items": [{"item": item, "html": trusted(item.minutes_html)} for item in items],
        "body_html": trusted(meeting.body_html),
        "sessions": _sessions_of(meeting),
        "there": there,
        "shown_there": there[:SHOWN_ATTENDEES],
        "away": away,
        "files": Attachment.objects.visible().on(meeting),
        **comments_on(meeting),
        "reader": reader,
        "previous": _neighbour(meeting, later=False),
        "following": _neighbour(meeting, later=True),
        "next_number": meeting.number + 1,
    }


def subject_of(meeting: Meeting, items: list[AgendaItem]) -> str:
    """What was talked about in a few words: topics, else the first items, else the meeting's name."""
    words = [topic.name for topic in meeting.topics.all()]
    return " ".join(words or [item.title for item in items[:ASKED_TITLES]]) or str(meeting)


def _decisions_of(meeting: Meeting) -> Any:
    return meeting.decisions.visible().with_context().order_by("pk")


def _decision_line(decision: Decision) -> dict[str, Any]:
    """What components/_decision.html shows."""
    old = decision.supersedes
    return {
        "decision": decision,
        "status": state_words(decision),
        "tone": "ok" if decision.state == Decision.State.VALID else "",
        "status_icon": "check" if decision.state == Decision.State.VALID else "clock",
        "replaces": _("「%(old)s」を改定") % {"old": old.title} if old else "",
        "rejected": _("、").join(row.option for row in decision.rejected_options.all()),
    }


def state_words(decision: Decision) -> str:
    """「有効・12/1から」 while it lies ahead, else the state alone."""
    label = str(decision.get_state_display())
    start = decision.valid_from
    if decision.state == Decision.State.VALID and start and start > timezone.localdate():
        return _("%(state)s・%(day)sから") % {"state": label, "day": date_format(start, _("n/j"))}
    return label


def _attendance(meeting: Meeting) -> tuple[list[Person], list[Person]]:
    rows = list(meeting.attendances.all())
    people = Person.objects.filter(pk__in=[row.person_id for row in rows]).with_departments()
    by_id = {person.pk: person for person in people}
    there = [by_id[row.person_id] for row in rows if row.was_present]
    away = [by_id[row.person_id] for row in rows if not row.was_present]
    return there, away


def _sessions_of(meeting: Meeting) -> list[Any]:
    rows = meeting.sessions.select_related("department", "presenter").prefetch_related(
        "new_colleagues", "questions__asked_by", "questions__answered_by"
    )
    sessions = list(rows)
    questions = [question for session in sessions for question in session.questions.all()]
    attach_departments(
        [
            *(session.presenter for session in sessions),
            *(person for session in sessions for person in session.new_colleagues.all()),
            *(question.asked_by for question in questions),
            *(question.answered_by for question in questions),
        ]
    )
    return [
        {
            "session": session,
            "results": _lines(session.results),
            "goals": _lines(session.goals),
        }
        for session in sessions
    ]


def _lines(text: str) -> list[str]:
    return [line.lstrip("-・ ").strip() for line in text.splitlines() if line.strip()]


def _neighbour(meeting: Meeting, *, later: bool) -> Meeting | None:
    others = Meeting.objects.visible().filter(series=meeting.series).select_related("series")
    found: Meeting | None = (
        others.filter(number__gt=meeting.number).order_by("number").first()
        if later
        else others.filter(number__lt=meeting.number).order_by("-number").first()
    )
    return found
