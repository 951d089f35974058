"""To whom a question goes next, and when: those who know, whose chore it is, the department."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kb.articles.models import Article, QuestionAsk, QuestionDetail
from kb.text.workdays import add_workdays, is_workday

ASKED_AT_ONCE = 2
CHORE_AFTER_WORKDAYS = 1
DEPARTMENT_AFTER_WORKDAYS = 2
# Older questions were put before anybody was asked, or nobody knows.
RECENT = dt.timedelta(days=21)
_MORNING = dt.time(9)


def workdays_later(moment: dt.datetime, count: int) -> dt.datetime:
    """The same time so many working days later; what comes on a day off counts from the morning."""
    local = timezone.localtime(moment)
    time = local.time() if is_workday(local.date()) else _MORNING
    day = add_workdays(local.date(), count)
    return timezone.make_aware(dt.datetime.combine(day, time))


def going_around(now: dt.datetime) -> "QuerySet[Article]":
    """Questions that are put to colleagues: published in the last weeks, not imported, not merged."""
    rows: QuerySet[Article] = Article.objects.published().of_kind(Article.Kind.QUESTION)
    return rows.filter(
        published_at__gte=now - RECENT,
        imported_by=None,
        question__isnull=False,
        question__same_as=None,
    )


def next_step(question: Article, asks: list[QuestionAsk]) -> str:
    """What happens next with a question that has no answer, as one sentence for who asked it.

    Empty where nothing more happens by itself: it is a 書きかけ, asks the same as another one, came
    in with an import, or is old.
    """
    if not going_around(timezone.now()).filter(pk=question.pk).exists():
        return ""
    detail: QuestionDetail = question.question
    since = detail.asked_around_at
    if since is None:
        return _("まもなく、くわしい人2人までに届きます。")
    if detail.department_told_at is not None:
        return _("部署のページに出ています。") if question.department_id else ""
    days = {
        "chore": _day(workdays_later(since, CHORE_AFTER_WORKDAYS)),
        "department": _day(workdays_later(since, DEPARTMENT_AFTER_WORKDAYS)),
    }
    return _next_days(since, asks) % days


def _next_days(since: dt.datetime, asks: list[QuestionAsk]) -> str:
    """The sentence, with ``%(chore)s`` and ``%(department)s`` for the days."""
    if timezone.now() >= workdays_later(since, CHORE_AFTER_WORKDAYS) or _went_to_chore(asks):
        return _("答えがなければ、%(department)sに部署のページに出ます。")
    if not asks:
        return _(
            "くわしい人が見つかりませんでした。"
            "%(chore)sに担当業務の人に届き、%(department)sに部署のページに出ます。"
        )
    return _(
        "答えがなければ、%(chore)sに担当業務の人に届き、%(department)sに部署のページに出ます。"
    )


def _went_to_chore(asks: list[QuestionAsk]) -> bool:
    return any(ask.why == QuestionAsk.Why.CHORE for ask in asks)


def _day(moment: dt.datetime) -> str:
    return date_format(timezone.localtime(moment), _("n/j（D）"))
