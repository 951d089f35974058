"""別の人が詳しい: a text finds somebody who keeps it right; and the way back from a review."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.articles.forms import KeeperForm
from kb.articles.models import Article
from kb.articles.services import NothingToUndo, pass_review_on, undo_review
from kb.foundation.notices import tell, warn
from people.acting import acting


@require_http_methods(["GET", "POST"])
def review_pass(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the colleague who knows the text better; from now on they keep it right."""
    article = get_object_or_404(Article.objects.visible().select_related("owner"), pk=pk)
    form = KeeperForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["person"]
        pass_review_on(article, to, by=acting(request))
        tell(
            request,
            _("担当を%(name)sさんにして、知らせました。") % {"name": to.name},
            undo_url=reverse("review_undo", args=[pk]),
        )
        return redirect(article)
    but = {article.owner_id or article.author_id, acting(request).pk}
    context = {"article": article, "form": form, "but": but}
    status = 422 if form.is_bound else 200
    return render(request, "articles/review_pass.html", context, status=status)


@require_POST
def review_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own last answer to a review back."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    try:
        undo_review(article, by=acting(request))
    except NothingToUndo:
        warn(request, _("あとから変わったので、元に戻せませんでした。いまの内容をご覧ください。"))
    else:
        tell(request, _("見直しの返事を取り消しました。"))
    return redirect(article)
