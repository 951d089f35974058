"""Reading an article, as a page and as plain Markdown."""

from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kb.articles.forms import AnswerForm
from kb.articles.models import Article
from kb.articles.pages import article_page, fetch_article
from kb.articles.plain import as_markdown
from kb.articles.services.merging import end_of
from kb.engagement.forms import CommentForm
from kb.foundation.idempotency import new_form_key
from people.acting import acting


def prompts() -> dict[str, str]:
    """How a comment begins that was opened from the foot of an article, by the word in ?say=."""
    return {"missing": _("書いてないことがある：")}


@require_GET
def article_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One article of any kind."""
    article = fetch_article(pk)
    if article is None:
        raise Http404
    kept = end_of(article) if _leads_on(article) else article
    if kept.pk != article.pk and request.GET.get("stay") != "1":
        return HttpResponseRedirect(f"{kept.get_absolute_url()}?from={article.pk}")
    prompt = prompts().get(request.GET.get("say", ""), "")
    context = {
        "page": article_page(article, acting(request)),
        "article": article,
        "comment_form": CommentForm(initial={"body": prompt}),
        "answer_form": AnswerForm(auto_id="id_answer_%s"),
        "form_key": new_form_key(),
        "prompt": prompt,
        "wish_url": _wish_address(article) if request.GET.get("say") == "missing" else "",
        "merged": _merged_from(request, article),
        "merged_into": kept if kept.pk != article.pk else None,
    }
    return render(request, "articles/article_detail.html", context)


def _wish_address(article: Article) -> str:
    """Where a text of its own is wished for; the page belongs to an app above this one."""
    query = {"title": _("「%(title)s」に書いてないこと：") % {"title": article.title[:100]}}
    if article.department_id:
        query["department"] = str(article.department_id)
    return f"{reverse('wanted_create')}?{urlencode(query)}"


def _leads_on(article: Article) -> bool:
    question = getattr(article, "question", None)
    return question is not None and question.same_as_id is not None


def _merged_from(request: HttpRequest, article: Article) -> Article | None:
    """The question named by ``?from=`` that was merged into this one."""
    number = request.GET.get("from", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    merged: Article | None = (
        Article.objects.visible().filter(pk=int(number), question__same_as=article).first()
    )
    return merged


@require_GET
def article_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    """The article as plain Markdown with front matter, its answers and its kind's own words too."""
    article = get_object_or_404(
        Article.objects.visible().select_related("author", "owner", "department"), pk=pk
    )
    response = HttpResponse(as_markdown(article), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(article.title)}.md"
    return response
