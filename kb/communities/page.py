"""What the pages of communities show, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, prefetch_related_objects

from customers.models import Touch, Voice, VoiceTheme
from kb.communities.leading import department_of, leads_of
from kb.communities.models import Community, CommunityMember, CommunityRecord
from kb.engagement.comments import comments_on
from kb.engagement.models import Follow
from kb.foundation.idempotency import new_form_key
from kb.meetings.lineage import with_successors
from kb.meetings.models import Decision, Meeting
from kb.todos.models import ActionItem
from people.models import Department, Person
from people.querysets import attach_departments

STEPS = (Community.State.CALLING, Community.State.WORKING, Community.State.CONCLUDING)
IN = (CommunityMember.Kind.JOINED, CommunityMember.Kind.LISTENING)
VOICES_MAX = 4


@dataclass(frozen=True)
class Group:
    """The members of one department."""

    department: Department | None
    people: list[Person]


@dataclass(frozen=True)
class Voices:
    """What the companies say, in their words."""

    quotes: Sequence[Voice]
    count: int
    companies: int
    theme: VoiceTheme | None


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
    members = {
        row.person_id: row for row in community.members.select_related("person", "invited_by")
    }
    inside = _people(pk for pk, row in members.items() if row.kind in IN)
    invited = [row for row in members.values() if row.kind == CommunityMember.Kind.INVITED]
    attach_departments(
        [community.started_by, community.facilitator, *(row.person for row in invited)]
    )
    mine = members.get(reader.pk)
    records = _records(community)
    leads = leads_of(community, records, inside)
    return {
        "community": community,
        "steps": _steps(community),
        "groups": _groups(inside),
        "inside": inside,
        "joined": [p for p in inside if members[p.pk].kind == CommunityMember.Kind.JOINED],
        "invited": [row for row in invited if row.person.is_active and row.person_id != reader.pk],
        "mine": mine.kind if mine is not None and mine.kind in IN else "",
        "call": mine if mine is not None and mine.kind == CommunityMember.Kind.INVITED else None,
        "known_ids": [*members, reader.pk],
        **_parted(records),
        "targets": [row.target for row in records],
        "leads": leads,
        "on_paper": _on_paper(records, leads),
        "voices": _voices(records),
        "todos": _todos(community),
        **comments_on(community),
        "form_key": new_form_key(),
        "hearing": Follow.objects.on(community).filter(person=reader).first(),
        "reader": reader,
    }


def _steps(community: Community) -> list[dict[str, Any]]:
    current = STEPS.index(Community.State(community.state)) if community.state in STEPS else 3
    return [
        {"label": step.label, "is_done": place < current, "is_current": place == current}
        for place, step in enumerate(STEPS)
    ]


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
    for model, relation in (
        (Touch, "customer"),
        (Meeting, "series"),
        (Decision, "meeting__series"),
        (VoiceTheme, "owner_department"),
    ):
        targets: list[Any] = [row.target for row in alive if isinstance(row.target, model)]
        prefetch_related_objects(targets, relation)
    return alive


def _parted(records: Sequence[CommunityRecord]) -> dict[str, list[CommunityRecord]]:
    """The records by what they are to the community; a decision is one whatever its role."""
    decisions = [row for row in records if isinstance(row.target, Decision)]
    others = [row for row in records if not isinstance(row.target, Decision)]
    by_role = {role: [row for row in others if row.role == role] for role in CommunityRecord.Role}
    with_successors([row.target for row in decisions])
    return {
        "decisions": list({row.object_id: row for row in decisions}.values()),
        "evidence": by_role[CommunityRecord.Role.EVIDENCE],
        "drafts": by_role[CommunityRecord.Role.DRAFT],
        "results": by_role[CommunityRecord.Role.RESULT],
    }


def _voices(records: Sequence[CommunityRecord]) -> Voices | None:
    """The quotes of the linked themes and touches, the newest first."""
    themes = [row.target for row in records if isinstance(row.target, VoiceTheme)]
    touches = [row.target.pk for row in records if isinstance(row.target, Touch)]
    if not themes and not touches:
        return None
    found = Voice.objects.filter(touch__deleted_at__isnull=True).select_related("touch__customer")
    of_themes = found.filter(theme__in=[theme.pk for theme in themes])
    of_touches = found.filter(touch__in=touches)
    quotes = sorted({*of_themes, *of_touches}, key=lambda voice: voice.pk, reverse=True)
    if not quotes:
        return None
    return Voices(
        quotes=quotes[:VOICES_MAX],
        count=len(quotes),
        companies=len({voice.touch.customer_id for voice in quotes}),
        theme=themes[0] if themes else None,
    )


def _on_paper(records: Sequence[CommunityRecord], leads: Sequence[Any]) -> dict[str, Any] | None:
    """The department that owns the theme on paper, where another one pulls."""
    pulling = department_of(leads)
    owners = [row.target.owner_department for row in records if isinstance(row.target, VoiceTheme)]
    owner = next((department for department in owners if department is not None), None)
    if pulling is None or owner is None or owner.pk == pulling.pk:
        return None
    return {"owner": owner, "pulling": pulling}


def _todos(community: Community) -> list[ActionItem]:
    items = ActionItem.objects.filter(
        content_type=ContentType.objects.get_for_model(Community), object_id=community.pk
    ).exclude(state=ActionItem.State.DROPPED)
    rows = list(items.select_related("person").order_by("-state", "due_on", "pk"))
    attach_departments(row.person for row in rows)
    return rows
