"""The preview beside the text: what was read of it, what needs an eye, what last time left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kb.meetings.minutes import same_words
from kb.meetings.models import Meeting, Series
from kb.meetings.parsing import Role, read_minutes
from kb.meetings.proposals import Answers, Proposal, answered, proposals_of
from kb.meetings.roster import Roster, label_of
from kb.meetings.series import left_over
from kb.todos.models import ActionItem
from people.models import Person

# Beyond this a text is kept but not read: nobody's minutes are so long.
READ_MAX_CHARACTERS = 400_000
# A list of names to choose from is sent with the page up to this company size.
NAMES_MAX = 300


@dataclass(frozen=True)
class Reading:
    """All rows of the preview, by what they will become."""

    rows: Sequence[Proposal]
    problems: Mapping[str, str]

    def of_kind(self, kind: str) -> list[tuple[Proposal, str]]:
        """The rows of one kind, each with what keeps it from being saved."""
        return [(row, self.problems.get(row.key, "")) for row in self.rows if row.kind == kind]

    @property
    def facts(self) -> list[tuple[Proposal, str]]:
        """When and where."""
        return self.of_kind("moment") + self.of_kind("place")

    @property
    def people(self) -> list[tuple[Proposal, str, str]]:
        """Who took part, each with the role in words."""
        return [(row, why, role_words(row.role)) for row, why in self.of_kind("person")]

    @property
    def items(self) -> list[tuple[Proposal, str]]:
        """The agenda."""
        return self.of_kind("item")

    @property
    def decisions(self) -> list[tuple[Proposal, str]]:
        """What was decided."""
        return self.of_kind("decision")

    @property
    def todos(self) -> list[tuple[Proposal, str]]:
        """What is to be done."""
        return self.of_kind("todo")

    @property
    def unsure_count(self) -> int:
        """How many rows want an eye."""
        return sum(not row.is_sure for row in self.rows)

    @property
    def wants_an_eye(self) -> bool:
        """Whether something would become a record that the writer has not seen yet."""
        return any(row.kind in ("decision", "todo", "person") for row in self.rows)


def reading_of(
    text: str,
    answers: Answers,
    *,
    series: Series | None = None,
    meeting: Meeting | None = None,
    problems: Mapping[str, str] | None = None,
) -> Reading:
    """The preview of a text, with the writer's answers kept on their lines."""
    today = timezone.localdate()
    written_on = timezone.localdate(meeting.held_at) if meeting is not None else today
    read = read_minutes(text[:READ_MAX_CHARACTERS], today=written_on)
    rows = proposals_of(read, text, Roster.load())
    if meeting is not None:
        rows = _new_ones(rows, meeting)
        answers = answers or Answers.from_kept(meeting.readings)
    else:
        rows += _from_last(rows, series)
    return Reading(answered(rows, answers), problems or {})


def _new_ones(rows: list[Proposal], meeting: Meeting) -> list[Proposal]:
    """Rows that the meeting does not have yet: a correction adds, it repeats nothing."""
    done = set(meeting.readings.get("done", []))
    words = {same_words(title) for title in meeting.decisions.values_list("title", flat=True)}
    words |= {
        same_words(text)
        for text in ActionItem.objects.born_in(meeting).values_list("text", flat=True)
    }
    words |= {same_words(item.title) for item in meeting.agenda_items.exclude(heading="")}
    there = set(meeting.attendances.values_list("person_id", flat=True))
    is_public = meeting.published_at is not None
    return [
        row
        for row in rows
        if row.key not in done
        and not (row.kind in ("item", "decision", "todo") and same_words(row.text) in words)
        and not (row.kind == "person" and row.person is not None and row.person.pk in there)
        and not (row.kind in ("moment", "place") and is_public)
    ]


def _from_last(rows: list[Proposal], series: Series | None) -> list[Proposal]:
    """What the last meeting carried over and this text does not speak of."""
    left = left_over(series)
    known = {same_words(row.text) for row in rows if row.kind == "item"}
    return [
        Proposal(
            "item",
            f"item-last{item.pk}",
            item.title,
            use=False,
            who=label_of(item.proposer) if item.proposer else "",
            carried=True,
            from_last=True,
        )
        for item in (left.carried_over if left else ())
        if same_words(item.title) not in known
    ]


_ROLE_WORDS = {
    Role.PRESENT: _("出席"),
    Role.ABSENT: _("欠席"),
    Role.OBSERVER: _("陪席"),
    Role.CHAIR: _("進行"),
    Role.SCRIBE: _("記録"),
}


def role_words(role: str) -> str:
    """A role as the preview names it."""
    return str(_ROLE_WORDS[Role(role)]) if role else ""


def names_to_choose() -> list[str]:
    """The labels of all colleagues, empty in a company too large to list."""
    people = list(
        Person.objects.visible().in_reading_order().only("name", "login")[: NAMES_MAX + 1]
    )
    return [label_of(person) for person in people] if len(people) <= NAMES_MAX else []
