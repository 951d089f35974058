"""Questions that wait for an answer."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.models import Answer, Article, QuestionAsk
from kb.foundation.prepared import Given, PreparedFor
from kb.portal.lines import BODY
from people.models import Department, Person

RECENT_MAX = 60
# The asker is reminded that an answer waits to be looked at for so long.
ANSWERED_LATELY = dt.timedelta(days=14)


@dataclass(frozen=True)
class WaitingQuestion:
    """A question without an accepted answer, and what stands below it."""

    question: Article
    sub: str


@dataclass(frozen=True)
class OpenQuestions:
    """Questions asked of this person, the person's own that wait for a word, and the others.

    Those to the person have ``why_me``, the reason in words; empty where the asker chose. The own
    ones were answered lately and nobody has said what helped; they have ``last_answer_at``. The
    others stand with those nearest to the person's department first.
    """

    to_me: Sequence[Article]
    answered: Sequence[Article]
    others: Sequence[WaitingQuestion]


def open_questions(person: Person, *, departments: Collection[int], limit: int) -> OpenQuestions:
    """The open questions, newest first within each group."""
    rows = _recent(reader=person.pk, answered_since=timezone.now() - ANSWERED_LATELY)
    recent = [_Open(*row) for row in rows]
    own = [q for q in recent if q.author_id == person.pk]
    mine = [q for q in recent if q.owner_id == person.pk or q.is_asked_of_me]
    to_me = [q for q in mine if q not in own and not q.has_my_answer]
    others = [q for q in recent if q not in own and q not in mine]
    others.sort(key=lambda question: question.created_at, reverse=True)
    others.sort(key=lambda question: question.department_id not in departments)
    return _read(to_me, own, others[:limit], reader=person)


class _Open(NamedTuple):
    """What says where a question belongs. Most of them are not shown, so no more is read of them."""

    pk: int
    author_id: int
    owner_id: int | None
    department_id: int | None
    created_at: dt.datetime
    is_asked_of_me: bool
    has_my_answer: bool


def _all_recent(given: Given) -> Any:
    """All of them in one query: the morning page asks for it."""
    person = given.one("reader")
    answers = Answer.objects.filter(question=OuterRef("pk"), deleted_at__isnull=True)
    from_others = answers.exclude(author=person).order_by("-created_at")
    asked_of_me = QuestionAsk.objects.filter(person=person, passed_on_at__isnull=True)
    asked_of_me_here = asked_of_me.filter(question=OuterRef("pk"))
    is_own = Q(author=person)
    waiting = _waiting()
    # An index leads to the newest, past all the others that wait.
    newest = waiting.exclude(is_own).order_by("-created_at", "-pk").values("pk")[:RECENT_MAX]
    return (
        waiting.filter(is_own | Q(pk__in=asked_of_me.values("question")) | Q(pk__in=newest))
        .annotate(
            has_my_answer=Exists(answers.filter(author=person)),
            is_asked_of_me=Exists(asked_of_me_here),
            last_answer_at=Subquery(from_others.values("created_at")[:1]),
            is_own=Case(When(is_own, then=True), default=False),
        )
        .filter(~is_own | Q(last_answer_at__gte=given.one("answered_since")))
        .order_by("-is_own", "-is_asked_of_me", "-created_at", "-pk")
        .values_list(*_Open._fields)[:RECENT_MAX]
    )


_recent = PreparedFor(_all_recent)


def _with_words(given: Given) -> Any:
    answers = Answer.objects.filter(question=OuterRef("pk"), deleted_at__isnull=True)
    from_others = answers.exclude(author=given.one("reader")).order_by("-created_at")
    asked_of_me = QuestionAsk.objects.filter(
        person=given.one("reader"), passed_on_at__isnull=True, question=OuterRef("pk")
    )
    return (
        _waiting()
        .filter(pk__in=given.ids("questions"))
        .annotate(
            why_me=Subquery(asked_of_me.values("reason")[:1]),
            last_answer_at=Subquery(from_others.values("created_at")[:1]),
        )
        .order_by()
    )


_questions = PreparedFor(_with_words)


def _read(
    to_me: Sequence[_Open], own: Sequence[_Open], others: Sequence[_Open], *, reader: Person
) -> OpenQuestions:
    """The questions that are shown, in the same order."""
    ids = [question.pk for question in (*to_me, *own, *others)]
    found = {q.pk: q for q in _questions(reader=reader.pk, questions=ids)} if ids else {}
    shown = [
        [found[question.pk] for question in group if question.pk in found]
        for group in (to_me, own, others)
    ]
    return OpenQuestions(shown[0], shown[1], [WaitingQuestion(q, _sub(q)) for q in shown[2]])


def questions_for(department: Department, *, limit: int) -> list[WaitingQuestion]:
    """The open questions put to a department, the longest waiting first."""
    waiting = _waiting().filter(department=department).order_by("created_at")[:limit]
    return [WaitingQuestion(question, _sub(question)) for question in waiting]


def _waiting() -> Any:
    answers = Answer.objects.filter(question=OuterRef("pk"), deleted_at__isnull=True)
    # Counted for the questions that are shown: to join the answers would group every open question.
    counted = answers.order_by().values("question").annotate(number=Count("pk")).values("number")
    return (
        Article.objects.published()
        .of_kind(Article.Kind.QUESTION)
        .filter(~Exists(answers.filter(is_accepted=True)), question__same_as__isnull=True)
        .select_related("author", "department", "question")
        .defer(*BODY)
        .annotate(answer_count=Coalesce(Subquery(counted), 0))
    )


def _sub(question: Article) -> str:
    count: int = getattr(question, "answer_count", 0)
    if count:
        return _("答え%(count)d件") % {"count": count}
    if getattr(getattr(question, "question", None), "department_told_at", None) is not None:
        return _("2日たっても答えがありません。部署で待っています")
    return _("まだ答えがありません")
