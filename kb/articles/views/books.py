"""Books and the notes on them."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kb.articles.models import Article, Book, BookNoteDetail
from kb.articles.pages import people_of
from kb.articles.services.books import write_follow_up
from kb.engagement.forms import check_body_size
from kb.foundation.notices import tell, warn
from people.acting import acting

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
    context = {
        "book": book,
        "readers": readers,
        "topics": about.distinct(),
        "has_read": any(person.pk == acting(request).pk for person in readers),
        "note_url": _note_address(book),
        "gathering_url": _gathering_address(book, [topic.name for topic in about.distinct()]),
    }
    return render(request, "articles/book_detail.html", context)


@require_POST
def book_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """使ってみてどうでした: the writer's line, some weeks after the note."""
    notes = Article.objects.visible().of_kind(Article.Kind.BOOK_NOTE).filter(author=acting(request))
    note = get_object_or_404(notes, pk=pk)
    words = request.POST.get("follow_up", "").replace("\0", "")
    try:
        check_body_size(words)
    except ValidationError as refused:
        warn(request, refused.messages[0])
        return redirect(note)
    write_follow_up(note, words, by=acting(request))
    tell(request, _("残しました。次に読む人の役に立ちます。"))
    return redirect(f"{note.get_absolute_url()}#follow-up")


def _note_address(book: Book) -> str:
    query = {"book_title": book.title, "book_author": book.author, "isbn": book.isbn or ""}
    return f"{reverse('article_create', args=['book_note'])}?{urlencode(query)}"


def _gathering_address(book: Book, topics: list[str]) -> str:
    """Where a gathering of readers is called for; communities stand above this app."""
    query = {"title": _("「%(title)s」の読書会") % {"title": book.title[:150]}}
    if topics:
        query["topics"] = "、".join(topics[:5])
    return f"{reverse('community_create')}?{urlencode(query)}"
