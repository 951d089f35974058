"""Writes of communities: calling, joining, leaving, moving on. No approval anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.communities.models import Community, CommunityMember, CommunityRecord
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.engagement.services import follow, unfollow
from kb.topics.services import set_topics
from people.models import Person

Kind = CommunityMember.Kind
Role = CommunityRecord.Role
IN = (Kind.JOINED, Kind.LISTENING)


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
def call_out(*, by: Person, fields: CallFields, evidence: Sequence[models.Model] = ()) -> Community:
    """The new community with its first evidence; who calls is in it."""
    community = Community.objects.create(
        title=" ".join(fields.title.split()),
        why_now=fields.why_now.strip(),
        done_when=fields.done_when.strip(),
        started_by=by,
    )
    set_topics(community, fields.topics)
    for record in evidence:
        add_record(community, record, by=by)
    join(community, by=by)
    return community


@transaction.atomic
def join(community: Community, *, by: Person, kind: str = Kind.JOINED) -> CommunityMember:
    """The person's part in the community: 参加する or 話だけ聞く. Who called hears of it.

    Whoever is in hears what is said there, unless they mute it.
    """
    before = CommunityMember.objects.filter(community=community, person=by).first()
    member, _created = CommunityMember.objects.update_or_create(
        community=community, person=by, defaults={"kind": kind, "since": timezone.now()}
    )
    moved(community)
    if before is None or before.kind not in IN:
        follow(community, by=by)
    if before is None or before.kind != kind:
        _tell_caller(community, before, kind, by)
    return member


@transaction.atomic
def leave_community(community: Community, *, by: Person) -> None:
    """The person is no longer in it; what they wrote stays."""
    for member in CommunityMember.objects.filter(community=community, person=by):
        member.kind = Kind.LEFT
        member.save(update_fields=["kind"])
    unfollow(community, by=by)
    if community.facilitator_id == by.pk:
        community.facilitator = None
    moved(community)


@transaction.atomic
def move_on(community: Community, state: str, *, by: Person, result: str = "") -> Community:
    """The community in its next state. Raises ``NotAPart`` for people who are not in it."""
    check_part(community, by)
    has_moved = community.state != state
    community.state = state
    if result.strip():
        community.result = result.strip()
    moved(community)
    if has_moved:
        words = {
            "title": community.title[:TITLE_MAX_CHARACTERS],
            "state": community.get_state_display(),
        }
        notify(
            inside(community),
            Notification.Kind.CHANGE,
            lambda: _("コミュニティ「%(title)s」が「%(state)s」になりました。") % words,
            url=community.get_absolute_url(),
            by=by,
            about=community,
        )
    return community


@transaction.atomic
def take_lead(community: Community, person: Person, *, by: Person) -> Community:
    """The person as 進行役: anyone inside takes it, and hands it to anyone inside.

    Raises ``NotAPart`` when either is not in the community.
    """
    check_part(community, by)
    check_part(community, person)
    community.facilitator = person
    moved(community)
    title = community.title[:TITLE_MAX_CHARACTERS]
    notify(
        [person],
        Notification.Kind.HANDOVER,
        lambda: (
            _("%(name)sさんから、コミュニティ「%(title)s」の進行役を引き継ぎました。")
            % {"name": by.name, "title": title}
        ),
        url=community.get_absolute_url(),
        by=by,
    )
    return community


@transaction.atomic
def put_down_lead(community: Community, *, by: Person) -> Community:
    """Nobody is 進行役 any more. Raises ``NotAPart``."""
    check_part(community, by)
    community.facilitator = None
    moved(community)
    return community


@transaction.atomic
def add_record(
    community: Community,
    record: models.Model,
    *,
    by: Person,
    role: str = Role.EVIDENCE,
    note: str = "",
) -> CommunityRecord:
    """Links a record to the community; the same one twice in one role is one."""
    row, _created = CommunityRecord.objects.get_or_create(
        community=community,
        role=role,
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        defaults={"added_by": by, "note": " ".join(note.split())[:200]},
    )
    moved(community)
    return row


@transaction.atomic
def remove_record(row: CommunityRecord, *, by: Person) -> None:
    """Takes the link away; the record stays. Raises ``NotAPart``."""
    check_part(row.community, by)
    row.delete()
    moved(row.community)


def inside(community: Community) -> list[Person]:
    """Who joined or listens, without leavers."""
    rows = CommunityMember.objects.filter(community=community, kind__in=IN, person__is_active=True)
    return [row.person for row in rows.select_related("person")]


def check_part(community: Community, person: Person) -> None:
    """Raises ``NotAPart`` unless the person has joined."""
    joined = CommunityMember.objects.filter(
        community=community, person=person, kind=Kind.JOINED, person__is_active=True
    )
    if not joined.exists():
        raise NotAPart


def moved(community: Community) -> None:
    """Something happened in the community: it is not idle, whatever was asked before."""
    community.updated_at = timezone.now()
    community.prompted_at = None
    community.save()


def _tell_caller(
    community: Community, before: CommunityMember | None, kind: str, by: Person
) -> None:
    inviter = before.invited_by if before is not None else None
    title = community.title[:TITLE_MAX_CHARACTERS]
    words = (
        _("%(name)sさんが、コミュニティ「%(title)s」に加わりました。")
        if kind == Kind.JOINED
        else _("%(name)sさんが、コミュニティ「%(title)s」の話を聞いています。")
    )
    notify(
        [community.started_by, community.facilitator, inviter],
        Notification.Kind.CHANGE,
        lambda: words % {"name": by.name, "title": title},
        url=community.get_absolute_url(),
        by=by,
        about=community,
    )
