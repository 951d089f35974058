"""Answers: writing, changing, accepting, taking away."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.articles import services
from kb.articles.forms import AnswerForm
from kb.articles.models import Answer, Article
from kb.foundation.idempotency import create_once, form_key_of, key_of
from kb.foundation.notices import tell
from kb.foundation.sent import mark_sent
from people.acting import acting


class _Placed:
    """An answer as a place on its question's page."""

    def __init__(self, answer: Answer) -> None:
        self.address = _address(answer)

    def get_absolute_url(self) -> str:
        return self.address


@require_POST
def answer_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question."""
    questions = Article.objects.visible().of_kind(Article.Kind.QUESTION)
    question = get_object_or_404(questions, pk=pk)
    form = AnswerForm(request.POST, auto_id="id_answer_%s")
    if not form.is_valid():
        context = {
            "form": form,
            "question": question,
            "form_key": form_key_of(request),
            "keep_name": _keep_name(question),
        }
        return render(request, "articles/answer_form.html", context, status=422)
    person = acting(request)

    def create() -> _Placed:
        return _Placed(services.add_answer(question, form.cleaned_data["body"], by=person))

    url = create_once(key_of(request), by=person, create=create)
    return mark_sent(request, HttpResponseRedirect(url))


@require_http_methods(["GET", "POST"])
def answer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own answer."""
    answer = get_object_or_404(_answers(), pk=pk, author=acting(request))
    form = AnswerForm(request.POST or None, initial={"body": answer.body}, auto_id="id_answer_%s")
    if request.method == "POST" and form.is_valid():
        services.change_answer(answer, form.cleaned_data["body"], by=acting(request))
        tell(request, _("答えを保存しました。"))
        return mark_sent(request, HttpResponseRedirect(_address(answer)))
    context = {
        "form": form,
        "question": answer.question,
        "answer": answer,
        "form_key": form_key_of(request),
        "keep_name": f"answer-{pk}-{answer.revision}",
    }
    return render(
        request, "articles/answer_form.html", context, status=422 if form.is_bound else 200
    )


@require_POST
def answer_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an answer as the one that holds; once more takes the mark away."""
    answer = get_object_or_404(_answers(), pk=pk)
    if answer.is_accepted:
        services.unaccept_answer(answer)
        tell(request, _("採用のしるしを外しました。"))
    else:
        services.accept_answer(answer, by=acting(request))
        undo_url = reverse("answer_accept", args=[pk])
        tell(request, _("この答えを採用しました。"), undo_url=undo_url)
    return HttpResponseRedirect(_address(answer))


@require_POST
def answer_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own answer away, with a way back."""
    answer = get_object_or_404(_answers(), pk=pk, author=acting(request))
    services.delete_answer(answer, by=acting(request))
    tell(request, _("答えを消しました。"), undo_url=reverse("answer_restore", args=[pk]))
    return redirect(answer.question)


@require_POST
def answer_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring one's own answer back."""
    rows = Answer.objects.filter(deleted_at__isnull=False, question__deleted_at__isnull=True)
    answer = get_object_or_404(rows, pk=pk, author=acting(request))
    services.restore_answer(answer, by=acting(request))
    tell(request, _("答えを戻しました。"))
    return HttpResponseRedirect(_address(answer))


def _keep_name(question: Article) -> str:
    return f"answer-to-{question.pk}"


def _answers() -> "QuerySet[Answer]":
    rows = Answer.objects.filter(deleted_at__isnull=True, question__deleted_at__isnull=True)
    return rows.select_related("question")


def _address(answer: Answer) -> str:
    return f"{answer.question.get_absolute_url()}#answer-{answer.pk}"
