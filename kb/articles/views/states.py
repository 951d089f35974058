"""Publishing, retiring, confirming, and the bin. Everything here can be undone."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kb.articles import services
from kb.articles.models import Article
from kb.articles.pages import people_of
from kb.foundation.notices import tell
from people.acting import acting

PAGE_SIZE = 50


@require_POST
def article_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make 書きかけ or もう使わない public again."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    services.publish(article, by=acting(request))
    tell(request, _("「%(title)s」を公開しました。") % {"title": article.title})
    return redirect(article)


@require_POST
def article_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as もう使わない."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    services.retire(article, by=acting(request))
    tell(
        request,
        _("「もう使わない」のしるしを付けました。"),
        undo_url=reverse("review_undo", args=[pk]),
    )
    return redirect(article)


@require_POST
def article_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """まだ正しい."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    services.confirm_article(article, by=acting(request))
    tell(
        request,
        _("「まだ正しい」と確認しました。ありがとうございます。"),
        undo_url=reverse("review_undo", args=[pk]),
    )
    return redirect(article)


@require_POST
def article_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Put into the bin, with a way back."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    services.delete_article(article, by=acting(request))
    tell(
        request,
        _("「%(title)s」をごみ箱へ移しました。") % {"title": article.title},
        undo_url=reverse("article_restore", args=[pk]),
    )
    return redirect("article_bin")


@require_POST
def article_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out of the bin."""
    article = get_object_or_404(Article.objects.filter(deleted_at__isnull=False), pk=pk)
    services.restore_article(article, by=acting(request))
    tell(request, _("「%(title)s」を元に戻しました。") % {"title": article.title})
    return redirect(article)


@require_GET
def article_bin(request: HttpRequest) -> HttpResponse:
    """What lies in the bin. It is kept for 30 days."""
    rows = Article.objects.filter(deleted_at__isnull=False).order_by("-deleted_at")
    rows = rows.prefetch_related(people_of("deleted_by"))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "articles/article_bin.html", {"page": page})
