"""Calling people into a community, and what the called may answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.communities.models import Community, CommunityMember
from kb.communities.services import moved
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from people.models import Person

Kind = CommunityMember.Kind
# Five to eight people solve a problem; a call to everyone is heard by nobody.
INVITED_AT_ONCE_MAX = 20
_REASON_MAX_CHARACTERS = 300


class TooManyInvited(Exception):
    """More than ``INVITED_AT_ONCE_MAX`` people in one call."""


@dataclass(frozen=True)
class Call:
    """A person to call, and why this one."""

    person: Person
    reason: str = ""


@transaction.atomic
def invite(community: Community, calls: Sequence[Call], *, by: Person) -> list[Person]:
    """Calls people and tells each why; returns whom.

    Who is in already, was called before, or has gone is not called again. Raises ``TooManyInvited``.
    """
    if len(calls) > INVITED_AT_ONCE_MAX:
        raise TooManyInvited
    known = set(community.members.values_list("person_id", flat=True))
    fresh = {c.person.pk: c for c in calls if c.person.pk not in known and c.person.is_active}
    CommunityMember.objects.bulk_create(
        CommunityMember(
            community=community,
            person=call.person,
            kind=Kind.INVITED,
            reason=" ".join(call.reason.split())[:_REASON_MAX_CHARACTERS],
            invited_by=by,
        )
        for call in fresh.values()
    )
    people = [call.person for call in fresh.values()]
    title = community.title[:TITLE_MAX_CHARACTERS]
    notify(
        people,
        Notification.Kind.INVITATION,
        lambda: (
            _("%(name)sさんから、困りごと「%(title)s」に声がかかっています。")
            % {"name": by.name, "title": title}
        ),
        url=community.get_absolute_url(),
        by=by,
    )
    if people:
        moved(community)
    return people


@transaction.atomic
def introduce(community: Community, other: Person, *, by: Person) -> bool:
    """「別の人が詳しい」: the called person names another one, who is called instead.

    True when the other was called now; False when the other is in already or was called before.
    """
    called = invite(
        community, [Call(other, _("%(name)sさんの紹介です。") % {"name": by.name})], by=by
    )
    own = CommunityMember.objects.filter(community=community, person=by, kind=Kind.INVITED)
    own.update(kind=Kind.INTRODUCED, since=timezone.now())
    return bool(called)
