"""Completion of ``[[pages]]`` while writing: by words of the title, and by how a word of it is read."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from kb.articles.completion import (
    SUGGESTIONS_MAX,
    Suggestion,
    nearest_first,
    page_suggestion,
    pages_titled_like,
    suggestions_for,
)
from kb.articles.models import Article
from kb.search.indexing import backend
from kb.search.katakana import is_kana
from kb.search.query import SearchUnavailable
from kb.search.readings import reading_beginning, reading_tokens

LOOKED_AT_MAX = 40
SPELLINGS_MAX = 20


@require_GET
def link_suggest(request: HttpRequest) -> JsonResponse:
    """Pages as ``{insert, title, sub, url}``."""
    return suggestions_for(request, _pages)


def _pages(words: str) -> Iterable[Suggestion]:
    pages = pages_titled_like(words)
    if len(pages) < SUGGESTIONS_MAX and is_kana(words):
        pages = list(dict.fromkeys([*pages, *_pages_read_as(words)]))[:SUGGESTIONS_MAX]
    return map(page_suggestion, pages)


def _pages_read_as(kana: str) -> list[Article]:
    """Articles with a word in their title that is read so: みつ finds 見積書の作り方."""
    start = reading_beginning(kana)
    if not start:
        return []
    try:
        spellings = backend().spellings(kana, limit=SPELLINGS_MAX)
    except SearchUnavailable:
        return []
    if not spellings:
        return []
    titled = reduce(or_, (Q(title__icontains=spelling) for spelling in spellings))
    pages = Article.objects.visible().exclude(status=Article.Status.RETIRED).filter(titled)
    # A spelling may stand inside another word, read in another way.
    read = [
        page
        for page in pages.order_by("-updated_at")[:LOOKED_AT_MAX]
        if any(token.startswith(start) for token in reading_tokens(page.title))
    ]
    return nearest_first(read, kana, lambda row: str(row.title))
