"""Gathers はじめの30日 from what is there: nobody has to keep a list for newcomers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Article
from kb.engagement.models import Confirmation
from kb.meetings.models import Meeting, Series
from kb.portal.company import HELD
from kb.portal.first_days.models import FirstDaysTick
from kb.portal.lines import BODY, gist
from kb.search.proposals import propose_people
from kb.topics.models import Topic
from people.models import Department, Membership, Person, Responsibility
from people.querysets import attach_departments

DAYS = 30
MANUALS_MAX = 6
ALL_HANDS_MAX = 2
WORDS_MAX = 8
PEOPLE_MAX = 6
_OWN_TEAM_MAX = 2
_TEAM_READ_MAX = 30
_CHORES_MAX = 5


@dataclass(frozen=True)
class Step:
    """One line: what to read or do, why, and whether it is done."""

    key: str
    title: str
    url: str
    sub: str = ""
    is_done: bool = False
    can_tick: bool = True


@dataclass(frozen=True)
class Someone:
    """A colleague to talk to, and why."""

    person: Person
    why: str
    is_done: bool = False

    @property
    def key(self) -> str:
        """What a tick of this line is kept under."""
        return key_of(self.person)


@dataclass(frozen=True)
class FirstDays:
    """The page of one new colleague."""

    day: int
    confirmations: Sequence[Step]
    manuals: Sequence[Step]
    all_hands: Sequence[Step]
    words: Sequence[Step]
    people: Sequence[Someone]

    @property
    def left(self) -> int:
        """How many lines are not done."""
        steps = [*self.confirmations, *self.manuals, *self.all_hands, *self.words]
        waiting = sum(not step.is_done for step in steps)
        return waiting + sum(not someone.is_done for someone in self.people)


def key_of(record: models.Model) -> str:
    """「people.person:3」."""
    return f"{record._meta.label_lower}:{record.pk}"


def day_of(person: Person) -> int:
    """Which day it is since the person joined, 1 on the first; 0 outside the first 30 days."""
    if person.joined_on is None:
        return 0
    day = (timezone.localdate() - person.joined_on).days + 1
    return day if 1 <= day <= DAYS else 0


def first_days_of(person: Person) -> FirstDays:
    """Everything on the page, with what the person has ticked."""
    ticked = set(FirstDaysTick.objects.filter(person=person).values_list("key", flat=True))
    departments = _departments(person)
    return FirstDays(
        day=day_of(person),
        confirmations=list(_confirmations(person)),
        manuals=_marked(_manuals(departments), ticked),
        all_hands=_marked(_all_hands(), ticked),
        words=_marked(_words(departments), ticked),
        people=[
            replace(someone, is_done=someone.key in ticked)
            for someone in _people(person, departments)
        ],
    )


def _departments(person: Person) -> list[Department]:
    """The person's own departments, then those above them."""
    posts = (
        Membership.objects.current()
        .filter(person=person)
        .select_related("department__parent__head", "department__head")
    )
    own = [post.department for post in posts.order_by("-is_primary", "pk")]
    above = [department.parent for department in own if department.parent is not None]
    return list(dict.fromkeys([*own, *above]))


def _marked(steps: Iterable[Step], ticked: set[str]) -> list[Step]:
    return [replace(step, is_done=step.key in ticked) for step in steps]


def _confirmations(person: Person) -> Iterator[Step]:
    """What was asked to be read; 「読みました」 itself is the tick."""
    rows = Confirmation.objects.filter(person=person, asked_by__isnull=False)
    for row in rows.select_related("asked_by").prefetch_related("target").order_by("pk"):
        if row.target is None or getattr(row.target, "deleted_at", None) is not None:
            continue
        yield Step(
            key=key_of(row.target),
            title=str(row.target),
            url=row.target.get_absolute_url(),
            sub=_("%(name)sさんからのお願い") % {"name": row.asked_by.name} if row.asked_by else "",
            is_done=row.confirmed_at is not None,
            can_tick=False,
        )


def _manuals(departments: Sequence[Department]) -> Iterator[Step]:
    """The official manuals of the own departments first, then the others."""
    manuals = (
        Article.objects.published()
        .of_kind(Article.Kind.MANUAL, Article.Kind.RULE)
        .filter(department__in=departments)
        .select_related("department", "manual")
        .defer(*BODY)
        .order_by("-manual__is_official", "-confirmed_at", "-updated_at")[:MANUALS_MAX]
    )
    for article in manuals:
        department = article.department.label if article.department is not None else ""
        yield Step(key_of(article), article.title, article.get_absolute_url(), department)


def _all_hands() -> Iterator[Step]:
    meetings = (
        Meeting.objects.visible()
        .filter(series__kind=Series.Kind.ALL_HANDS, state__in=HELD, held_at__lt=timezone.now())
        .select_related("series")
        .defer("body", "body_html")
        .order_by("-held_at")[:ALL_HANDS_MAX]
    )
    for meeting in meetings:
        sub = _("会社の目標と、それぞれの部署の動きがわかります。")
        yield Step(key_of(meeting), str(meeting), meeting.get_absolute_url(), sub)


def _words(departments: Sequence[Department]) -> Iterator[Step]:
    """この会社のことば: described topics, those the own departments write about first."""
    near = Q(
        article__in=Article.objects.published().filter(department__in=departments).values("pk")
    )
    topics = (
        Topic.objects.filter(merged_into=None)
        .exclude(description="")
        .annotate(
            uses=Count("items", distinct=True), near=Count("article", filter=near, distinct=True)
        )
        .order_by("-near", "-uses", "name")[:WORDS_MAX]
    )
    for topic in topics:
        yield Step(key_of(topic), topic.name, topic.get_absolute_url(), gist(topic.description))


def _people(person: Person, departments: Sequence[Department]) -> list[Someone]:
    """Six to talk to: the head, two of the own team, those nearby elsewhere, then whom one will need."""
    chosen: dict[int, Someone] = {}

    def add(candidates: Iterable[Someone], most: int) -> None:
        for someone in candidates:
            if len(chosen) == most:
                return
            if someone.person.pk != person.pk:
                chosen.setdefault(someone.person.pk, someone)

    add(_heads(departments), 1)
    add(_own_team(departments), 1 + _OWN_TEAM_MAX)
    add(_neighbours(person, departments, [*chosen]), PEOPLE_MAX)
    if len(chosen) < PEOPLE_MAX:
        add(_keepers_elsewhere(departments), PEOPLE_MAX)
    attach_departments(someone.person for someone in chosen.values())
    return list(chosen.values())


def _heads(departments: Sequence[Department]) -> Iterator[Someone]:
    for department in departments:
        head = department.head
        if head is not None and head.is_active:
            yield Someone(head, _("%(name)sの責任者です。") % {"name": department.name})


def _own_team(departments: Sequence[Department]) -> Iterator[Someone]:
    """Colleagues of the first department: with a chore, so that there is something to ask, or not."""
    if not departments:
        return
    members = list(
        Person.objects.visible()
        .filter(
            memberships__in=Membership.objects.current().filter(department=departments[0]),
            is_active=True,
        )
        .prefetch_related("main_responsibilities")
        .distinct()
        .order_by("joined_on", "pk")[:_TEAM_READ_MAX]
    )
    others = []
    for member in members:
        chore = next((c.name for c in member.main_responsibilities.all() if c.is_active), "")
        if chore:
            why = _("同じ部署で「%(chore)s」を受け持っています。") % {"chore": chore}
            yield Someone(member, why)
        else:
            others.append(Someone(member, _("同じ部署で働いています。")))
    yield from others


def _neighbours(
    person: Person, departments: Sequence[Department], known: Sequence[int]
) -> Iterator[Someone]:
    """People elsewhere whose records are about what the own department does."""
    if not departments:
        return
    own = departments[0]
    words = [own.name, *(department.mission for department in departments)]
    chores = Responsibility.objects.visible().filter(department=own).values_list("name", flat=True)
    team = Membership.objects.current().filter(department__in=departments)
    proposals = propose_people(
        " ".join([*words, *chores[:_CHORES_MAX]]),
        by=person,
        limit_per_department=1,
        without=[*known, *team.values_list("person_id", flat=True)],
    )
    for proposal in proposals:
        why = _("あなたの部署の仕事に近い人です。%(why)s") % {"why": proposal.why}
        yield Someone(proposal.person, why)


def _keepers_elsewhere(departments: Sequence[Department]) -> Iterator[Someone]:
    """One keeper of a chore from each other department, as the company orders its departments."""
    chores = (
        Responsibility.objects.visible()
        .filter(main__is_active=True)
        .exclude(department__in=departments)
        .select_related("main", "department")
        .order_by("department__position", "department_id", "name")
    )
    seen: set[int] = set()
    for chore in chores:
        if chore.main is not None and chore.department_id not in seen:
            seen.add(chore.department_id)
            words = {"department": chore.department.name, "chore": chore.name}
            yield Someone(
                chore.main, _("%(department)sで「%(chore)s」を受け持っています。") % words
            )
