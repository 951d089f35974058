"""Revisions: the list, one compared with the one before, and bringing one back."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kb.articles.merge import compare
from kb.articles.models import Article, Revision
from kb.articles.pages import people_of
from kb.articles.services import restore_revision
from kb.articles.snapshots import changed_fields, shown_fields
from kb.foundation.notices import tell
from people.acting import acting

PAGE_SIZE = 50


@require_GET
def article_history(request: HttpRequest, pk: int) -> HttpResponse:
    """All revisions of an article, the newest first."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    rows = article.revisions.defer("body", "fields").prefetch_related(people_of("author"))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "articles/article_history.html", {"article": article, "page": page})


@require_GET
def article_revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One revision: what it changed, and the whole text with ?whole=1. A permanent address."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    revision = _revision(article, number)
    before = article.revisions.filter(number__lt=number).order_by("-number").first()
    after = article.revisions.filter(number__gt=number).order_by("number").first()
    shows_all = request.GET.get("whole") == "1"
    context = {
        "fields": shown_fields(article.kind, revision.fields),
        "changed": changed_fields(article.kind, before.fields if before else {}, revision.fields),
        "article": article,
        "revision": revision,
        "before": before,
        "after": after,
        "shows_all": shows_all,
        "lines": compare(
            before.body if before else "", revision.body, context=None if shows_all else 3
        ),
    }
    return render(request, "articles/article_revision.html", context)


@require_POST
def revision_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make an older text with its fields the current one again, as a new revision."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    revision = _revision(article, number)
    saved = restore_revision(article, revision.number, by=acting(request))
    if saved.is_changed:
        tell(request, _("第%(number)d版に戻しました。") % {"number": number})
    else:
        tell(request, _("いまの記事は、第%(number)d版と同じです。") % {"number": number})
    return redirect(article)


def _revision(article: Article, number: int) -> Revision:
    revision = article.revisions.filter(number=number).prefetch_related(people_of("author")).first()
    if revision is None:
        raise Http404
    return revision
