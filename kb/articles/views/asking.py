"""「別の人が詳しい」: somebody who was asked names the one who knows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kb.articles.forms import KeeperForm
from kb.articles.models import Article, QuestionAsk
from kb.articles.services.asking import AskedEnough, NotAsked, name_another
from kb.foundation.notices import tell
from people.acting import acting


@require_http_methods(["GET", "POST"])
def question_pass(request: HttpRequest, pk: int) -> HttpResponse:
    """Name another person; the question goes to them with your name."""
    own = QuestionAsk.objects.filter(person=acting(request), passed_on_at=None)
    questions = Article.objects.visible().filter(asks__in=own)
    question = get_object_or_404(questions, pk=pk)
    form = KeeperForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["person"]
        try:
            name_another(question, to, by=acting(request))
        except AskedEnough:
            form.add_error(
                "person", _("この人には、今週もう3件届いています。別の人にしてください。")
            )
        except NotAsked:
            form.add_error("person", _("この人は聞いた本人か、もう聞かれています。"))
        else:
            tell(request, _("%(name)sさんに届けました。") % {"name": to.name})
            return redirect(question)
    asked = question.asks.values_list("person", flat=True)
    context = {"question": question, "form": form, "but": {question.author_id, *asked}}
    status = 422 if form.is_bound else 200
    return render(request, "articles/question_pass.html", context, status=status)
