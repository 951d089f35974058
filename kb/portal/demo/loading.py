"""Loads the whole demo company in one transaction, and gives two of its people a way in."""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import IntegrityError, transaction

from customers.models import Customer
from kb.articles.models import Article
from kb.portal.demo import (
    allhands,
    articles,
    attachments,
    customers,
    engagement,
    kinds,
    meetings,
    people,
    rendering,
    touches,
)
from kb.portal.demo.calendar import DemoCalendar
from kb.portal.demo.cast import Cast
from kb.search import outbox
from kb.search.parents import INDEXED
from kb.topics.models import Topic
from people.models import Department, Person

DEMO_DEPARTMENT = "cs-success"
PASSWORD_BYTES = 9


class AlreadyThere(Exception):
    """The demo company has been loaded before."""


class OthersThere(Exception):
    """The database holds a real company's content; the demo would mix with it."""


@dataclass(frozen=True)
class Way:
    """A way in: who, and the password made for this load alone."""

    person: Person
    password: str


def load_demo(now: dt.datetime, *, say: Callable[[str], None]) -> list[Way]:
    """Loads everything as of ``now``. Raises ``AlreadyThere`` or ``OthersThere``."""
    if Department.objects.filter(slug=DEMO_DEPARTMENT).exists():
        raise AlreadyThere
    if any(model.objects.exists() for model in (Department, Topic, Article, Customer)):
        raise OthersThere
    try:
        with transaction.atomic():
            return _load(Cast(DemoCalendar(now)), say)
    except IntegrityError as clash:
        raise OthersThere from clash


def _load(cast: Cast, say: Callable[[str], None]) -> list[Way]:
    people.load_company(cast)
    say(f"ひと {len(cast.people)}人、部署 {len(cast.departments)}、テーマ {len(cast.topics)}")
    customers.load_customers(cast)
    touches.load_touches(cast)
    say(f"お客さま {len(cast.customers)}社とその対応記録")
    _load_texts(cast, say)
    mark_everything()
    return [_give_way(people.DEMO_LOGIN, cast), _give_way(people.ADMIN_LOGIN, cast)]


def mark_everything() -> None:
    """Tells the indexer of all records: bulk work sends no signals."""
    for label in sorted(INDEXED):
        outbox.mark_changed(apps.get_model(label)._default_manager.all())


def _load_texts(cast: Cast, say: Callable[[str], None]) -> None:
    told = articles.load_articles(cast)
    meetings.load_meetings(cast)
    allhands.load_all_hands(cast)
    meetings.load_decisions(cast)
    kinds.load_books(cast)
    kinds.load_details(told, cast)
    rendering.render_texts(cast)
    engagement.load_engagement(cast)
    files = attachments.load_attachments(cast)
    say(
        f"記事 {len(cast.articles)}本、会議 {len(cast.meetings)}回、"
        f"決まったこと {len(cast.decisions)}件、ファイル {files}つ"
    )


def _give_way(login: str, cast: Cast) -> Way:
    person = cast.people[login]
    way = Way(person, secrets.token_urlsafe(PASSWORD_BYTES))
    person.set_password(way.password)
    person.save(update_fields=["password"])
    return way
