"""Lines offered while one writes, as ``{insert, title, sub}``: what is put into the text and shown."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, JsonResponse

from kb.articles.models import Article

SUGGESTIONS_MAX = 8
QUERY_MAX_CHARACTERS = 50

Suggestion = dict[str, str]


def suggestions_for(
    request: HttpRequest, find: Callable[[str], Iterable[Suggestion]]
) -> JsonResponse:
    """What ``find`` gives for the words in ``?q=``."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:QUERY_MAX_CHARACTERS]
    return JsonResponse(list(find(words)), safe=False, json_dumps_params={"ensure_ascii": False})


def pages_titled_like(words: str) -> list[Article]:
    """Articles in use with all of the words in their title, those that begin so first."""
    pages = Article.objects.visible().exclude(status=Article.Status.RETIRED)
    for word in words.split():
        pages = pages.filter(title__icontains=word)
    rows = pages.order_by("-updated_at")[: SUGGESTIONS_MAX * 4]
    return nearest_first(rows, words, lambda row: str(row.title))


def page_suggestion(page: Article) -> Suggestion:
    """An article as a line."""
    return {
        "insert": page.title,
        "title": page.title,
        "sub": page.get_kind_display(),
        "url": page.get_absolute_url(),
    }


def nearest_first(rows: Iterable[Any], words: str, name: Callable[[Any], str]) -> list[Any]:
    """Rows whose name begins with the words first, short names before long ones."""
    lower = words.lower()
    ordered = sorted(
        rows, key=lambda row: (not name(row).lower().startswith(lower), len(name(row)))
    )
    return ordered[:SUGGESTIONS_MAX]
