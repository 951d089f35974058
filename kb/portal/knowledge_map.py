"""知識の地図: which department, or which of its people, knows which topic.

Drawn from the evidence in a fixed number of queries.
"""

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from kb.experts.evidence import TELLING_ROLES, TELLING_WEIGHT, weight_of
from kb.experts.models import Evidence
from kb.experts.roster import people_by_id
from kb.topics.models import Topic, TopicItem
from people.models import Department, Membership, Person, Responsibility
from people.querysets import visible_people
from people.stances import TopicStance

# How much somebody must have left in writing for the second and the third step.
STEPS = (1.5, 3.5)
# Whoever took a topic over is asked, even before anything is written.
TAKEN_OVER = 0.5
_CHORE = f"{Responsibility._meta.label_lower}."
PEOPLE_MAX = 14
PERIODS = {"year": 365, "half": 183}
SOLE, NOBODY = "sole", "nobody"


@dataclass(frozen=True)
class MapQuery:
    """What the address asks for: a topic to open, a department whose people are the columns, how far back,
    and which rows (all, those that one person knows, those that nobody does)."""

    parent: str = ""
    department: str = ""
    period: str = ""
    rows: str = ""

    @property
    def since(self) -> dt.date | None:
        """The first day that counts; None counts everything."""
        days = PERIODS.get(self.period)
        return timezone.localdate() - dt.timedelta(days=days) if days else None


@dataclass(frozen=True)
class Node:
    """Whom to ask first in one department: ``step`` 1 to 3 says how much lies behind it."""

    person: Person
    department: Department
    step: int
    is_only: bool

    @property
    def initials(self) -> str:
        """As much of the surname as its circle can hold."""
        name = self.person.family_name
        return name if len(name) <= self.step else name[0]

    @property
    def words(self) -> str:
        """What the size says."""
        steps = (_("少し知っています"), _("くわしいです"), _("とてもくわしいです"))
        said = steps[self.step - 1]
        return _("%(said)s（この人だけです）") % {"said": said} if self.is_only else said


@dataclass(frozen=True)
class MapRow:
    """A topic with one place per department, in the order of the columns; None is empty."""

    topic: Topic
    record_count: int
    nodes: Sequence[Node | None]
    knower_count: int = 0

    @property
    def is_known(self) -> bool:
        """Whether anybody of the columns has left something in writing."""
        return any(self.nodes)

    def is_in(self, rows: str) -> bool:
        """Whether the row is one of those asked for."""
        wanted = {SOLE: self.knower_count == 1, NOBODY: self.knower_count == 0}
        return wanted.get(rows, True)


@dataclass(frozen=True)
class KnowledgeMap:
    """The map: columns, rows, and the topics that have others below them.

    The columns are ``departments``, or the ``people`` of ``department``.
    """

    parent: Topic | None
    departments: Sequence[Department]
    rows: Sequence[MapRow]
    parents: Sequence[Topic]
    department: Department | None = None
    people: Sequence[Person] = ()
    query: MapQuery = MapQuery()
    # How many rows there are in all, of one knower, and of none.
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def column_count(self) -> int:
        """How many columns stand beside the topics."""
        return len(self.people) if self.department else len(self.departments)


@dataclass(frozen=True)
class _Topics:
    """All topics in use, by reading, and the way down."""

    by_id: Mapping[int, Topic]
    children: Mapping[int | None, Sequence[Topic]]

    def below(self, topic: Topic) -> set[int]:
        """The topic and everything under it."""
        found: set[int] = set()
        waiting = [topic]
        while waiting:
            topic = waiting.pop()
            if topic.pk not in found:
                found.add(topic.pk)
                waiting += self.children.get(topic.pk, ())
        return found


def knowledge_map(query: MapQuery) -> KnowledgeMap:
    """The map of the topics at the top, or of one topic and those right below it.

    Asked for what one person knows, or nobody, it looks at every topic, however deep.
    """
    topics = _topics()
    parents = [t for t in topics.children.get(None, ()) if topics.children.get(t.pk)]
    parent = next((t for t in parents if t.slug == query.parent), None)
    top = topics.children.get(None, ())
    scope = [parent, *topics.children[parent.pk]] if parent else list(topics.by_id.values())
    shown = scope if parent or query.rows else top
    records = _records() | _chores(topics)
    strengths = _strengths(records, query.since)
    knowers = {topic.pk: _merged(strengths, topics.below(topic)) for topic in scope}
    known = {topic.pk: knowers[topic.pk] for topic in shown}
    columns = _columns(known, query.department)
    rows = [
        MapRow(
            topic,
            _count(records, topics.below(topic)),
            columns.nodes(topic.pk, known[topic.pk]),
            len(known[topic.pk]),
        )
        for topic in shown
    ]
    numbers = Counter(len(found) for found in knowers.values())
    return KnowledgeMap(
        parent,
        columns.departments,
        [row for row in rows if row.is_in(query.rows)],
        parents,
        department=columns.department,
        people=columns.named,
        query=query,
        counts={"": len(scope if parent else top), SOLE: numbers[1], NOBODY: numbers[0]},
    )


@dataclass(frozen=True)
class _Columns:
    """The departments, or the people of one of them, and who is best in each place."""

    departments: Sequence[Department]
    department: Department | None
    named: Sequence[Person]
    ids: Sequence[int]
    best: Mapping[int, Mapping[int, int]]
    people: Mapping[int, Person]

    def nodes(self, topic: int, amounts: Mapping[int, float]) -> list[Node | None]:
        """The places of one topic, in the order of the columns."""
        homes = {department.pk: department for department in self.departments}
        found = self.best[topic]
        return [
            _node(self.department or homes[pk], found[pk], amounts, people=self.people)
            if pk in found
            else None
            for pk in self.ids
        ]


def _columns(known: Mapping[int, Mapping[int, float]], slug: str) -> _Columns:
    """One column for each department at the top; or, of the department asked for, for its people."""
    tops = _top_departments()
    homes = _homes(tops)
    inhabited = {top.pk: top for top in tops.values() if top.pk in set(homes.values())}
    departments = sorted(inhabited.values(), key=lambda d: (d.position, d.yomi))
    department = next((d for d in departments if d.slug == slug), None)
    if department is not None:
        homes = _own_columns(known, homes, department)
    best = {pk: _best(amounts, homes) for pk, amounts in known.items()}
    people = people_by_id(person for found in best.values() for person in found.values())
    named = sorted(people.values(), key=lambda p: (p.yomi, p.name)) if department else []
    ids = [person.pk for person in named] if department else [d.pk for d in departments]
    return _Columns(departments, department, named, ids, best, people)


def _own_columns(
    known: Mapping[int, Mapping[int, float]], homes: Mapping[int, int], department: Department
) -> dict[int, int]:
    """Everybody of the department who knows something, a column each; of many those with most."""
    amounts: dict[int, float] = defaultdict(float)
    for found in known.values():
        for person, amount in found.items():
            if homes.get(person) == department.pk:
                amounts[person] += amount
    most = sorted(amounts, key=lambda person: (-amounts[person], person))[:PEOPLE_MAX]
    return {person: person for person in most}


def _topics() -> _Topics:
    topics = list(Topic.objects.visible().with_synonyms().order_by("yomi", "name"))
    by_id = {topic.pk: topic for topic in topics}
    children: dict[int | None, list[Topic]] = defaultdict(list)
    for topic in topics:
        children[topic.parent_id if topic.parent_id in by_id else None].append(topic)
    return _Topics(by_id, children)


def _records() -> dict[str, list[int]]:
    """The topic ids of every record that has one, by record key."""
    items = TopicItem.objects.order_by().values_list(
        "content_type__app_label", "content_type__model", "object_id", "tag_id"
    )
    found: dict[str, list[int]] = defaultdict(list)
    for app, model, object_id, topic_id in items:
        found[f"{app}.{model}.{object_id}"].append(topic_id)
    return found


def _chores(topics: _Topics) -> dict[str, list[int]]:
    """The topics of every chore, by record key: those it shares a name or another word with."""
    meant: dict[str, set[int]] = defaultdict(set)
    for topic in topics.by_id.values():
        for word in (topic.name, *(synonym.word for synonym in topic.synonyms.all())):
            meant[word.casefold()].add(topic.pk)
    return {
        f"{_CHORE}{chore.pk}": sorted(
            set().union(*(meant.get(word.casefold(), ()) for word in (chore.name, *chore.words)))
        )
        for chore in Responsibility.objects.visible()
    }


def _count(records: Mapping[str, Sequence[int]], topics: set[int]) -> int:
    """How many records carry one of the topics; chores are no records."""
    return sum(
        not topics.isdisjoint(own) for key, own in records.items() if not key.startswith(_CHORE)
    )


def _strengths(
    records: Mapping[str, Sequence[int]], since: dt.date | None
) -> dict[int, dict[int, list[float]]]:
    """The weights of what everybody left in writing since that day: topic, then person.

    Whoever set a topic aside is left out of it; whoever took it over is in.
    """
    aside = set(TopicStance.objects.values_list("person_id", "topic_id"))
    taken = TopicStance.objects.handed_over().values_list("to_id", "topic_id")
    found: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    strongest = _strongest(records, since)
    for (person, record), weight in strongest.items():
        for topic in records[record]:
            if (person, topic) not in aside:
                found[topic][person].append(weight)
    for person, topic in taken:
        if (person, topic) not in aside:
            found[topic][person].append(TAKEN_OVER)
    return found


def _strongest(
    records: Mapping[str, Sequence[int]], since: dt.date | None
) -> dict[tuple[int, str], float]:
    """The weight of everybody's strongest part in each of these records since that day."""
    rows = Evidence.objects.filter(visible_people("person__"), role__in=TELLING_ROLES)
    if since is not None:
        rows = rows.filter(last_on__gte=since)
    strongest: dict[tuple[int, str], float] = defaultdict(float)
    for record, person, role, share in rows.values_list("record", "person_id", "role", "share"):
        if record in records:
            strongest[person, record] = max(strongest[person, record], weight_of(role, share))
    return strongest


def _merged(
    strengths: Mapping[int, Mapping[int, Sequence[float]]], topics: Iterable[int]
) -> dict[int, float]:
    """Each person's strength in these topics together; who has too little is left out."""
    weights: dict[int, list[float]] = defaultdict(list)
    for topic in topics:
        for person, own in strengths.get(topic, {}).items():
            weights[person] += own
    sums = {
        person: sum(
            weight / math.sqrt(place)
            for place, weight in enumerate(sorted(own, reverse=True), start=1)
        )
        for person, own in weights.items()
    }
    return {person: amount for person, amount in sums.items() if amount >= TELLING_WEIGHT}


def _top_departments() -> dict[int, Department]:
    """For every open department the one at the top above it."""
    departments = {d.pk: d for d in Department.objects.visible()}
    tops: dict[int, Department] = {}
    for pk, department in departments.items():
        seen = {pk}
        top = department
        while top.parent_id in departments and top.parent_id not in seen:
            top = departments[top.parent_id]
            seen.add(top.pk)
        tops[pk] = top
    return tops


def _homes(tops: Mapping[int, Department]) -> dict[int, int]:
    """The top department of everybody, by their main post today."""
    posts = Membership.objects.current().order_by("is_primary", "-pk")
    return {
        person: tops[department].pk
        for person, department in posts.values_list("person_id", "department_id")
        if department in tops
    }


def _best(amounts: Mapping[int, float], homes: Mapping[int, int]) -> dict[int, int]:
    """The person with most behind them in each department."""
    found: dict[int, int] = {}
    for person in sorted(amounts, key=lambda person: (-amounts[person], person)):
        home = homes.get(person)
        if home is not None:
            found.setdefault(home, person)
    return found


def _node(
    department: Department,
    person: int,
    amounts: Mapping[int, float],
    *,
    people: Mapping[int, Person],
) -> Node:
    step = 1 + sum(amounts[person] >= least for least in STEPS)
    return Node(people[person], department, step, is_only=len(amounts) == 1)
