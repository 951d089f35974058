"""日報."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kb.foundation.days import YEARS
from kb.portal.daily import daily_report_of
from kb.text.dates import parse_day
from people.acting import acting
from people.models import Person

DIGITS_MAX = 15


@require_GET
def daily_report(request: HttpRequest) -> HttpResponse:
    """One person's day: ``?day=2026-11-20&person=12``; without them my own of today."""
    today = timezone.localdate()
    asked = parse_day(request.GET.get("day", "")[:20], today=today)
    day = asked if asked is not None and asked.year in YEARS else today
    report = daily_report_of(_person(request), day)
    context = {
        "report": report,
        "is_mine": report.person.pk == acting(request).pk,
        "today": today,
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1) if day < today else None,
    }
    return render(request, "portal/daily_report.html", context)


def _person(request: HttpRequest) -> Person:
    number = request.GET.get("person", "")
    if not number:
        number = str(acting(request).pk)
    if not (number.isascii() and number.isdigit()) or len(number) > DIGITS_MAX:
        raise Http404
    person: Person | None = Person.objects.visible().with_departments().filter(pk=number).first()
    if person is None:
        raise Http404
    return person
