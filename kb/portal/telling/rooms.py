"""What the rooms of the chat tools hear: gathered from the database, delivered once.

Nothing is told where it happens: a look every few minutes finds what is new since the room was
set up. So a tool that is away delays a message and never a person who saves.
"""

import datetime as dt
import logging
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kb.articles.models import Article
from kb.engagement.models import Notification
from kb.engagement.notifying import notify
from kb.meetings.models import Decision, Meeting
from kb.portal.telling.digest import full_address
from kb.portal.telling.models import Webhook, WebhookMessage
from kb.portal.telling.posting import NotDelivered, parcel_for, post
from people.models import Person

logger = logging.getLogger(__name__)

# A long pause is not made up for by a flood: the rest can be read in the product.
LOOK_BACK = dt.timedelta(days=2)
PER_ROUND_MAX = 5
ATTEMPTS_MAX = 5
# After so many failures in a row the room is switched off until an admin looks at it.
FAILURES_MAX = 20
_TOLD = (
    Article.Kind.MANUAL,
    Article.Kind.QUESTION,
    Article.Kind.RULE,
)
_ERROR_MAX_CHARACTERS = 300


def tell_rooms() -> int:
    """Deliver what is new to every room in use; returns how many messages arrived."""
    with translation.override(settings.LANGUAGE_CODE):
        rooms = Webhook.objects.filter(is_active=True).select_related("department", "series")
        return sum(_tell(room) for room in rooms)


def try_room(webhook: Webhook) -> str:
    """Post a first message; the words say how it went. Empty when it arrived."""
    try:
        post(parcel_for(webhook, title=_("知の輪からのためしの知らせです"), url=full_address("/")))
    except NotDelivered as error:
        _failed(webhook, error)
        return str(error)
    _arrived(webhook)
    return ""


def _tell(webhook: Webhook) -> int:
    for key, title, path in _news(webhook):
        WebhookMessage.objects.get_or_create(
            webhook=webhook, key=key, defaults={"title": title[:300], "url": path}
        )
    waiting = webhook.messages.filter(sent_at=None, given_up_at=None).order_by("created_at", "pk")
    count = 0
    for message in waiting[:PER_ROUND_MAX]:
        if not _deliver(webhook, message):
            break
        count += 1
    return count


def _deliver(webhook: Webhook, message: WebhookMessage) -> bool:
    # Counted before it leaves: a process that dies here does not try for ever.
    WebhookMessage.objects.filter(pk=message.pk).update(attempts=F("attempts") + 1)
    try:
        post(parcel_for(webhook, title=message.title, url=full_address(message.url)))
    except NotDelivered as error:
        _failed(webhook, error)
        if message.attempts + 1 >= ATTEMPTS_MAX:
            WebhookMessage.objects.filter(pk=message.pk).update(given_up_at=timezone.now())
        return False
    with transaction.atomic():
        WebhookMessage.objects.filter(pk=message.pk).update(sent_at=timezone.now())
        _arrived(webhook)
    return True


def _news(webhook: Webhook) -> Iterator[tuple[str, str, str]]:
    since = max(webhook.since, timezone.now() - LOOK_BACK)
    if webhook.series_id is not None:
        yield from _news_of_series(webhook.series_id, since)
    else:
        yield from _news_of_department(webhook, since)


def _news_of_series(series_id: int, since: dt.datetime) -> Iterator[tuple[str, str, str]]:
    meetings = Meeting.objects.visible().filter(series=series_id, published_at__gte=since)
    for meeting in meetings.select_related("series").defer("body", "body_html"):
        title = _("議事録を公開しました：%(title)s") % {"title": meeting}
        yield f"meeting.{meeting.pk}", title, meeting.get_absolute_url()
    decisions = Decision.objects.valid().filter(
        meeting__series=series_id, meeting__published_at__gte=since
    )
    for decision in decisions:
        title = _("決まりました：%(title)s") % {"title": decision.title}
        yield f"decision.{decision.pk}", title, decision.get_absolute_url()


def _news_of_department(webhook: Webhook, since: dt.datetime) -> Iterator[tuple[str, str, str]]:
    articles = (
        Article.objects.published()
        .of_kind(*_TOLD)
        .filter(department=webhook.department_id, published_at__gte=since)
        .defer("body", "body_html")
        .order_by("published_at")
    )
    for article in articles:
        words = {"title": article.title, "kind": article.get_kind_display()}
        title = (
            _("質問が届きました：%(title)s") % words
            if article.kind == Article.Kind.QUESTION
            else _("新しい%(kind)s：%(title)s") % words
        )
        yield f"article.{article.pk}", title, article.get_absolute_url()
    decisions = Decision.objects.valid().filter(
        departments=webhook.department_id, created_at__gte=since
    )
    for decision in decisions:
        title = _("決まりました：%(title)s") % {"title": decision.title}
        yield f"decision.{decision.pk}", title, decision.get_absolute_url()


def _arrived(webhook: Webhook) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(
        last_sent_at=timezone.now(), last_error="", failures=0
    )


def _failed(webhook: Webhook, error: Exception) -> None:
    logger.warning("Webhook %s: %s", webhook.pk, error)
    webhook.failures += 1
    Webhook.objects.filter(pk=webhook.pk).update(
        last_error=str(error)[:_ERROR_MAX_CHARACTERS],
        failures=webhook.failures,
        is_active=webhook.failures < FAILURES_MAX,
    )
    if webhook.failures == FAILURES_MAX:
        _tell_operators(webhook, error)


def _tell_operators(webhook: Webhook, error: Exception) -> None:
    """Whoever may change the room hears that it was switched off, and why."""
    operators = Person.objects.filter(is_active=True, is_staff=True)
    notify(
        [person for person in operators if person.has_perm("portal.change_webhook")],
        Notification.Kind.REQUEST,
        lambda: (
            _("チャットの部屋「%(room)s」への知らせを止めました。%(reason)s")
            % {"room": webhook.name, "reason": error}
        ),
        url=reverse("admin:portal_webhook_change", args=[webhook.pk]),
    )
