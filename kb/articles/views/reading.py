"""Reading an article, as a page and as plain Markdown."""

from urllib.parse import quote

import yaml
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kb.articles.forms import AnswerForm
from kb.articles.models import Article
from kb.articles.pages import article_page, fetch_article
from kb.engagement.forms import CommentForm
from kb.foundation.idempotency import new_form_key
from people.acting import acting


def prompts() -> dict[str, str]:
    """How a comment begins that was opened from the foot of an article, by the word in ?say=."""
    return {"wrong": _("ここが違う："), "missing": _("書いてないことがある：")}


@require_GET
def article_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One article of any kind."""
    article = fetch_article(pk)
    if article is None:
        raise Http404
    prompt = prompts().get(request.GET.get("say", ""), "")
    context = {
        "page": article_page(article, acting(request)),
        "article": article,
        "comment_form": CommentForm(initial={"body": prompt}),
        "answer_form": AnswerForm(auto_id="id_answer_%s"),
        "form_key": new_form_key(),
        "prompt": prompt,
    }
    return render(request, "articles/article_detail.html", context)


@require_GET
def article_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    """The article as a Markdown file with front matter, as the import reads it."""
    article = get_object_or_404(
        Article.objects.visible().select_related("author", "department"), pk=pk
    )
    response = HttpResponse(as_markdown(article), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(article.title)}.md"
    return response


def as_markdown(article: Article) -> str:
    """Front matter and body in one text."""
    head = {
        "title": article.title,
        "kind": article.kind,
        "author": article.author.name,
        "created": article.created_at.date(),
        "updated": article.updated_at.date(),
        "tags": list(article.topics.names()),
    }
    if article.department:
        head["department"] = article.department.name
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    return f"---\n{front}---\n\n{article.body.rstrip()}\n"
