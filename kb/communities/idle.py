"""Communities in which nothing happened for long: those inside are asked once what comes of it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.communities.models import Community
from kb.communities.services import inside
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify

IDLE = dt.timedelta(days=45)


def prompt_idle(now: dt.datetime | None = None) -> int:
    """Asks 進行役, else who called, else all inside; returns in how many communities."""
    now = now or timezone.now()
    idle = Community.objects.active().filter(updated_at__lt=now - IDLE, prompted_at=None)
    return sum(_prompt(community, now) for community in idle.select_related("facilitator"))


@transaction.atomic
def _prompt(community: Community, now: dt.datetime) -> int:
    # Claimed first: a second worker finds nothing left to ask, and updated_at stays as it was.
    asked = Community.objects.filter(pk=community.pk, prompted_at=None).update(prompted_at=now)
    if not asked:
        return 0
    people = inside(community)
    speakers = [p for p in people if p.pk in (community.facilitator_id, community.started_by_id)]
    title = community.title[:TITLE_MAX_CHARACTERS]
    notify(
        speakers or people,
        Notification.Kind.REQUEST,
        lambda: (
            _("コミュニティ「%(title)s」に45日動きがありません。まとめるか、続けるかを選べます。")
            % {"title": title}
        ),
        url=community.get_absolute_url(),
        about=community,
    )
    return 1
