"""はじめの30日: the list, and its ticks."""

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kb.portal.first_days.gathering import first_days_of
from kb.portal.first_days.models import FirstDaysTick
from people.acting import acting

_KEY = re.compile(r"[a-z]+\.[a-z]+:[0-9]{1,18}\Z", re.ASCII)


@require_safe
def first_days(request: HttpRequest) -> HttpResponse:
    """What one reads and whom one talks to in the first 30 days; open afterwards, too."""
    return render(request, "portal/first_days.html", {"first_days": first_days_of(acting(request))})


@require_POST
def first_days_tick(request: HttpRequest) -> HttpResponse:
    """Tick a line off, or take the tick away."""
    key = request.POST.get("key", "")
    if not _KEY.match(key):
        raise Http404
    person = acting(request)
    tick, is_new = FirstDaysTick.objects.get_or_create(person=person, key=key)
    if not is_new:
        tick.delete()
    return HttpResponseRedirect(f"{reverse('first_days')}#{key.replace(':', '')}")
