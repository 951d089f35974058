"""あなたの記事が助けた人: one week, in names and words."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from kb.articles.helped import WEEK, helped_in_week
from kb.articles.review_rounds import monday_of
from people.acting import acting


@require_GET
def helped_people(request: HttpRequest) -> HttpResponse:
    """Whom the reader's own texts helped in the week of ``?week=``, this week by default."""
    monday = _monday(request.GET.get("week", ""))
    context = {
        "helped": helped_in_week(acting(request), monday),
        "monday": monday,
        "sunday": monday + WEEK - dt.timedelta(days=1),
        "before": monday - WEEK,
        "after": monday + WEEK if monday + WEEK <= timezone.localdate() else None,
    }
    return render(request, "articles/helped_people.html", context)


def _monday(text: str) -> dt.date:
    """The Monday of the day named; of today for what is no day of a year we know."""
    today = timezone.localdate()
    try:
        day = parse_date(text) or today
    except ValueError:
        day = today
    return monday_of(day if dt.date(2000, 1, 3) <= day <= today else today)
