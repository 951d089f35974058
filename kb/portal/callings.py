"""Communities as other pages show them: who is in, in words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kb.communities.models import Community, CommunityMember
from kb.foundation.prepared import PreparedRecords
from people.models import Person

FACES_MAX = 5
IN = (CommunityMember.Kind.JOINED, CommunityMember.Kind.LISTENING)


@dataclass(frozen=True)
class Calling:
    """A community with those who are in it; ``crowd`` says from where and how many."""

    community: Community
    people: Sequence[Person]
    crowd: str
    members: frozenset[int] = frozenset()


def with_members(communities: Iterable[Community]) -> list[Calling]:
    """Needs members and their departments loaded; see ``load``."""
    return [_calling(community) for community in communities]


_members = PreparedRecords(
    lambda ids: (
        CommunityMember.objects.filter(community__in=ids, kind__in=IN, person__is_active=True)
        .select_related("person")
        .order_by("since", "pk")
    )
)


def load(communities: Iterable[Community]) -> list[Any]:
    """The communities with the people who are in them, in one more query."""
    loaded: list[Any] = list(communities)
    members: dict[int, list[CommunityMember]] = defaultdict(list)
    for member in _members([community.pk for community in loaded]):
        members[member.community_id].append(member)
    for community in loaded:
        community.present = members[community.pk]
    return loaded


def faces(communities: Iterable[Community]) -> list[Person]:
    """Everybody in these communities, so that their departments can be loaded at once."""
    return [member.person for community in communities for member in present(community)]


def present(community: Community) -> Sequence[CommunityMember]:
    """Who is in a community that ``load`` gave."""
    return getattr(community, "present", [])


def _calling(community: Community) -> Calling:
    people = [member.person for member in present(community)]
    labels = list(dict.fromkeys(p.department.label for p in people if p.department is not None))
    crowd = ""
    if people:
        crowd = _("%(departments)sから%(count)d人") % {
            "departments": "・".join(labels[:3]),
            "count": len(people),
        }
    members = frozenset(person.pk for person in people)
    return Calling(community, people[:FACES_MAX], crowd, members)
