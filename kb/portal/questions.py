"""Questions that wait for an answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from kb.articles.models import Answer, Article, QuestionAsk
from kb.portal.lines import BODY
from people.models import Department, Person

RECENT_MAX = 60


@dataclass(frozen=True)
class WaitingQuestion:
    """A question without an accepted answer, and what stands below it."""

    question: Article
    sub: str


@dataclass(frozen=True)
class OpenQuestions:
    """Questions asked of this person, and the others, nearest to the person's department first."""

    to_me: Sequence[Article]
    others: Sequence[WaitingQuestion]


def open_questions(person: Person, *, departments: Collection[int], limit: int) -> OpenQuestions:
    """The open questions that others have asked, newest first within each group."""
    answered_by_me = Answer.objects.filter(
        question=OuterRef("pk"), author=person, deleted_at__isnull=True
    )
    asked_of_me = QuestionAsk.objects.filter(person=person, passed_on_at__isnull=True)
    waiting = _waiting().exclude(author=person)
    # An index leads to the newest, past all the others that wait.
    newest = waiting.order_by("-created_at", "-pk").values("pk")[:RECENT_MAX]
    recent = list(
        waiting.filter(Q(pk__in=asked_of_me.values("question")) | Q(pk__in=newest))
        .annotate(
            has_my_answer=Exists(answered_by_me),
            is_asked_of_me=Exists(asked_of_me.filter(question=OuterRef("pk"))),
        )
        .order_by("-is_asked_of_me", "-created_at", "-pk")[:RECENT_MAX]
    )
    mine = [q for q in recent if q.owner_id == person.pk or q.is_asked_of_me]
    to_me = [q for q in mine if not q.has_my_answer]
    others = [q for q in recent if q not in mine]
    others.sort(key=lambda question: question.created_at, reverse=True)
    others.sort(key=lambda question: question.department_id not in departments)
    return OpenQuestions(to_me, [WaitingQuestion(q, _sub(q)) for q in others[:limit]])


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
