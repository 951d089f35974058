"""Puts a question to a person: kept as a row, told once, three a week at most."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Article, QuestionAsk
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify, settle
from people.models import Person

ASKED_PER_WEEK = 3
WEEK = dt.timedelta(days=7)


class AskedEnough(Exception):
    """The person was asked three questions this week already."""


class NotAsked(Exception):
    """Only somebody who was asked names another one, and not the asker or somebody asked before."""


def may_be_asked(person: Person, question: Article) -> bool:
    """Whether the question may still be put to the person: no asker, no leaver, nobody twice."""
    return (
        person.is_active
        and person.pk != question.author_id
        and not QuestionAsk.objects.filter(question=question, person=person).exists()
        and _asked_this_week(person) < ASKED_PER_WEEK
    )


@transaction.atomic
def ask_person(
    question: Article,
    person: Person,
    *,
    why: str,
    reason: str = "",
    named_by: Person | None = None,
) -> QuestionAsk:
    """The question, put to the person. Raises ``AskedEnough``."""
    # Two questions at the same moment wait for each other here.
    person = Person.objects.select_for_update().get(pk=person.pk)
    if _asked_this_week(person) >= ASKED_PER_WEEK:
        raise AskedEnough
    ask = QuestionAsk.objects.create(
        question=question, person=person, why=why, reason=reason[:300], named_by=named_by
    )
    names = {"name": question.author.name, "title": question.title[:TITLE_MAX_CHARACTERS]}

    def words() -> str:
        if named_by is not None:
            return _("%(by)sさんの紹介で、%(name)sさんの質問「%(title)s」が届きました。") % (
                names | {"by": named_by.name}
            )
        words = _("%(name)sさんの質問「%(title)s」が届きました。") % names
        return words + _("理由：%(reason)s") % {"reason": reason} if reason else words

    notify(
        [person],
        Notification.Kind.QUESTION,
        words,
        url=question.get_absolute_url(),
        by=question.author,
        about=question,
    )
    return ask


@transaction.atomic
def name_another(question: Article, to: Person, *, by: Person) -> QuestionAsk:
    """「別の人が詳しい」: the question goes on. Raises ``NotAsked``, ``AskedEnough``."""
    own = QuestionAsk.objects.filter(question=question, person=by, passed_on_at=None).first()
    known = QuestionAsk.objects.filter(question=question, person=to).exists()
    if own is None or known or to.pk == question.author_id:
        raise NotAsked
    ask = ask_person(question, to, why=QuestionAsk.Why.NAMED, named_by=by)
    own.passed_on_at = timezone.now()
    own.save(update_fields=["passed_on_at"])
    settle(Notification.Kind.QUESTION, url=question.get_absolute_url(), people=[by])
    return ask


def _asked_this_week(person: Person) -> int:
    since = timezone.now() - WEEK
    return QuestionAsk.objects.filter(person=person, asked_at__gt=since).count()
