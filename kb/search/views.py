"""The search page, its fragment, and the suggestions while somebody types."""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from kb.foundation.queries import Links
from kb.foundation.queue import send_after_commit
from kb.search import engine, misses, suggestions, tasks
from kb.search.filters import moved_topics
from kb.search.forms import MAX_PAGE, Asked, on_page, read_request, shortened
from kb.search.outbox import oldest_waiting
from kb.search.page import filters, shown_people, tabs
from kb.search.vocabulary import has_new_pairs
from people.models import Department

# Results that stand above the people on a phone.
FIRST_LINES = 3
LATE_AFTER_S = 10


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results with who knows beside them; the fragment for htmx."""
    # The links of the page are made from it, too.
    request.GET = shortened(request.GET)  # type: ignore[assignment]
    asked = read_request(request.GET)
    moved = moved_topics(asked.query.topics)
    if moved:
        return redirect(f"{request.path}?{_with_current_topics(request.GET, moved)}")
    if not asked.text and not asked.query.has_filters:
        return render(request, "search/search.html", {"asked": asked, "start": suggestions.start()})
    answer = engine.search(asked.query, is_as_typed=asked.is_as_typed)
    if not answer.lines and asked.text and has_new_pairs():
        answer = engine.search(asked.query, is_as_typed=asked.is_as_typed)
    if not answer.lines and answer.page.total and asked.query.page > 1:
        asked = on_page(asked, min(answer.page.page_count, MAX_PAGE))
        answer = engine.search(asked.query, is_as_typed=asked.is_as_typed)
    _note_empty(request, asked, answer)
    template = "search/_results.html" if getattr(request, "htmx", False) else "search/search.html"
    return render(request, template, _context(request, asked, answer))


def _with_current_topics(params: QueryDict, moved: Mapping[str, str]) -> str:
    """The address with topics in use in place of those that were merged into them."""
    current = params.copy()
    slugs = [moved.get(slug, slug) for slug in current.getlist("topic")]
    current.setlist("topic", list(dict.fromkeys(slugs)))
    return current.urlencode()


def _note_empty(request: HttpRequest, asked: Asked, answer: engine.Answer) -> None:
    """Let the worker count words that found nothing; what a browser loads ahead nobody has read."""
    word = misses.empty_word(asked, answer)
    if word and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        reader = request.session.session_key or ""
        send_after_commit(tasks.count_empty, word, salted_hmac("miss", reader).hexdigest())


def _context(request: HttpRequest, asked: Asked, answer: engine.Answer) -> dict[str, Any]:
    shown_total = min(answer.page.total, MAX_PAGE * asked.query.page_size)
    paginator = Paginator(range(shown_total), asked.query.page_size)
    waiting_since = oldest_waiting()
    links = Links(request.GET)
    is_late = (
        waiting_since is not None
        and (timezone.now() - waiting_since).total_seconds() > LATE_AFTER_S
    )
    return {
        "asked": asked,
        "answer": answer,
        "first_lines": answer.lines[:FIRST_LINES],
        "other_lines": answer.lines[FIRST_LINES:],
        "page": paginator.get_page(asked.query.page),
        "tabs": tabs(asked, answer, links),
        "filters": filters(asked, answer, links, shown_people(answer)),
        "links": links,
        "waiting_since": waiting_since if is_late else None,
        "departments": None if answer.lines else _departments_to_ask(answer),
    }


def _departments_to_ask(answer: engine.Answer) -> QuerySet[Department] | None:
    """The head departments when nothing and nobody was found: somebody will know who knows."""
    return None if answer.who else Department.objects.visible().filter(parent=None)


@require_safe
def search_suggest(request: HttpRequest) -> JsonResponse:
    """Suggestions for the search box: what begins like the text typed so far."""
    found = suggestions.suggest(request.GET.get("q", ""))
    return JsonResponse([suggestion.as_json() for suggestion in found], safe=False)
