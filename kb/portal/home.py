"""ホーム, gathered: what one person sees in the morning."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from kb.communities.models import Community
from kb.foundation.prepared import PreparedFor
from kb.portal import callings
from kb.portal.company import CompanyNow, company_now
from kb.portal.connections import Connection, connections_of, interests_of
from kb.portal.first_days.gathering import day_of
from kb.portal.lines import people_of
from kb.portal.questions import WaitingQuestion, open_questions
from kb.portal.today import Today, today_of
from people.models import Person
from people.querysets import attach_departments

QUESTIONS_MAX = 3
CALLINGS_MAX = 3
NEWCOMERS_MAX = 3


@dataclass(frozen=True)
class Home:
    """Everything on the page, loaded."""

    day: dt.date
    greeting: str
    today: Today
    company: CompanyNow
    connections: Sequence[Connection]
    callings: Sequence[callings.Calling]
    questions: Sequence[WaitingQuestion]
    newcomers: Sequence[Person]
    first_day: int


_calling = PreparedFor(
    lambda _given: (
        Community.objects.visible()
        .filter(state=Community.State.CALLING)
        .order_by("-updated_at")[:CALLINGS_MAX]
    )
)
_newcomers = PreparedFor(
    lambda given: Person.objects.newcomers().exclude(pk=given.one("reader"))[:NEWCOMERS_MAX]
)


def home_of(person: Person) -> Home:
    """The page of one person, in a fixed number of queries."""
    interests = interests_of(person)
    questions = open_questions(person, departments=interests.departments, limit=QUESTIONS_MAX)
    company = company_now()
    connections = connections_of(
        person,
        interests,
        decisions_elsewhere=[decision.pk for decision in company.decisions],
        articles_elsewhere=[
            *(question.pk for question in questions.to_me),
            *(waiting.question.pk for waiting in questions.others),
        ],
    )
    communities = callings.load(_calling())
    newcomers = _newcomers(reader=person.pk)
    attach_departments(
        [
            person,
            *people_of(connections),
            *(waiting.question.author for waiting in questions.others),
            *callings.faces(communities),
            *newcomers,
        ]
    )
    return Home(
        day=timezone.localdate(),
        greeting=greeting(),
        today=today_of(person, questions),
        company=company,
        connections=connections,
        callings=callings.with_members(communities),
        questions=questions.others,
        newcomers=newcomers,
        first_day=day_of(person),
    )


def greeting() -> str:
    """What one says at this time of day."""
    hour = timezone.localtime().hour
    if 5 <= hour < 10:
        return _("おはようございます。")
    if 10 <= hour < 18:
        return _("こんにちは。")
    return _("おつかれさまです。")
