"""The directory of people: filters, cards, rows of the syllabary, and the tree of departments."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.portal.knowhow import reasons_about
from kb.text.kana import row_of
from kb.topics.models import Topic
from people.models import AskMe, Department, Membership, Person, Responsibility
from people.querysets import PersonQuerySet
from people.stances import TopicStance

JOINED_SINCE = {"60": 60, "365": 365}
REASON_TOPICS_MAX = 3


@dataclass(frozen=True)
class DirectoryQuery:
    """What is asked of the directory; empty values ask for nothing."""

    words: str = ""
    row: str = ""
    department: Department | None = None
    topic: Topic | None = None
    chore: Responsibility | None = None
    language: str = ""
    joined: str = ""
    topic_people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Entry:
    """A person with what the card says of them, and the row they file under."""

    person: Person
    why: str
    say: str
    row: str


@dataclass
class Branch:
    """A department with those below it, and how many people are in all of them."""

    department: Department
    member_count: int = 0
    children: list["Branch"] = field(default_factory=list)


def people_matching(query: DirectoryQuery) -> PersonQuerySet:
    """Colleagues who match every filter, in reading order; leavers never."""
    people: PersonQuerySet = Person.objects.visible()
    if query.words:
        people = people.named(query.words)
    if query.row:
        people = people.filed_under(query.row)
    if query.department:
        people = people.in_departments(below(query.department))
    if query.topic:
        heirs = TopicStance.objects.handed_over().filter(topic=query.topic).values("to")
        people = people.filter(
            Q(ask_me__topic=query.topic) | Q(pk__in=query.topic_people) | Q(pk__in=heirs)
        ).exclude(stances__topic=query.topic)
    if query.chore:
        people = people.filter(
            Q(main_responsibilities=query.chore) | Q(sub_responsibilities=query.chore)
        )
    if query.language:
        people = people.filter(languages__contains=query.language)
    if query.joined in JOINED_SINCE:
        since = timezone.localdate() - dt.timedelta(days=JOINED_SINCE[query.joined])
        people = people.joined_since(since)
    return people.distinct().in_reading_order()


def with_reasons(people: PersonQuerySet) -> PersonQuerySet:
    """With all that ``entries`` reads, in a fixed number of queries."""
    chores = Responsibility.objects.visible().order_by("name")
    offers = AskMe.objects.select_related("topic").order_by("pk")
    return people.with_departments().prefetch_related(
        Prefetch("main_responsibilities", chores, to_attr="own_chores"),
        Prefetch("ask_me", offers, to_attr="offers"),
    )


def entries(people: Sequence[Person], *, topic: Topic | None = None) -> list[Entry]:
    """Cards of people loaded ``with_reasons``; with a topic the reason says why they are listed."""
    about = _reasons(topic, people) if topic else {}
    return [
        Entry(
            person,
            about.get(person.pk) or _why(person),
            person.fresh_now_doing,
            row_of(person.yomi),
        )
        for person in people
    ]


def _reasons(topic: Topic, people: Sequence[Person]) -> dict[int, str]:
    """Why each stands under the topic: the offer to be asked, who handed it over, what was written."""
    written = reasons_about(topic, people)
    heirs = TopicStance.objects.handed_over().filter(topic=topic, to__in=people)
    givers = dict(heirs.values_list("to_id", "person__name"))
    said = {}
    for person in people:
        offers: Sequence[AskMe] = getattr(person, "offers", ())
        parts = []
        if any(offer.topic_id == topic.pk for offer in offers):
            parts.append(_("「聞いてください」に挙げています。"))
        if person.pk in givers:
            parts.append(_("%(name)sさんから引き継ぎました。") % {"name": givers[person.pk]})
        said[person.pk] = "".join([*parts, written.get(person.pk, "")])
    return said


def _why(person: Person) -> str:
    """Post, chores and offers in one or two sentences."""
    posts: Sequence[Membership] = getattr(person, "current_memberships", ())
    chores: Sequence[Responsibility] = getattr(person, "own_chores", ())
    offers: Sequence[AskMe] = getattr(person, "offers", ())
    parts = []
    if posts and posts[0].title:
        parts.append(_("%(title)s。") % {"title": posts[0].title})
    if chores:
        names = _("、").join(chore.name for chore in chores[:2])
        parts.append(_("%(chores)sの主担当。") % {"chores": names})
    if offers:
        names = _("、").join(offer.topic.name for offer in offers[:REASON_TOPICS_MAX])
        parts.append(_("%(topics)sのことは聞いてください。") % {"topics": names})
    return "".join(parts)


def below(department: Department) -> list[int]:
    """The ids of the department and of every open one below it."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Department.objects.visible().order_by().values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, waiting = [], [department.pk]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.append(pk)
            waiting += children.get(pk, [])
    return found


def department_tree() -> list[Branch]:
    """Open departments as a tree; one whose parent is closed stands at the top."""
    departments = list(Department.objects.visible().select_related("head"))
    branches = {department.pk: Branch(department) for department in departments}
    tops: list[Branch] = []
    for department in departments:
        parent = branches.get(department.parent_id) if department.parent_id else None
        (parent.children if parent else tops).append(branches[department.pk])
    people: dict[int, set[int]] = {}
    members = Membership.objects.current().filter(person__is_active=True).order_by()
    for department_id, person_id in members.values_list("department_id", "person_id"):
        people.setdefault(department_id, set()).add(person_id)
    for top in tops:
        _count(top, people)
    return tops


def _count(branch: Branch, people: Mapping[int, set[int]]) -> set[int]:
    """Everybody in the branch and below, each once; sets the numbers on the way."""
    everybody = set(people.get(branch.department.pk, ()))
    for child in branch.children:
        everybody |= _count(child, people)
    branch.member_count = len(everybody)
    return everybody
