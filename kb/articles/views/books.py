"""Books and the notes on them."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kb.articles.models import Article, Book, BookNoteDetail
from kb.articles.pages import people_of

PAGE_SIZE = 40


def _visible_notes() -> "Prefetch[str, Any, str]":
    notes = BookNoteDetail.objects.filter(article__deleted_at__isnull=True)
    notes = notes.order_by("-article__created_at").select_related("article")
    return Prefetch("notes", notes.prefetch_related(people_of("article__author")), to_attr="shown")


@require_GET
def book_list(request: HttpRequest) -> HttpResponse:
    """All books that somebody wrote a note on, with their readers."""
    shown = Q(notes__article__deleted_at__isnull=True)
    words = request.GET.get("q", "").strip()[:100]
    books = (
        Book.objects.visible()
        .annotate(note_count=Count("notes", filter=shown))
        .order_by("yomi", "title", "pk")
    )
    books = books.filter(note_count__gt=0)
    if words:
        books = books.filter(
            Q(title__icontains=words) | Q(author__icontains=words) | Q(yomi__icontains=words)
        )
    page = Paginator(books.prefetch_related(_visible_notes()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "articles/book_list.html", {"page": page, "words": words})


@require_GET
def book_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One book: what its readers say of it."""
    book = get_object_or_404(Book.objects.visible().prefetch_related(_visible_notes()), pk=pk)
    readers = list({note.article.author_id: note.article.author for note in book.shown}.values())
    topics = Article.topics.through.tag_model().objects.visible()
    about = topics.filter(items__content_type__app_label="articles").filter(
        items__content_type__model="article",
        items__object_id__in=[note.article_id for note in book.shown],
    )
    context = {"book": book, "readers": readers, "topics": about.distinct()}
    return render(request, "articles/book_detail.html", context)
