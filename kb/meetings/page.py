"""Everything the page of one meeting shows, in a fixed number of queries."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kb.engagement.comments import comments_on
from kb.files.models import Attachment
from kb.foundation.idempotency import new_form_key
from kb.meetings.all_hands import lines_of, promises_of, unanswered
from kb.meetings.concerns import Concerns, colleagues_in
from kb.meetings.forms import ItemForm
from kb.meetings.lineage import with_successors
from kb.meetings.materials import materials_of, on_item
from kb.meetings.models import AgendaItem, Decision, Material, Meeting, Series
from kb.meetings.story import story_before
from kb.text.markdown import trusted
from kb.todos.models import ActionItem
from people.models import Person
from people.querysets import attach_departments

SHOWN_ATTENDEES = 7
ASKED_TITLES = 4


def meeting_page(meeting: Meeting, reader: Person) -> dict[str, Any]:
    """The context of ``meetings/meeting_detail.html``."""
    concerns = Concerns.of(reader)
    materials = materials_of(meeting)
    items = list(
        meeting.agenda_items.select_related("proposer").prefetch_related(
            "questions__asked_by", "questions__answered_by"
        )
    )
    todos = list(
        ActionItem.objects.born_in(meeting).select_related("person", "created_by").by_due_date()
    )
    _attach_departments(meeting, items, todos)
    return {
        "meeting": meeting,
        "subject": subject_of(meeting, items),
        **_result(meeting, todos, concerns),
        "carried_over": [item for item in items if item.is_carried_over],
        "items": [
            {
                "item": item,
                "html": trusted(item.minutes_html),
                "materials": on_item(materials, item),
                "mine": concerns.of_item(item),
            }
            for item in items
        ],
        "materials": [m for m in materials if m.agenda_item_id is None and m.session_id is None],
        "body_html": trusted(meeting.body_html),
        "files": Attachment.objects.visible().on(meeting).filter(material=None).listed(),
        "sessions": _sessions_of(meeting, reader, materials),
        **comments_on(meeting),
        "reader": reader,
        **_around(meeting),
    }


def _result(meeting: Meeting, todos: list[ActionItem], concerns: Concerns) -> dict[str, Any]:
    """What was decided and what is to be done, each with why it touches the reader."""
    decisions = with_successors(list(_decisions_of(meeting)))
    mates = colleagues_in(concerns.departments) - {concerns.reader.pk}
    return {
        "decisions": [_decision_line(d, concerns.of_decision(d)) for d in decisions],
        "todos": [(todo, concerns.of_todo(todo, colleagues=mates)) for todo in todos],
        "todos_done": sum(todo.state == ActionItem.State.DONE for todo in todos),
    }


def _around(meeting: Meeting) -> dict[str, Any]:
    """Who was there, the meetings before and after, and the small forms of the page."""
    there, away = _attendance(meeting)
    is_all_hands = meeting.series.kind == Series.Kind.ALL_HANDS
    return {
        "there": there,
        "shown_there": there[:SHOWN_ATTENDEES],
        "away": away,
        "story": story_before(meeting),
        "previous": _neighbour(meeting, later=False),
        "following": _neighbour(meeting, later=True),
        "next_number": meeting.number + 1,
        "is_all_hands": is_all_hands,
        "unanswered": len(unanswered(meeting)) if is_all_hands else 0,
        "item_form": ItemForm(),
        "form_key": new_form_key(),
    }


def _attach_departments(meeting: Meeting, items: list[AgendaItem], todos: list[ActionItem]) -> None:
    asked = [question for item in items for question in item.questions.all()]
    attach_departments(
        [
            meeting.chair,
            meeting.scribe,
            *(item.proposer for item in items),
            *(todo.person for todo in todos),
            *(question.asked_by for question in asked),
            *(question.answered_by for question in asked),
        ]
    )


def subject_of(meeting: Meeting, items: list[AgendaItem]) -> str:
    """What was talked about in a few words: topics, else the first items, else the meeting's name."""
    words = [topic.name for topic in meeting.topics.all()]
    return " ".join(words or [item.title for item in items[:ASKED_TITLES]]) or str(meeting)


def _decisions_of(meeting: Meeting) -> Any:
    return meeting.decisions.visible().with_context().order_by("pk")


def _decision_line(decision: Any, mine: str) -> dict[str, Any]:
    """What components/_decision.html shows."""
    old = decision.supersedes
    return {
        "decision": decision,
        "mine": mine,
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


def _sessions_of(meeting: Meeting, reader: Person, materials: list[Material]) -> list[Any]:
    rows = meeting.sessions.select_related("department", "presenter").prefetch_related(
        "new_colleagues",
        "questions__asked_by",
        "questions__answered_by",
        "questions__article",
        "questions__wanted_by",
    )
    sessions = list(rows)
    promises = promises_of(meeting) if sessions else {}
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
            "results": lines_of(session.results),
            "goals": lines_of(session.goals),
            "promised_at": promises.get(session.department_id, (None, []))[0],
            "promises": promises.get(session.department_id, (None, []))[1],
            "materials": [m for m in materials if m.session_id == session.pk],
            "questions": [
                {
                    "question": question,
                    "wanted": len(question.wanted_by.all()),
                    "i_want": any(person.pk == reader.pk for person in question.wanted_by.all()),
                }
                for question in session.questions.all()
            ],
        }
        for session in sessions
    ]


def _neighbour(meeting: Meeting, *, later: bool) -> Meeting | None:
    others = Meeting.objects.visible().filter(series=meeting.series).select_related("series")
    found: Meeting | None = (
        others.filter(number__gt=meeting.number).order_by("number").first()
        if later
        else others.filter(number__lt=meeting.number).order_by("-number").first()
    )
    return found
