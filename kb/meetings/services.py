"""Writes of meetings and decisions."""

import datetime as dt
import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from kb.articles.links import resolver_for
from kb.articles.models import Article
from kb.foundation.bin import put_into_bin, take_out_of_bin
from kb.meetings.minutes import (
    adopt_titles,
    apply_answers,
    keep_answers,
    place_items,
    title_line,
)
from kb.meetings.models import (
    AgendaItem,
    Attendance,
    Decision,
    Meeting,
    MeetingRevision,
    RejectedOption,
    Series,
)
from kb.meetings.parsing import part_minutes
from kb.meetings.proposals import Answers
from kb.meetings.series import left_over
from kb.text.markdown import clean_source, render_markdown
from kb.topics.services import set_topics
from people.models import Department, Person

# Headings of the minutes stand below those of the page.
BELOW_A_SECTION, BELOW_AN_ITEM = 3, 4


class MeetingConflict(Exception):
    """Somebody saved the minutes in the meantime; ``current`` is what stands there now."""

    def __init__(self, current: Meeting) -> None:
        super().__init__(f"meeting {current.pk} is at revision {current.revision}")
        self.current = current


class DecisionConflict(Exception):
    """Somebody saved the decision in the meantime; ``current`` is what stands there now."""

    def __init__(self, current: Decision) -> None:
        super().__init__(f"decision {current.pk} is at revision {current.revision}")
        self.current = current


@dataclass(frozen=True)
class MeetingFields:
    """What a person writes of a meeting."""

    held_at: dt.datetime
    body: str
    title: str = ""
    place: str = ""
    chair: Person | None = None
    present: Sequence[Person] = ()
    topics: Sequence[str] = ()
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True)
class DecisionFields:
    """What a person writes of a decision. ``rejected`` holds pairs of option and reason."""

    title: str
    reason: str
    decided_on: dt.date
    valid_from: dt.date | None = None
    state: str = Decision.State.VALID
    meeting: Meeting | None = None
    supersedes: Decision | None = None
    departments: Sequence[Department] = ()
    topics: Sequence[str] = ()
    rejected: Sequence[tuple[str, str]] = ()
    articles: Sequence[Article] | None = None
    proposed_by: Person | None = None


@transaction.atomic
def create_meeting(
    series: Series,
    number: int,
    *,
    by: Person,
    fields: MeetingFields,
    state: str = Meeting.State.PUBLISHED,
) -> Meeting:
    """The new meeting with its minutes as the first revision; the writer is the scribe."""
    meeting = Meeting(series=series, number=number, scribe=by, state=state)
    _fill_meeting(meeting, fields)
    if state == Meeting.State.PUBLISHED:
        meeting.published_at = timezone.now()
    meeting.save()
    _attend(meeting, fields.present)
    set_topics(meeting, fields.topics)
    _take_answers(meeting, fields, by)
    render_meeting(meeting)
    _keep_revision(meeting, by)
    return meeting


@transaction.atomic
def prepare_meeting(series: Series, number: int, *, by: Person, fields: MeetingFields) -> Meeting:
    """The next meeting in preparation, with what last time carried over on its agenda."""
    left = left_over(series)
    meeting = create_meeting(series, number, by=by, fields=fields, state=Meeting.State.PREPARING)
    for position, item in enumerate(left.carried_over if left else (), 1):
        AgendaItem.objects.create(
            meeting=meeting,
            position=position,
            title=item.title,
            gist=item.gist,
            proposer=item.proposer,
            kind=AgendaItem.Kind.CONSULT,
        )
    return meeting


@transaction.atomic
def change_meeting(
    meeting: Meeting, *, by: Person, base_revision: int, fields: MeetingFields, publish: bool = True
) -> Meeting:
    """The changed meeting; after publication the change is a 訂正. Raises ``MeetingConflict``."""
    updated = Meeting.objects.filter(pk=meeting.pk, revision=base_revision).update(
        revision=F("revision") + 1
    )
    meeting.refresh_from_db()
    if not updated:
        raise MeetingConflict(meeting)
    text_before = text_of(meeting)
    _fill_meeting(meeting, fields)
    adopt_titles(meeting)
    if meeting.published_at is not None:
        if text_of(meeting) != text_before:
            meeting.state = Meeting.State.CORRECTED
    elif publish:
        meeting.state, meeting.published_at = Meeting.State.PUBLISHED, timezone.now()
    elif meeting.body:
        meeting.state = Meeting.State.DRAFT
    meeting.save()
    _attend(meeting, fields.present)
    set_topics(meeting, fields.topics)
    _take_answers(meeting, fields, by)
    render_meeting(meeting)
    _keep_revision(meeting, by)
    return meeting


def render_meeting(meeting: Meeting) -> None:
    """Stores the HTML of every agenda item, and of what stands in the minutes beside them."""
    items = list(meeting.agenda_items.all())
    rest = part_minutes(meeting.body, [item.heading for item in items]).rest
    meeting.body_html = _html(rest, f"m{meeting.pk}", top_level=BELOW_A_SECTION)
    meeting.save(update_fields=["body_html"])
    for item in items:
        item.minutes_html = _html(item.minutes, f"a{item.pk}", top_level=BELOW_AN_ITEM)
    AgendaItem.objects.bulk_update(items, ["minutes_html"])


def text_of(meeting: Meeting) -> str:
    """The minutes as one text, for correcting, revisions and differences.

    Items whose minutes were written apart from the text stand below it under their titles.
    """
    apart = [item for item in meeting.agenda_items.all() if item.minutes and not item.heading]
    items = [f"{title_line(item)}\n\n{item.minutes}" for item in apart]
    return "\n\n".join([part for part in (meeting.body, *items) if part]).strip()


def line_changes(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that changed, in order, as pairs of sign ("+", "-" or " ") and line.

    One unchanged line on either side is kept, so that a reader sees where the change stands.
    """
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    # The first two lines name the files.
    return [(line[:1], line[1:]) for line in list(lines)[2:] if not line.startswith("@@")]


@transaction.atomic
def delete_meeting(meeting: Meeting, *, by: Person) -> Meeting:
    """Puts the meeting into the bin. Its decisions stay: they hold whatever becomes of the minutes."""
    way_back = reverse("binned_record", args=["meeting", meeting.pk])
    put_into_bin(meeting, by=by, tell=[meeting.scribe, meeting.chair], way_back=way_back)
    return meeting


@transaction.atomic
def restore_meeting(meeting: Meeting, *, by: Person) -> Meeting:
    """Takes the meeting out of the bin."""
    take_out_of_bin(meeting, by=by)
    return meeting


@transaction.atomic
def create_decision(*, by: Person, fields: DecisionFields) -> Decision:
    """The new decision, proposed by its writer; what it supersedes becomes 改定."""
    decision = Decision(proposed_by=fields.proposed_by or by)
    _fill_decision(decision, fields)
    decision.save()
    _join_decision(decision, fields)
    return decision


@transaction.atomic
def change_decision(decision: Decision, *, base_revision: int, fields: DecisionFields) -> Decision:
    """The changed decision. Raises ``DecisionConflict``."""
    updated = Decision.objects.filter(pk=decision.pk, revision=base_revision).update(
        revision=F("revision") + 1
    )
    decision.refresh_from_db()
    if not updated:
        raise DecisionConflict(decision)
    _fill_decision(decision, fields)
    decision.proposed_by = fields.proposed_by or decision.proposed_by
    decision.updated_at = timezone.now()
    decision.save()
    _join_decision(decision, fields)
    return decision


@transaction.atomic
def delete_decision(decision: Decision, *, by: Person) -> Decision:
    """Puts the decision into the bin; what it replaced stays as it is."""
    way_back = reverse("binned_record", args=["decision", decision.pk])
    put_into_bin(decision, by=by, tell=[decision.proposed_by], way_back=way_back)
    return decision


@transaction.atomic
def restore_decision(decision: Decision, *, by: Person) -> Decision:
    """Takes the decision out of the bin."""
    take_out_of_bin(decision, by=by)
    return decision


def _html(text: str, id_prefix: str, *, top_level: int) -> str:
    """Minutes name pages, topics and people."""
    made = render_markdown(
        text, resolve=resolver_for(None), id_prefix=id_prefix, top_level=top_level
    )
    return str(made.html)


def _fill_meeting(meeting: Meeting, fields: MeetingFields) -> None:
    meeting.held_at, meeting.body = fields.held_at, clean_source(fields.body).strip()
    meeting.title, meeting.place, meeting.chair = fields.title, fields.place, fields.chair
    meeting.updated_at = timezone.now()


def _take_answers(meeting: Meeting, fields: MeetingFields, by: Person) -> None:
    """What was read from the text becomes records with publication; a draft keeps the answers."""
    if meeting.published_at is not None:
        apply_answers(meeting, fields.answers, by=by)
    else:
        keep_answers(meeting, fields.answers)
        place_items(meeting)


def _attend(meeting: Meeting, present: Sequence[Person]) -> None:
    there = {person.pk for person in present}
    meeting.attendances.filter(was_present=True).exclude(person_id__in=there).delete()
    for person in present:
        Attendance.objects.update_or_create(
            meeting=meeting, person=person, defaults={"was_present": True}
        )


def _keep_revision(meeting: Meeting, by: Person) -> None:
    MeetingRevision.objects.create(
        meeting=meeting, number=meeting.revision, text=text_of(meeting), author=by
    )


def _fill_decision(decision: Decision, fields: DecisionFields) -> None:
    decision.title, decision.reason = " ".join(fields.title.split()), fields.reason.strip()
    decision.decided_on, decision.valid_from = fields.decided_on, fields.valid_from
    decision.state, decision.meeting = fields.state, fields.meeting
    decision.supersedes = fields.supersedes


def _join_decision(decision: Decision, fields: DecisionFields) -> None:
    decision.departments.set(fields.departments)
    set_topics(decision, fields.topics)
    if fields.articles is not None:
        decision.articles.set(fields.articles)
    decision.rejected_options.all().delete()
    RejectedOption.objects.bulk_create(
        RejectedOption(decision=decision, option=option, why=why) for option, why in fields.rejected
    )
    old = fields.supersedes
    if old is not None and old.state == Decision.State.VALID:
        old.state = Decision.State.REVISED
        old.save(update_fields=["state"])
