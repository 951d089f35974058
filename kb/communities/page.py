"""What the pages of communities show, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from customers.models import Touch
from kb.communities.models import Community, CommunityMember, CommunityRecord
from kb.engagement.comments import comments_on
from kb.meetings.models import Meeting
from people.models import Department, Person
from people.querysets import attach_departments

STEPS = (Community.State.CALLING, Community.State.WORKING, Community.State.CONCLUDING)
IN = (CommunityMember.Kind.JOINED, CommunityMember.Kind.LISTENING)


@dataclass(frozen=True)
class Group:
    """The members of one department."""

    department: Department | None
    people: list[Person]


def rows_of(communities: Any) -> list[dict[str, Any]]:
    """Communities for lists, with how many people of how many departments are in."""
    members = CommunityMember.objects.filter(kind__in=IN)
    loaded = list(communities.prefetch_related(Prefetch("members", members, to_attr="present")))
    everyone = _people(row.person_id for community in loaded for row in community.present)
    rows = []
    for community in loaded:
        ids = {row.person_id for row in community.present}
        people = [person for person in everyone if person.pk in ids]
        departments = {p.department.pk for p in people if p.department is not None}
        rows.append({"community": community, "people": people, "departments": len(departments)})
    return rows


def community_page(community: Community, reader: Person) -> dict[str, Any]:
    """The context of ``communities/community_detail.html``."""
    members = {row.person_id: row for row in community.members.all()}
    attach_departments([community.started_by, community.facilitator])
    inside = _people(pk for pk, row in members.items() if row.kind in IN)
    mine = members.get(reader.pk)
    current = STEPS.index(Community.State(community.state)) if community.state in STEPS else 3
    return {
        "community": community,
        "steps": [
            {"label": step.label, "is_done": place < current, "is_current": place == current}
            for place, step in enumerate(STEPS)
        ],
        "groups": _groups(inside),
        "inside": inside,
        "mine": mine.kind if mine is not None and mine.kind in IN else "",
        "records": _records(community),
        **comments_on(community),
        "reader": reader,
    }


def _people(ids: Iterable[int]) -> list[Person]:
    people = Person.objects.visible().filter(pk__in=set(ids))
    return list(people.with_departments().in_reading_order())


def _groups(people: list[Person]) -> list[Group]:
    groups: dict[int, Group] = {}
    for person in people:
        department = person.department
        key = department.pk if department is not None else 0
        groups.setdefault(key, Group(department, [])).people.append(person)
    return list(groups.values())


def _records(community: Community) -> list[CommunityRecord]:
    """The linked records that are not in the bin, with what their names need."""
    rows = list(
        community.records.select_related("added_by", "content_type").prefetch_related("target")
    )
    attach_departments(row.added_by for row in rows)
    alive = [row for row in rows if row.target and not getattr(row.target, "is_deleted", False)]
    for model, relation in ((Touch, "customer"), (Meeting, "series")):
        targets: list[Any] = [row.target for row in alive if isinstance(row.target, model)]
        prefetch_related_objects(targets, relation)
    return alive
