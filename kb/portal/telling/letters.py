"""Sends mails: at most one to a person on a day, none twice, none at quiet hours.

A row for the person and the day is claimed before a mail leaves (the database refuses a second
one). A mail server that cannot be reached puts the row back to wait for the next round; an address
or a text that it refuses for good waits for the next day and holds nobody else up. A process that
died while it was sending, and a server that took the text and never answered, leave the row as it
is: the mail may have left, so it does not leave again, and its lines come with the next day's mail.
"""

import datetime as dt
import logging
import smtplib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from kb.engagement.models import Notification, NotificationPreference
from kb.portal.telling.digest import DIRECT_KINDS, Mail, company_news, digest_for, direct_mail
from kb.portal.telling.models import Letter
from kb.text.workdays import is_workday
from people.models import Person

logger = logging.getLogger(__name__)

# The digest is news of the morning: whoever could not be reached by noon gets the next one.
DIGEST_FROM = dt.time(8, 0)
DIGEST_UNTIL = dt.time(12, 0)
# Several calls in a row make one mail, and whoever is at the screen has read them by then.
DIRECT_AFTER = dt.timedelta(minutes=2)
_ERROR_MAX_CHARACTERS = 300
# About one mail alone: an address that is not there, a text that is not taken, a name not in ASCII.
_REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
    ValueError,
)
_AWAY = (smtplib.SMTPException, OSError)
_PERMANENT = 500


class ServerAway(Exception):
    """The mail server takes nothing now; the next round tries again."""


def send_digests() -> int:
    """The mails of this morning that have not left yet; returns how many left now."""
    now = timezone.localtime()
    if not settings.EMAIL_URL or not is_workday(now.date()):
        return 0
    if not DIGEST_FROM <= now.time() < DIGEST_UNTIL:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        news = company_news(now)
        mails = (
            (
                person,
                Letter.Kind.DIGEST,
                lambda p=person: digest_for(p, news=news, today=now.date()),
            )
            for person in _without_mail(now.date())
            if _wants(person, "wants_digest", now.time())
        )
        return _send(mails, now.date())


def send_direct_mails() -> int:
    """Questions and calls to single persons that nobody has read for ``DIRECT_AFTER``."""
    now = timezone.localtime()
    if not settings.EMAIL_URL or not is_workday(now.date()):
        return 0
    waiting: dict[int, list[Notification]] = defaultdict(list)
    rows = Notification.objects.filter(
        kind__in=DIRECT_KINDS,
        read_at=None,
        mailed_at=None,
        created_at__lte=now - DIRECT_AFTER,
    )
    for notice in rows.order_by("created_at"):
        waiting[notice.person_id].append(notice)
    with translation.override(settings.LANGUAGE_CODE):
        mails = (
            (person, Letter.Kind.DIRECT, lambda p=person: direct_mail(p, waiting[p.pk]))
            for person in _without_mail(now.date()).filter(pk__in=list(waiting))
            if _wants(person, "wants_direct_mail", now.time())
        )
        return _send(mails, now.date())


_Mails = Iterable[tuple[Person, Letter.Kind, Callable[[], Mail | None]]]


def _without_mail(day: dt.date) -> Any:
    gone = Letter.objects.filter(day=day).exclude(state=Letter.State.WAITING)
    return (
        Person.objects.filter(is_active=True, email__isnull=False)
        .exclude(email="")
        .exclude(pk__in=gone.values("person_id"))
        .select_related("notification_preference")
        .order_by("pk")
    )


def _wants(person: Person, wish: str, time: dt.time) -> bool:
    preference = getattr(person, "notification_preference", None) or NotificationPreference()
    return bool(getattr(preference, wish)) and not preference.is_quiet_at(time)


def _send(mails: _Mails, day: dt.date) -> int:
    count = 0
    connection = get_connection()
    try:
        for person, kind, write in mails:
            mail = write()
            if mail is None:
                continue
            letter = _claim(person, day, kind)
            if letter is not None:
                count += _deliver(letter, mail, connection)
    except ServerAway as error:
        # The next persons would wait for the same time-out.
        logger.warning("The mail server is away: %s", error)
    return count


def _claim(person: Person, day: dt.date, kind: Letter.Kind) -> Letter | None:
    """The row that allows one mail; None when another process holds it."""
    letter, _made = Letter.objects.get_or_create(person=person, day=day, defaults={"kind": kind})
    taken = Letter.objects.filter(pk=letter.pk, state=Letter.State.WAITING).update(
        state=Letter.State.SENDING, kind=kind, attempts=F("attempts") + 1, error=""
    )
    return letter if taken else None


def _deliver(letter: Letter, mail: Mail, connection: BaseEmailBackend) -> bool:
    """Whether the mail left. Raises ``ServerAway``."""
    message = EmailMessage(
        mail.subject, mail.body, to=[str(letter.person.email)], connection=connection
    )
    try:
        connection.open()
    except _AWAY as error:
        _keep(letter, error, Letter.State.WAITING)
        raise ServerAway from error
    try:
        message.send()
    except _REFUSED as error:
        # The server is there: others get their mails all the same.
        _keep(letter, error, Letter.State.REFUSED if _is_final(error) else Letter.State.WAITING)
        return False
    except _AWAY as error:
        _keep(
            letter, error, Letter.State.SENDING if _may_have_left(error) else Letter.State.WAITING
        )
        raise ServerAway from error
    finally:
        # One connection for each mail: many servers hang up after some.
        connection.close()
    with transaction.atomic():
        now = timezone.now()
        Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=now)
        Notification.objects.filter(pk__in=mail.notices).update(mailed_at=now)
    return True


def _is_final(error: Exception) -> bool:
    """False where the server says 「later」, with a code of four hundred."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= _PERMANENT
    return True


def _may_have_left(error: Exception) -> bool:
    """Whether the server went silent: then it may have taken the mail and be late to say so.

    smtplib tells of a silent server as of one that hung up; only the cause shows the difference.
    """
    return isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(
        error.__context__, TimeoutError
    )


def _keep(letter: Letter, error: Exception, state: Letter.State) -> None:
    logger.warning("No mail to person %s for now: %s", letter.person_id, error)
    Letter.objects.filter(pk=letter.pk).update(
        state=state, error=str(error)[:_ERROR_MAX_CHARACTERS]
    )
