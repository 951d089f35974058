"""Completion of ``[[pages]]`` while writing: by words of the title, and by how a word of it is read."""

from collections.abc import Iterable

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from kb.articles.completion import (
    SUGGESTIONS_MAX,
    Suggestion,
    page_suggestion,
    pages_titled_like,
    suggestions_for,
)
from kb.articles.models import Article
from kb.search.indexing import backend
from kb.search.katakana import is_kana
from kb.search.kinds import KINDS
from kb.search.query import SearchQuery, SearchUnavailable
from kb.search.readings import MARK, reading_start, reading_tokens

ARTICLES = frozenset(name for name, kind in KINDS.items() if kind.model == "articles.article")
LOOKED_AT_MAX = 40


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
    """Articles with a word in their title that is read so: みつもり finds 見積書の作り方."""
    # Without the mark behind it, 見積書 (ミツモリショ) is found by みつもり too.
    start = reading_start(kana.replace(" ", "").replace("・", "")).removesuffix(MARK)
    if not start:
        return []
    try:
        found = backend().find(SearchQuery(text=kana, kinds=ARTICLES), limit=LOOKED_AT_MAX)
    except SearchUnavailable:
        return []
    numbers = [int(hit.key.rpartition(".")[2]) for hit in found.hits]
    pages = Article.objects.visible().exclude(status=Article.Status.RETIRED).in_bulk(numbers)
    known = (pages[number] for number in numbers if number in pages)
    return [
        page
        for page in known
        if any(token.startswith(start) for token in reading_tokens(page.title))
    ]
