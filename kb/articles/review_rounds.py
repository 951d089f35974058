"""Whose review of which text is due: three a week for each owner, then the department's turn."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Article, ReviewAsk
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.foundation.prepared import Given, PreparedFor
from people.models import Department, Person

REVIEWS_PER_WEEK = 3
# Whoever leaves this many weeks unanswered is asked no more; the department is.
PATIENCE_WEEKS = 2
_BODY = ("body", "body_html", "contents")


def monday_of(day: dt.date) -> dt.date:
    """The first day of the week."""
    return day - dt.timedelta(days=day.weekday())


def _done_and_due(given: Given) -> Any:
    """One query for what is done and what waits: the morning page asks for it."""
    person = given.one("person")
    answered = ReviewAsk.objects.filter(
        person=person, monday=given.one("monday"), answered_at__isnull=False
    )
    is_done = Q(pk__in=answered.values("article")) | Q(
        confirmed_by=person, confirmed_at__gte=given.one("midnight")
    )
    is_theirs = Q(owner=person) | Q(owner=None, author=person, imported_by=None)
    is_due = is_theirs & Q(
        status=Article.Status.PUBLISHED,
        review_due_on__lte=given.one("today"),
        review_escalated_at=None,
    )
    return (
        Article.objects.visible()
        .filter(is_done | is_due)
        .annotate(is_done=Case(When(is_done, then=True), default=False))
        .defer(*_BODY)
        .order_by("-is_done", F("review_due_on").asc(nulls_last=True), "pk")[:REVIEWS_PER_WEEK]
    )


_first = PreparedFor(_done_and_due)


def reviews_for(person: Person, today: dt.date) -> list[Article]:
    """The texts a person is asked about this week, longest due first; three less those answered."""
    monday = monday_of(today)
    midnight = timezone.make_aware(dt.datetime.combine(monday, dt.time.min))
    first = _first(person=person.pk, monday=monday, midnight=midnight, today=today)
    return [article for article in first if not article.is_done]


def waiting_in(departments: Iterable[int]) -> list[Article]:
    """Texts whose owners did not answer: the department looks at them; longest due first."""
    rows = _due(timezone.localdate()).filter(review_escalated_at__isnull=False)
    owners_now = Q(owner__memberships__department__in=departments, department=None)
    rows = rows.filter(Q(department__in=departments) | owners_now)
    return list(rows.select_related("owner").defer(*_BODY).distinct().order_by("review_due_on"))


def open_asks(article: Article) -> "QuerySet[ReviewAsk]":
    """The requests of this week to look at the text that nobody has answered."""
    monday = monday_of(timezone.localdate())
    return ReviewAsk.objects.filter(article=article, monday=monday, answered_at=None)


def note_reviewed(article: Article) -> None:
    """Whoever was asked about the text this week has had an answer."""
    open_asks(article).update(answered_at=timezone.now())


@transaction.atomic
def begin_week(today: dt.date) -> int:
    """Hands on what was ignored for two weeks, then asks this week's; returns how many were asked.

    Safe to repeat: a text is asked once a week, and handed on once.
    """
    monday = monday_of(today)
    _hand_on(today, monday)
    asks = []
    for person in _owners(today):
        asks += [
            ReviewAsk(article=article, person=person, monday=monday)
            for article in reviews_for(person, today)
        ]
    before = ReviewAsk.objects.filter(monday=monday).count()
    ReviewAsk.objects.bulk_create(asks, ignore_conflicts=True)
    return ReviewAsk.objects.filter(monday=monday).count() - before


def _due(today: dt.date) -> "QuerySet[Article]":
    return Article.objects.published().filter(review_due_on__lte=today)


def _owners(today: dt.date) -> list[Person]:
    due = _due(today).filter(review_escalated_at=None)
    ids = set(due.filter(owner__isnull=False).values_list("owner_id", flat=True))
    ids |= set(due.filter(owner=None, imported_by=None).values_list("author_id", flat=True))
    return list(Person.objects.filter(pk__in=ids, is_active=True))


def _hand_on(today: dt.date, monday: dt.date) -> None:
    since = monday - dt.timedelta(weeks=PATIENCE_WEEKS)
    rows = ReviewAsk.objects.filter(
        monday__range=(since, monday - dt.timedelta(days=1)), answered_at=None
    )
    # Each owner has the same patience: weeks that somebody else ignored before do not count.
    keeper = Coalesce("article__owner", "article__author")
    counts = Counter(rows.filter(person=keeper).values_list("article", flat=True))
    late = [pk for pk, count in counts.items() if count >= PATIENCE_WEEKS]
    # A leaver answers nobody; their texts go to the department at once.
    left = _due(today).filter(owner__is_active=False).values_list("pk", flat=True)
    waiting = _due(today).filter(review_escalated_at=None).filter(pk__in=[*late, *left])
    for article in waiting.select_related("department__head", "owner", "author"):
        article.review_escalated_at = timezone.now()
        article.save(update_fields=["review_escalated_at"])
        _tell_head(article)


def _tell_head(article: Article) -> None:
    """The head of the department hears of it once, here."""
    department = article.department or getattr(article.owner or article.author, "department", None)
    if not isinstance(department, Department):
        return
    notify(
        [department.head],
        Notification.Kind.REQUEST,
        lambda: (
            _("「%(title)s」の見直しを、担当の人が2週間していません。部署で見てください。")
            % {"title": article.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=article.get_absolute_url(),
        about=article,
    )
