"""Writes of communities: calling, joining, leaving, moving on. No approval anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone

from kb.communities.models import Community, CommunityMember, CommunityRecord
from kb.topics.services import set_topics
from people.models import Person


class NotAPart(Exception):
    """Only people who are in a community move it on."""


@dataclass(frozen=True)
class CallFields:
    """What a person calls out."""

    title: str
    why_now: str = ""
    done_when: str = ""
    topics: Sequence[str] = ()


@transaction.atomic
def call_out(*, by: Person, fields: CallFields) -> Community:
    """The new community; who calls is in it."""
    community = Community.objects.create(
        title=" ".join(fields.title.split()),
        why_now=fields.why_now.strip(),
        done_when=fields.done_when.strip(),
        started_by=by,
    )
    set_topics(community, fields.topics)
    join(community, by=by)
    return community


@transaction.atomic
def join(
    community: Community, *, by: Person, kind: str = CommunityMember.Kind.JOINED
) -> CommunityMember:
    """The person's part in the community: 参加する or 話だけ聞く."""
    member, _created = CommunityMember.objects.update_or_create(
        community=community, person=by, defaults={"kind": kind, "since": timezone.now()}
    )
    _moved(community)
    return member


@transaction.atomic
def leave_community(community: Community, *, by: Person) -> None:
    """The person is no longer in it; what they wrote stays."""
    for member in CommunityMember.objects.filter(community=community, person=by):
        member.kind = CommunityMember.Kind.LEFT
        member.save(update_fields=["kind"])
    if community.facilitator_id == by.pk:
        community.facilitator = None
    _moved(community)


@transaction.atomic
def move_on(community: Community, state: str, *, by: Person, result: str = "") -> Community:
    """The community in its next state. Raises ``NotAPart`` for people who are not in it."""
    inside = CommunityMember.objects.filter(
        community=community, person=by, kind=CommunityMember.Kind.JOINED
    )
    if not inside.exists():
        raise NotAPart
    community.state = state
    if result.strip():
        community.result = result.strip()
    _moved(community)
    return community


@transaction.atomic
def add_record(
    community: Community, record: models.Model, *, by: Person, note: str = ""
) -> CommunityRecord:
    """Links a record to the community as evidence; the same one twice is one."""
    from django.contrib.contenttypes.models import ContentType

    row, _created = CommunityRecord.objects.get_or_create(
        community=community,
        role=CommunityRecord.Role.EVIDENCE,
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        defaults={"added_by": by, "note": note},
    )
    _moved(community)
    return row


def _moved(community: Community) -> None:
    community.updated_at = timezone.now()
    community.save()
