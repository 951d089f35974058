"""States beside the kind of a result: made only for the lines that are shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Touch
from kb.articles.models import Article
from kb.communities.models import Community
from kb.experts.reasons import short_day
from kb.meetings.models import Decision, Meeting
from people.models import Person


@dataclass(frozen=True)
class Badge:
    """A state beside the kind: words, tone (ok, warn, danger, accent or empty) and icon."""

    text: str
    tone: str = ""
    icon: str = ""


def article_badges(article: Any) -> Iterable[Badge]:
    """公式 or 参考, and whether the text still holds."""
    if article.kind == Article.Kind.MANUAL and article.is_official is not None:
        yield Badge(_("公式") if article.is_official else _("参考"))
    if article.status == Article.Status.DRAFT:
        yield Badge(_("書きかけ"), "warn", "pen")
    elif article.status == Article.Status.RETIRED:
        yield Badge(_("もう使わない"), "", "clock")
    elif article.review_due_on is not None and article.review_due_on < timezone.localdate():
        days = (timezone.localdate() - article.review_due_on).days
        yield Badge(_("確認期限を%(days)d日過ぎています") % {"days": days}, "warn", "warn")
    elif article.confirmed_at is not None:
        day = short_day(timezone.localtime(article.confirmed_at).date())
        yield Badge(_("%(day)sに確認済み") % {"day": day}, "ok", "seal")


def meeting_badges(meeting: Meeting) -> Iterable[Badge]:
    """Whether the minutes were corrected."""
    if meeting.state == Meeting.State.CORRECTED:
        yield Badge(_("訂正あり"), "", "pen")


def decision_badges(decision: Decision) -> Iterable[Badge]:
    """Whether the decision holds."""
    tone, icon = ("ok", "check") if decision.state == Decision.State.VALID else ("", "clock")
    yield Badge(decision.get_state_display(), tone, icon)


def touch_badges(touch: Any) -> Iterable[Badge]:
    """How many voices it has, and a mood that worries."""
    if touch.voice_count:
        yield Badge(_("声%(count)d件") % {"count": touch.voice_count}, "", "voice")
    if touch.mood in (Touch.Mood.WORRIED, Touch.Mood.DANGER):
        yield Badge(touch.get_mood_display(), "warn", "warn")


def voice_theme_badges(theme: Any) -> Iterable[Badge]:
    """What the product does about it."""
    tone = {"planned": "accent", "done": "ok"}.get(theme.status, "")
    yield Badge(theme.get_status_display(), tone)


def person_badges(person: Person) -> Iterable[Badge]:
    """Whether the person wants to be asked."""
    if person.is_open_to_questions:
        yield Badge(_("聞いてください"), "accent")


def community_badges(community: Community) -> Iterable[Badge]:
    """How far the community is."""
    tone = "" if community.state == Community.State.DISSOLVED else "accent"
    yield Badge(community.get_state_display(), tone, "community")
