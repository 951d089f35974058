"""朝のまとめ: what one person should know today, in one mail that can be read in a minute."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kb.engagement.models import Notification
from kb.meetings.models import Meeting
from kb.portal.questions import open_questions
from kb.portal.today import Task, today_of
from kb.text.workdays import is_workday
from people.models import Person

LINES_MAX = 6
NEWS_MAX = 3
DIRECT_KINDS = (
    Notification.Kind.MENTION,
    Notification.Kind.QUESTION,
    Notification.Kind.INVITATION,
)

_ASKING_KINDS = (
    Notification.Kind.QUESTION,
    Notification.Kind.REQUEST,
    Notification.Kind.SUGGESTION,
)


@dataclass(frozen=True)
class Line:
    """One line of a mail: what, a few words beside it, and its full address."""

    text: str
    url: str
    sub: str = ""


@dataclass(frozen=True)
class Section:
    """Lines under a heading; ``more`` says how many were left out."""

    title: str
    lines: Sequence[Line]
    more: int = 0


@dataclass(frozen=True)
class Mail:
    """A mail that is ready to leave, and the notices it tells of."""

    subject: str
    body: str
    notices: Sequence[int]


def full_address(path: str) -> str:
    """The path with the product's own host before it; other addresses stay as they are."""
    return f"{settings.SITE_URL}{path}" if path.startswith("/") else path


def company_news(now: dt.datetime) -> Section:
    """Minutes published since the last morning with mails; the same for everyone, gathered once."""
    last_morning = now - dt.timedelta(days=_days_since_mails(now.date()))
    meetings = (
        Meeting.objects.visible()
        .filter(published_at__gte=last_morning, published_at__lt=now)
        .select_related("series")
        .defer("body", "body_html")
        .order_by("-published_at")[: NEWS_MAX + 1]
    )
    lines = [Line(str(meeting), full_address(meeting.get_absolute_url())) for meeting in meetings]
    return _section(_("会社のいま"), lines, limit=NEWS_MAX)


def _days_since_mails(today: dt.date) -> int:
    """1 on most days; on a Monday the minutes of Friday evening have not been told either."""
    days = 1
    while not is_workday(today - dt.timedelta(days=days)):
        days += 1
    return days


def digest_for(person: Person, *, news: Section, today: dt.date) -> Mail | None:
    """The person's mail of the morning; None when there is nothing to tell."""
    questions = open_questions(person, departments=(), limit=0)
    tasks = today_of(person, questions).tasks
    notices = list(_untold(person).order_by("-created_at"))
    # What waits to be done is said once, above.
    said = {task.url for task in tasks[:LINES_MAX]}
    lines = [
        Line(notice.text, full_address(notice.url))
        for notice in notices
        if notice.kind not in _ASKING_KINDS or notice.url not in said
    ]
    sections = [
        _section(_("今日やること"), [_task_line(task, today) for task in tasks]),
        _section(_("お知らせ"), lines),
        news,
    ]
    if not any(section.lines for section in sections):
        return None
    subject = _("[知の輪] %(day)s のまとめ") % {"day": _day_words(today)}
    body = _body(person, sections, greeting=_("おはようございます。"))
    return Mail(subject, body, [notice.pk for notice in notices])


def direct_mail(person: Person, notices: Sequence[Notification]) -> Mail:
    """The mail about questions and calls that wait for this very person."""
    lines = [Line(notice.text, full_address(notice.url)) for notice in notices]
    first = notices[0].text if len(notices) == 1 else _("あなたへの声かけが届いています")
    # A line break in a subject would begin another header.
    subject = " ".join(f"[知の輪] {first}".split())[:120]
    body = _body(person, [_section(_("お知らせ"), lines)], greeting=_("お知らせです。"))
    return Mail(subject, body, [notice.pk for notice in notices])


def _untold(person: Person) -> Any:
    return Notification.objects.filter(person=person, read_at=None, mailed_at=None)


def _section(title: str, lines: Sequence[Line], *, limit: int = LINES_MAX) -> Section:
    return Section(title, lines[:limit], max(0, len(lines) - limit))


def _task_line(task: Task, today: dt.date) -> Line:
    late = task.due_on is not None and task.due_on < today
    text = _("%(title)s（期限を過ぎています）") % {"title": task.title} if late else task.title
    return Line(text, full_address(task.url or "/"), task.sub)


def _day_words(day: dt.date) -> str:
    return f"{day.month}/{day.day}({'月火水木金土日'[day.weekday()]})"


def _body(person: Person, sections: Sequence[Section], *, greeting: str) -> str:
    context = {
        "person": person,
        "greeting": greeting,
        "sections": [section for section in sections if section.lines],
        "home_url": full_address("/"),
        "settings_url": full_address("/notices/settings/"),
    }
    return render_to_string("portal/mail/digest.txt", context)
