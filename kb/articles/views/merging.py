"""同じ質問: choosing the question that remains, and taking a merge back."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.articles.models import Article
from kb.articles.pages import people_of
from kb.articles.services.merging import NotMergeable, merge_questions, unmerge_question
from kb.foundation.notices import tell, warn
from people.acting import acting

CHOICES_MAX = 20
WORDS_MAX = 10


@require_http_methods(["GET", "POST"])
def question_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge a question into another one; GET looks for that with ``?q=``."""
    question = get_object_or_404(_questions(), pk=pk, question__same_as=None)
    if request.method == "POST":
        return _merge(request, question)
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {"question": question, "words": words, "found": _found(question, words)}
    return render(request, "articles/question_merge.html", context)


def _merge(request: HttpRequest, question: Article) -> HttpResponse:
    number = request.POST.get("into", "")
    into = _questions().filter(pk=number if number.isdecimal() and len(number) < 18 else 0).first()
    if into is None:
        warn(request, _("まとめる先の質問を選んでください。"))
        return redirect("question_merge", question.pk)
    try:
        kept = merge_questions(question, into, by=acting(request))
    except NotMergeable:
        warn(request, _("この2つはまとめられません。もう同じ質問にまとまっています。"))
        return redirect("question_merge", question.pk)
    undo_url = reverse("question_unmerge", args=[question.pk])
    tell(request, _("同じ質問にまとめました。聞いた人に知らせました。"), undo_url=undo_url)
    return redirect(f"{kept.get_absolute_url()}?from={question.pk}")


@require_POST
def question_unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    question = get_object_or_404(_questions(), pk=pk, question__same_as__isnull=False)
    unmerge_question(question, by=acting(request))
    tell(request, _("まとめるのをやめました。答えも元の質問に戻りました。"))
    return redirect(question)


def _questions() -> "QuerySet[Article]":
    return Article.objects.visible().of_kind(Article.Kind.QUESTION)


def _found(question: Article, words: str) -> list[Article]:
    """Questions whose titles have all the words; without words those that share a topic."""
    rows = _questions().filter(question__same_as=None).exclude(pk=question.pk)
    if words:
        for word in words.split()[:WORDS_MAX]:
            rows = rows.filter(title__icontains=word)
    else:
        rows = rows.filter(topics__in=question.topics.all())
    rows = rows.prefetch_related(people_of("author")).defer("body", "body_html", "contents")
    return list(rows.distinct().order_by("-updated_at")[:CHOICES_MAX])
