"""What the pages of communities show, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from kb.communities.models import Community, CommunityMember, CommunityRecord
from kb.engagement.models import Comment
from kb.text.markdown import trusted
from people.models import Department, Person

STEPS = (Community.State.CALLING, Community.State.WORKING, Community.State.CONCLUDING)
IN = (CommunityMember.Kind.JOINED, CommunityMember.Kind.LISTENING)


@dataclass(frozen=True)
class Group:
    """The members of one department."""

    department: Department | None
    people: list[Person]


def rows_of(communities: Any) -> list[dict[str, Any]]:
    """Communities for lists, with how many people of how many departments are in."""
    members = CommunityMember.objects.filter(kind__in=IN, person__is_active=True)
    loaded = communities.prefetch_related(Prefetch("members", members, to_attr="present"))
    rows = []
    for community in loaded:
        people = _people(row.person_id for row in community.present)
        departments = {p.department.pk for p in people if p.department is not None}
        rows.append({"community": community, "people": people, "departments": len(departments)})
    return rows


def community_page(community: Community, reader: Person) -> dict[str, Any]:
    """The context of ``communities/community_detail.html``."""
    members = {row.person_id: row for row in community.members.all()}
    inside = _people(pk for pk, row in members.items() if row.kind in IN)
    mine = members.get(reader.pk)
    comments = Comment.objects.visible().on(community).select_related("author")
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
        "records": [row for row in _records(community) if row.target is not None],
        "comments": [{"comment": c, "html": trusted(c.body_html)} for c in comments],
        "reader": reader,
    }


def _people(ids: Iterable[int]) -> list[Person]:
    people = Person.objects.filter(pk__in=list(ids), is_active=True)
    return list(people.with_departments().in_reading_order())


def _groups(people: list[Person]) -> list[Group]:
    groups: dict[int, Group] = {}
    for person in people:
        department = person.department
        key = department.pk if department is not None else 0
        groups.setdefault(key, Group(department, [])).people.append(person)
    return list(groups.values())


def _records(community: Community) -> list[CommunityRecord]:
    return list(
        community.records.select_related("added_by", "content_type").prefetch_related("target")
    )
