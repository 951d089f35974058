"""日報: one person's day, built from what was recorded anyway."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Touch
from kb.articles.models import Answer, Article
from kb.meetings.models import Meeting
from kb.portal.lines import BODY, Line, article_line, gist, touch_line
from kb.portal.models import DailyNote
from kb.todos.models import ActionItem
from people.models import Membership, Person

NEXT_MAX = 5
COLLEAGUES_MAX = 40
GIST_LENGTH = 48

Hours = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class DailyReport:
    """What one person did on one day; every list begins with the earliest."""

    person: Person
    day: dt.date
    touches: list[Line]
    done: list[ActionItem]
    written: list[Line]
    next_up: list[ActionItem]
    note: DailyNote | None = None

    @property
    def is_empty(self) -> bool:
        """True for a day of which nothing was recorded."""
        return not (self.touches or self.done or self.written)


def daily_report_of(person: Person, day: dt.date) -> DailyReport:
    """The report, in a fixed number of queries."""
    start = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    hours = (start, start + dt.timedelta(days=1))
    done = ActionItem.objects.filter(person=person, done_at__gte=hours[0], done_at__lt=hours[1])
    coming = ActionItem.objects.open().filter(person=person, due_on__gt=day)
    return DailyReport(
        person=person,
        day=day,
        touches=_touches(person, hours),
        done=list(done.order_by("done_at", "pk")),
        written=[*_meetings(person, hours), *_answers(person, hours), *_articles(person, hours)],
        next_up=list(coming.by_due_date()[:NEXT_MAX]),
        note=DailyNote.objects.filter(person=person, day=day).first(),
    )


@dataclass(frozen=True)
class ColleagueDay:
    """The same day of a colleague, in one line of words: 所感, else the first talk."""

    person: Person
    url: str
    gist: str


def same_day_of_colleagues(person: Person, day: dt.date) -> list[ColleagueDay]:
    """Colleagues of the person's departments who left something of that day, in reading order."""
    departments = Membership.objects.current().filter(person=person).values("department")
    members = Membership.objects.current().filter(department__in=departments).values("person_id")
    start = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    touches = Touch.objects.visible().filter(
        author=OuterRef("pk"), happened_at__gte=start, happened_at__lt=start + dt.timedelta(days=1)
    )
    notes = DailyNote.objects.filter(person=OuterRef("pk"), day=day).exclude(text="")
    people = (
        Person.objects.visible()
        .filter(pk__in=members)
        .exclude(pk=person.pk)
        .annotate(
            remark=Subquery(notes.values("text")[:1]),
            first_touch=Subquery(touches.order_by("happened_at").values("text")[:1]),
        )
        .filter(Q(remark__isnull=False) | Q(first_touch__isnull=False))
    )
    return [
        _colleague_day(colleague, day) for colleague in people.in_reading_order()[:COLLEAGUES_MAX]
    ]


def _colleague_day(person: Any, day: dt.date) -> ColleagueDay:
    url = DailyNote(person=person, day=day).get_absolute_url()
    return ColleagueDay(person, url, gist(person.remark or person.first_touch, GIST_LENGTH))


@transaction.atomic
def write_note(person: Person, day: dt.date, text: str | None = None) -> DailyNote:
    """The note of that day with this text; without one as it stands, made where there is none."""
    note, _created = DailyNote.objects.get_or_create(person=person, day=day)
    if text is not None:
        note.text, note.updated_at = " ".join(text.split()), timezone.now()
        note.save(update_fields=["text", "updated_at"])
    return note


def _touches(person: Person, hours: Hours) -> list[Line]:
    touches = Touch.objects.visible().filter(
        author=person, happened_at__gte=hours[0], happened_at__lt=hours[1]
    )
    with_customers = touches.select_related("customer").order_by("happened_at", "pk")
    return [touch_line(touch, shows_person=False) for touch in with_customers]


def _meetings(person: Person, hours: Hours) -> list[Line]:
    meetings = Meeting.objects.visible().filter(
        scribe=person, held_at__gte=hours[0], held_at__lt=hours[1]
    )
    return [
        Line(str(meeting), meeting.get_absolute_url(), icon="meeting", sub=_("議事録"))
        for meeting in meetings.select_related("series").order_by("held_at", "pk")
    ]


def _answers(person: Person, hours: Hours) -> list[Line]:
    answers = Answer.objects.filter(
        author=person,
        created_at__gte=hours[0],
        created_at__lt=hours[1],
        deleted_at__isnull=True,
        question__deleted_at__isnull=True,
    )
    return [
        Line(
            _("「%(question)s」に答えました") % {"question": gist(answer.question.title)},
            answer.question.get_absolute_url(),
            icon="question",
            sub=_("答え"),
        )
        for answer in answers.select_related("question").order_by("created_at", "pk")
    ]


def _articles(person: Person, hours: Hours) -> list[Line]:
    articles = Article.objects.visible().filter(
        author=person, created_at__gte=hours[0], created_at__lt=hours[1]
    )
    ordered = articles.defer(*BODY).order_by("created_at", "pk")
    return [article_line(article, shows_person=False) for article in ordered]
