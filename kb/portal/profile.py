"""A person's page, gathered: what a colleague wants to know before asking."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Touch
from kb.articles.models import Answer, Article, Revision
from kb.communities.models import Community
from kb.engagement.models import Thanks
from kb.experts.evidence import WRITTEN_ROLES
from kb.experts.models import Evidence
from kb.meetings.lineage import with_successors
from kb.meetings.models import Decision
from kb.portal import callings
from kb.portal.knowhow import EVIDENCE_MAX, TopicKnowHow, knowhow_of, topics_by_record
from kb.portal.lines import BODY, TITLE_LENGTH, Line, article_line, gist, people_of, touch_line
from kb.portal.topic_months import TopicMonths, draw_topics
from kb.portal.yearring import WEEKS, YearRing, draw
from people.models import AskMe, Department, Membership, Person, Responsibility
from people.querysets import attach_departments
from people.stances import TopicStance

PER_KIND = 4
LATEST_ARTICLES = 120
THANKS_MAX = 6
COLLEAGUES_MAX = 3
RECENT = dt.timedelta(days=90)
KIND_ORDER = (
    Article.Kind.MANUAL,
    Article.Kind.QUESTION,
    Article.Kind.RULE,
    Article.Kind.NOTE,
    Article.Kind.MINUTES,
    Article.Kind.BOOK_NOTE,
)


@dataclass(frozen=True)
class Written:
    """What a person wrote of one kind: the latest lines, and the kind to search for the rest."""

    label: str
    kind: str
    lines: Sequence[Line]
    count: int

    @property
    def has_more(self) -> bool:
        """Whether more was written than is shown."""
        return self.count > len(self.lines)


@dataclass(frozen=True)
class Chore:
    """A chore, and whether the person is its 主担当."""

    chore: Responsibility
    is_main: bool


@dataclass(frozen=True)
class Footprints:
    """The year as a picture, with a sentence about the last months."""

    ring: YearRing
    topics: TopicMonths
    sentence: str


@dataclass(frozen=True)
class Successors:
    """Whom to ask instead of somebody who has left."""

    department: Department | None
    people: Sequence[Person]


@dataclass(frozen=True)
class Profile:
    """Everything on the page, loaded. For leavers only ``written`` and ``successors`` are filled."""

    person: Person
    is_colleague: bool
    posts: Sequence[Membership]
    written: Sequence[Written]
    offers: Sequence[AskMe] = ()
    chores: Sequence[Chore] = ()
    knowhow: Sequence[TopicKnowHow] = ()
    stances: Sequence[TopicStance] = ()
    communities: Sequence[Community] = ()
    thanks: Sequence[Thanks] = ()
    footprints: Footprints | None = None
    successors: Successors | None = None


def profile_of(person: Person) -> Profile:
    """The page of a colleague, or the short one of somebody who has left."""
    posts = list(
        person.memberships.current().select_related("department").order_by("-is_primary", "pk")
    )
    if not works_here(person):
        return Profile(
            person=person,
            is_colleague=False,
            posts=[],
            written=written_by(person),
            successors=_successors(person),
        )
    knowhow = knowhow_of(person)
    return Profile(
        person=person,
        is_colleague=True,
        posts=posts,
        written=written_by(person),
        offers=list(person.ask_me.select_related("topic").order_by("pk")),
        chores=_chores(person),
        knowhow=knowhow,
        stances=_stances(person),
        communities=_communities(person),
        thanks=_thanks(person),
        footprints=_footprints(person, knowhow),
    )


def works_here(person: Person) -> bool:
    """Whether the page is that of a colleague; authors of imported texts may not have signed in yet."""
    return person.is_active or (person.is_imported and person.left_on is None)


def written_by(person: Person) -> list[Written]:
    """Articles by kind, answers, decisions and touches; kinds without any are left out."""
    groups = [*_articles(person), _answers(person), _decisions(person), _touches(person)]
    return [group for group in groups if group.count]


def _articles(person: Person) -> list[Written]:
    mine = Article.objects.visible().filter(author=person)
    counts = dict(mine.order_by().values_list("kind").annotate(Count("pk")))
    latest = list(mine.defer(*BODY).order_by("-updated_at", "-pk")[:LATEST_ARTICLES])
    return [
        Written(
            label=str(kind.label),
            kind=kind.value,
            lines=[
                article_line(article, shows_person=False, shows_kind=False)
                for article in [a for a in latest if a.kind == kind][:PER_KIND]
            ],
            count=counts.get(kind.value, 0),
        )
        for kind in KIND_ORDER
    ]


def _answers(person: Person) -> Written:
    answers = Answer.objects.filter(
        author=person, deleted_at=None, question__deleted_at=None
    ).select_related("question")
    lines = [
        Line(
            title=answer.question.title,
            url=answer.question.get_absolute_url(),
            icon="chat",
            sub=gist(answer.body, TITLE_LENGTH),
            badge=_("採用") if answer.is_accepted else "",
            tone="ok",
            badge_icon="check",
            date=answer.created_at,
        )
        for answer in answers.order_by("-created_at")[:PER_KIND]
    ]
    return Written(_("質問への答え"), "question", lines, answers.count())


def _decisions(person: Person) -> Written:
    decisions = Decision.objects.visible().filter(proposed_by=person)
    latest = with_successors(list(decisions.order_by("-decided_on", "-pk")[:PER_KIND]))
    lines = [_decision_line(decision) for decision in latest]
    return Written(_("提案して決まったこと"), "decision", lines, decisions.count())


def _decision_line(decision: Any) -> Line:
    """A decision as a line, which says when another one holds instead."""
    sub = "" if decision.state == Decision.State.VALID else decision.get_state_display()
    if decision.next is not None:
        sub = _("改められました。いまの決まり：%(title)s") % {"title": decision.next.title}
    url = decision.get_absolute_url()
    return Line(title=decision.title, url=url, icon="decision", sub=sub, date=decision.decided_on)


def _touches(person: Person) -> Written:
    touches = Touch.objects.visible().filter(author=person).select_related("customer")
    latest = touches.order_by("-happened_at", "-pk")[:PER_KIND]
    lines = [touch_line(touch, shows_person=False) for touch in latest]
    return Written(_("対応記録"), "touch", lines, touches.count())


def _chores(person: Person) -> list[Chore]:
    chores = (
        Responsibility.objects.visible()
        .filter(Q(main=person) | Q(sub=person))
        .select_related("department")
        .order_by("name")
    )
    found = [Chore(chore, is_main=chore.main_id == person.pk) for chore in chores]
    return sorted(found, key=lambda chore: not chore.is_main)


def _stances(person: Person) -> list[TopicStance]:
    """What the person set aside or handed over, and what was handed to them."""
    return list(
        TopicStance.objects.filter(Q(person=person) | Q(to=person))
        .select_related("topic", "person", "to")
        .order_by("topic__yomi", "pk")
    )


def _communities(person: Person) -> list[Community]:
    return list(
        Community.objects.visible()
        .filter(members__person=person, members__kind__in=callings.IN)
        .order_by("state", "-updated_at")[:COLLEAGUES_MAX]
    )


def _thanks(person: Person) -> list[Thanks]:
    """「助かった」 with words, to the person or on whatever the person wrote."""
    on_own = Q(content_type=ContentType.objects.get_for_model(Person), object_id=person.pk)
    for own in (
        Article.objects.visible().filter(author=person),
        Touch.objects.visible().filter(author=person),
        Answer.objects.filter(author=person, deleted_at=None),
    ):
        own_type = ContentType.objects.get_for_model(own.model)
        on_own |= Q(content_type=own_type, object_id__in=own.order_by().values("pk"))
    thanks = list(
        Thanks.objects.filter(on_own)
        .exclude(words="")
        .exclude(person=person)
        .select_related("person")
        .order_by("-created_at")[:THANKS_MAX]
    )
    attach_departments(people_of(thanks))
    return thanks


def _footprints(person: Person, knowhow: Sequence[TopicKnowHow]) -> Footprints:
    today = timezone.localdate()
    since = timezone.now() - dt.timedelta(days=WEEKS * 7)
    revisions = Revision.objects.filter(
        author=person, is_bulk=False, article__deleted_at=None, created_at__gte=since
    )
    touches = Touch.objects.visible().filter(author=person, happened_at__gte=since)
    answers = Answer.objects.filter(author=person, deleted_at=None, created_at__gte=since)
    ring = draw(
        {
            "touch": _days(touches, "happened_at"),
            "answer": _days(answers, "created_at"),
            "article": _days(revisions, "created_at"),
        },
        today=today,
    )
    lately = [known.topic.name for known in knowhow if today - known.last_on <= RECENT][:2]
    sentence = ""
    if lately:
        sentence = _("この3か月は、%(topics)sの記録があります。") % {
            "topics": "".join(f"「{name}」" for name in lately)
        }
    return Footprints(ring, _topic_months(person, knowhow, today), sentence)


def _topic_months(person: Person, knowhow: Sequence[TopicKnowHow], today: dt.date) -> TopicMonths:
    """The topics of the page by the months in which something was written about them."""
    topics = [known.topic for known in knowhow]
    rows = Evidence.objects.filter(
        person=person, role__in=WRITTEN_ROLES, last_on__gt=today - dt.timedelta(days=366)
    ).values_list("record", "last_on")[:EVIDENCE_MAX]
    found = list(rows) if topics else []
    topics_of = topics_by_record({record for record, _day in found})
    days: dict[int, list[dt.date]] = defaultdict(list)
    for record, day in found:
        for topic_id in topics_of.get(record, ()):
            days[topic_id].append(day)
    return draw_topics(topics, days, today=today)


def _days(rows: QuerySet[Any], name: str) -> list[dt.date]:
    moments = rows.order_by().values_list(name, flat=True)
    return [timezone.localtime(moment).date() for moment in moments]


def _successors(person: Person) -> Successors:
    """The last department of the leaver and its people, the head first."""
    last = (
        person.memberships.select_related("department__head")
        .order_by("-is_primary", F("ended_on").desc(nulls_first=True), "-pk")
        .first()
    )
    department = last.department if last else None
    while department is not None and _is_closed(department):
        department = department.parent
    if department is None:
        return Successors(None, ())
    members = list(
        Person.objects.visible()
        .in_departments([department])
        .in_reading_order()
        .with_departments()[: COLLEAGUES_MAX + 1]
    )
    head = department.head if department.head and department.head.is_active else None
    people = [head, *(m for m in members if head is None or m.pk != head.pk)] if head else members
    attach_departments(people[:COLLEAGUES_MAX])
    return Successors(department, people[:COLLEAGUES_MAX])


def _is_closed(department: Department) -> bool:
    return department.closed_on is not None and department.closed_on <= timezone.localdate()
