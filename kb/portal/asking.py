"""Questions find people: two who know, then whose chore it is, then the department.

Composed here because the search stands above the articles. Everything is idempotent: what was done
stands in rows, so a task that runs twice does nothing the second time.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from kb.articles.asking_steps import (
    ASKED_AT_ONCE,
    CHORE_AFTER_WORKDAYS,
    DEPARTMENT_AFTER_WORKDAYS,
    going_around,
    workdays_later,
)
from kb.articles.models import Answer, Article, QuestionAsk, QuestionDetail
from kb.articles.services.asking import ask_person, may_be_asked
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.experts.ranking import WhoKnows
from kb.search.engine import who_knows
from people.models import Department, Person

# Of those who know, some are the asker, have enough questions, or have left.
CANDIDATES = 8
Why = QuestionAsk.Why


def ask_around(now: dt.datetime) -> int:
    """Puts every new question to up to two who know; returns how many people were asked."""
    rows = _open(now).filter(question__asked_around_at=None)
    return sum(_ask_two(question, now) for question in rows)


def carry_on(now: dt.datetime) -> None:
    """Questions without an answer go to whose chore it is, then to the department."""
    for question in _open(now).filter(question__asked_around_at__isnull=False):
        if Answer.objects.filter(question=question, deleted_at=None).exists():
            continue
        since = question.question.asked_around_at or now
        # One after the other, also where the clock stood still over the first step.
        if now >= workdays_later(since, CHORE_AFTER_WORKDAYS):
            _ask_whose_chore_it_is(question)
        if now >= workdays_later(since, DEPARTMENT_AFTER_WORKDAYS):
            _show_to_department(question, now)


@transaction.atomic
def _ask_two(question: Article, now: dt.datetime) -> int:
    # Whoever writes the moment first asks: two workers may look at the same question.
    taken = QuestionDetail.objects.filter(article=question, asked_around_at=None)
    if not taken.update(asked_around_at=now):
        return 0
    known = _knowing(question)
    asked = 0
    for person, reason in _candidates(question, known):
        if asked < ASKED_AT_ONCE and may_be_asked(person, question):
            ask_person(question, person, why=Why.KNOWS, reason=reason)
            asked += 1
    return asked


def _candidates(question: Article, known: WhoKnows) -> Iterable[tuple[Person, str]]:
    """Whom the asker chose, then those who know, each with the reason."""
    owner = question.owner
    if owner is not None and owner.pk != question.author_id:
        yield owner, _("%(name)sさんが聞きたい人です。") % {"name": question.author.name}
    for knower in known.people:
        if owner is None or knower.person.pk != owner.pk:
            yield knower.person, knower.why


@transaction.atomic
def _ask_whose_chore_it_is(question: Article) -> None:
    QuestionDetail.objects.select_for_update().get(article=question)
    if question.asks.filter(why=Why.CHORE).exists():
        return
    for chore in _knowing(question).responsibilities:
        for person in (chore.main, chore.sub):
            if person is not None and may_be_asked(person, question):
                reason = _("「%(chore)s」の担当です。") % {"chore": chore.name}
                ask_person(question, person, why=Why.CHORE, reason=reason)
                return


@transaction.atomic
def _show_to_department(question: Article, now: dt.datetime) -> None:
    """The department's page lists the question, and its head hears of it once."""
    taken = QuestionDetail.objects.filter(article=question, department_told_at=None)
    if not taken.update(department_told_at=now):
        return
    department = question.department or _likely_department(question)
    if department is None:
        return
    if question.department_id is None:
        question.department = department
        question.save(update_fields=["department"])
    notify(
        [department.head],
        Notification.Kind.QUESTION,
        lambda: (
            _("「%(title)s」に、2日たっても答えがありません。部署で答えてください。")
            % {"title": question.title[:TITLE_MAX_CHARACTERS]}
        ),
        url=question.get_absolute_url(),
        # Whoever leads the department may be the one who asks.
        by=question.author,
        about=question,
    )


def _likely_department(question: Article) -> Department | None:
    known = _knowing(question)
    found = [chore.department for chore in known.responsibilities]
    found += [knowing.department for knowing in known.departments]
    if found:
        return found[0]
    asks = question.asks.select_related("person")
    return next((ask.person.department for ask in asks if ask.person.department), None)


def _knowing(question: Article) -> WhoKnows:
    words = f"{question.title} {question.question.situation[:200]}"
    return who_knows(text=words, exclude=question, limit=CANDIDATES)


def _open(now: dt.datetime) -> "QuerySet[Article]":
    """Those that nobody has settled, the longest waiting first."""
    accepted = Answer.objects.filter(
        question=OuterRef("pk"), is_accepted=True, deleted_at__isnull=True
    )
    return (
        going_around(now)
        .filter(~Exists(accepted))
        .select_related("question", "author", "owner", "department__head")
        .order_by(F("published_at").asc(), "pk")
    )
