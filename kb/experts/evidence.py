"""The evidence of know-how: what each role weighs, and the rows that say who did what for a record.

Views and searches are never evidence, nor is an import: whoever imported a record gets nothing for
it, not even where the import names them as its author.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from customers.models import Touch, VoiceTheme
from kb.articles.models import Article, Contributor
from kb.experts.given import Given
from kb.experts.models import Evidence
from kb.meetings.models import Decision, Meeting
from kb.topics.models import Topic
from people.models import Person, Responsibility

Role = Evidence.Role


@dataclass(frozen=True)
class RoleWeight:
    """What one role says about know-how (0 to 1), and why we think so."""

    weight: float
    reason: str


# The one table. Measured on the collections of EXPERTS-style benchmarks where the reason says so,
# else a judgement to be revised when people complain.
WEIGHTS: dict[str, RoleWeight] = {
    Role.AUTHOR: RoleWeight(1.0, "Who writes a text has thought it through. Measured."),
    Role.APPROVER: RoleWeight(0.9, "Whoever confirms a text answers for it. Measured."),
    Role.REVIEWER: RoleWeight(0.75, "A reviewer had to understand it. Measured."),
    Role.EDITOR: RoleWeight(
        0.5, "Times √(own share of the editing): most edits are wording. Measured."
    ),
    Role.ACCEPTED: RoleWeight(0.9, "The asker says that the answer solved the problem."),
    Role.ANSWERED: RoleWeight(0.6, "An answer nobody has accepted is still knowledge in writing."),
    Role.ASKED: RoleWeight(0.1, "Who asks has run into it; whoever knows answers."),
    Role.PROPOSED: RoleWeight(0.75, "Who proposes a decision has weighed the options."),
    Role.PRESENTED: RoleWeight(0.4, "Who brings a subject to a meeting has prepared it."),
    Role.CHAIRED: RoleWeight(0.4, "Leading the talk needs an overview, no depth."),
    Role.ATTENDED: RoleWeight(0.1, "Being there is hearing of it."),
    Role.RECORDED: RoleWeight(
        0.4, "Talked with the customer about it; at most three count per customer and subject."
    ),
    Role.JOINED_TOUCH: RoleWeight(0.2, "Sat in the same talk."),
    Role.BOOK_NOTE: RoleWeight(0.3, "Has read about it, which is not having done it."),
    Role.MAIN_CHORE: RoleWeight(0.9, "It is this person's work."),
    Role.SUB_CHORE: RoleWeight(0.5, "Stands in for the person whose work it is."),
    Role.SELF_DECLARED: RoleWeight(
        0.3, "Offers to be asked; always labelled, never above written evidence."
    ),
    Role.ENDORSED: RoleWeight(
        0.2, "For each colleague of another department who says so in a line; at most three count."
    ),
    Role.THANKED: RoleWeight(
        0.1,
        "For each colleague the record helped, on top of the part in it; at most three count, "
        "so that a popular page does not outweigh a second page.",
    ),
    Role.BULK: RoleWeight(
        0.0, "Imports and bulk edits are no knowledge. Measured: with any weight they win."
    ),
}

# Roles that somebody wrote down in the course of work; a self-description is not among them.
WRITTEN_ROLES = frozenset(WEIGHTS) - {
    Role.SELF_DECLARED,
    Role.ENDORSED,
    Role.THANKED,
    Role.BULK,
}
# These count colleagues: every one adds, up to so many.
COUNTED_ROLES = frozenset({Role.ENDORSED, Role.THANKED})
MOST_COUNTED = 3
# Below this a part is no reason to be asked: having been in the room, having sat beside.
TELLING_WEIGHT = 0.3
TELLING_ROLES = tuple(
    sorted(role for role in WRITTEN_ROLES if WEIGHTS[role].weight >= TELLING_WEIGHT)
)


def weight_of(role: str, share: float = 1.0) -> float:
    """The weight of a role.

    For an editor it grows with the root of the share of the editing (see ``editing_share``), for an
    endorsement and for thanks with the number of colleagues.
    """
    weight = WEIGHTS[role].weight
    if role == Role.EDITOR:
        return weight * math.sqrt(max(share, 0.0))
    return weight * min(max(share, 0.0), MOST_COUNTED) if role in COUNTED_ROLES else weight


def editing_share(lines: float, edits: float) -> float:
    """What part of the editing of a text is somebody's: how much and how often count alike.

    ``lines`` and ``edits`` are parts of all changed lines and of all edits, 0 to 1. Who comes back again and
    again looks after a text, whoever changed most of it at one time.
    """
    return (lines + edits) / 2


Part = tuple[int | None, str, float, datetime | date | None]


def _article_parts(article: Article) -> Iterator[Part]:
    contributors = list(article.contributors.all())
    shares = _editing_shares(contributors)
    own_role = _own_role(article)
    if not any(contributor.role == "author" for contributor in contributors):
        yield article.author_id, own_role, 1.0, article.updated_at
    for contributor in contributors:
        role = _role_of(contributor, own_role)
        share = shares[contributor.pk] if role == Role.EDITOR else 1.0
        yield contributor.person_id, role, share, contributor.last_at
    yield article.confirmed_by_id, Role.APPROVER, 1.0, article.confirmed_at
    for answer in article.answers.all():
        if answer.is_deleted:
            continue
        role = Role.ACCEPTED if answer.is_accepted else Role.ANSWERED
        yield answer.author_id, role, 1.0, answer.updated_at
        yield answer.confirmed_by_id, Role.APPROVER, 1.0, answer.updated_at


def _role_of(contributor: Contributor, own_role: str) -> str:
    """The part of somebody in a text: whoever imported it and then worked on it by hand edited it."""
    if contributor.role != "author":
        return contributor.role
    if own_role == Role.BULK and contributor.changed_lines:
        return Role.EDITOR.value
    return own_role


def _editing_shares(contributors: Iterable[Contributor]) -> dict[int, float]:
    """The part of each row of contributors in the editing of their article."""
    rows = list(contributors)
    all_edits = sum(row.edits for row in rows) or 1
    # An import knows how often somebody edited a text, not how many lines.
    all_lines = sum(row.changed_lines for row in rows)
    return {
        row.pk: editing_share(
            row.changed_lines / all_lines if all_lines else row.edits / all_edits,
            row.edits / all_edits,
        )
        for row in rows
    }


_OWN_ROLES: dict[str, str] = {
    Article.Kind.BOOK_NOTE: Role.BOOK_NOTE,
    Article.Kind.QUESTION: Role.ASKED,
}


def _own_role(article: Article) -> str:
    """What having written it is; an importer who is named as the author wrote nothing."""
    if article.imported_by_id is not None and article.imported_by_id == article.author_id:
        return Role.BULK
    return _OWN_ROLES.get(article.kind, Role.AUTHOR.value)


def _meeting_parts(meeting: Meeting) -> Iterator[Part]:
    yield meeting.chair_id, Role.CHAIRED, 1.0, meeting.held_at
    yield meeting.scribe_id, Role.ATTENDED, 1.0, meeting.held_at
    for item in meeting.agenda_items.all():
        yield item.proposer_id, Role.PRESENTED, 1.0, meeting.held_at
    for part in meeting.sessions.all():
        yield part.presenter_id, Role.PRESENTED, 1.0, meeting.held_at
    for attendance in meeting.attendances.all():
        if attendance.was_present:
            yield attendance.person_id, Role.ATTENDED, 1.0, meeting.held_at


def _decision_parts(decision: Decision) -> Iterator[Part]:
    yield decision.proposed_by_id, Role.PROPOSED, 1.0, decision.decided_on


def _touch_parts(touch: Touch) -> Iterator[Part]:
    is_own = touch.imported_by_id is None or touch.imported_by_id != touch.author_id
    yield touch.author_id, Role.RECORDED if is_own else Role.BULK, 1.0, touch.happened_at
    for colleague in touch.colleagues.all():
        yield colleague.pk, Role.JOINED_TOUCH, 1.0, touch.happened_at


def _theme_parts(theme: VoiceTheme) -> Iterator[Part]:
    """Who heard the voices; whoever imported a touch heard nothing."""
    for voice in theme.voices.all():
        touch = voice.touch
        if not touch.is_deleted and touch.imported_by_id != touch.author_id:
            yield touch.author_id, Role.RECORDED, 1.0, touch.happened_at


def _topic_parts(topic: Topic) -> Iterator[Part]:
    """Whom colleagues of other departments call knowing; the share counts them."""
    counts: dict[int, int] = defaultdict(int)
    latest: dict[int, datetime] = {}
    for endorsement in topic.endorsements.all():
        if _same_department(endorsement.person, endorsement.endorsed_by):
            continue
        counts[endorsement.person_id] += 1
        day = latest.get(endorsement.person_id, endorsement.created_at)
        latest[endorsement.person_id] = max(day, endorsement.created_at)
    for person, count in counts.items():
        yield person, Role.ENDORSED, float(count), latest[person]


def _same_department(one: Person, other: Person) -> bool:
    own, others = one.department, other.department
    return own is not None and others is not None and own.pk == others.pk


def _chore_parts(chore: Responsibility) -> Iterator[Part]:
    # A chore holds today, so its evidence never ages.
    yield chore.main_id, Role.MAIN_CHORE, 1.0, None
    yield chore.sub_id, Role.SUB_CHORE, 1.0, None


def _person_parts(person: Person) -> Iterator[Part]:
    if person.bio or person.ask_me.all():
        yield person.pk, Role.SELF_DECLARED, 1.0, None


_PARTS: dict[str, Callable[[Any], Iterator[Part]]] = {
    "articles.article": _article_parts,
    "meetings.meeting": _meeting_parts,
    "meetings.decision": _decision_parts,
    "customers.touch": _touch_parts,
    "customers.voicetheme": _theme_parts,
    "people.responsibility": _chore_parts,
    "people.person": _person_parts,
    "topics.topic": _topic_parts,
}


def _article_departments(article: Article) -> Iterable[int | None]:
    """An article without a department belongs to its author's."""
    return [article.department_id or getattr(article.author.department, "pk", None)]


_DEPARTMENTS: dict[str, Callable[[Any], Iterable[int | None]]] = {
    "articles.article": _article_departments,
    "meetings.decision": lambda decision: [d.pk for d in decision.departments.all()],
    "meetings.meeting": lambda meeting: [part.department_id for part in meeting.sessions.all()],
    "customers.touch": lambda touch: [getattr(touch.author.department, "pk", None)],
    "customers.voicetheme": lambda theme: [theme.owner_department_id],
    "people.responsibility": lambda chore: [chore.department_id],
    "people.department": lambda department: [department.pk],
}


def departments_of(record: Any) -> set[int]:
    """The departments a loaded record belongs to (ids)."""
    found = _DEPARTMENTS.get(record._meta.label_lower)
    return {pk for pk in found(record) if pk is not None} if found else set()


def key_of(record: models.Model) -> str:
    """The key of a record: app.model.id, the same as in the index."""
    return f"{record._meta.label_lower}.{record.pk}"


def _day(moment: datetime | date | None) -> date:
    if moment is None:
        return timezone.localdate()
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def evidence_of(record: Any, *, given: Given | None = None, size: int = 0) -> list[Evidence]:
    """Unsaved rows, one per person and role, of a record loaded with its children.

    ``given`` are the thanks for it and what hangs on it, ``size`` the length of its text.
    """
    rows: dict[tuple[int, str], Evidence] = {}
    parts = _PARTS.get(record._meta.label_lower)
    thanks = given.parts(record) if given is not None else ()
    for person_id, role, share, moment in (*(parts(record) if parts else ()), *thanks):
        if person_id is None:
            continue
        day = _day(moment)
        row = rows.get((person_id, role))
        if row is None:
            rows[person_id, role] = Evidence(
                record=key_of(record),
                person_id=person_id,
                role=role,
                share=share,
                last_on=day,
                size=size,
            )
        else:
            row.last_on = max(row.last_on, day)
            row.share = max(row.share, share)
    return list(rows.values())
