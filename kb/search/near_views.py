"""The fragment that is fetched while somebody types a title."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb.search.nearby import near_writing
from people.acting import acting


@require_safe
def similar_suggest(request: HttpRequest) -> HttpResponse:
    """What may already say it, for ``?title=…&kind=…``; empty when nothing is near."""
    context = near_writing(
        request.GET.get("title", ""), kind=request.GET.get("kind", ""), writer=acting(request)
    )
    return render(request, "search/_near_writing.html", context)
