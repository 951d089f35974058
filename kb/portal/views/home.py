"""ホーム, and what is done from it: checking off a ToDo, saying that a text still holds."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kb.articles.models import Article
from kb.articles.services import confirm_article
from kb.foundation.back import back
from kb.foundation.notices import tell
from kb.portal.home import home_of
from kb.todos.models import ActionItem
from kb.todos.services import NotYours, finish, reopen
from people.acting import acting


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The morning page; ``?week=1`` shows the tasks of the whole week."""
    gathered = home_of(acting(request))
    shows_week = request.GET.get("week") == "1"
    tasks = gathered.today.week if shows_week else gathered.today.tasks
    context = {
        "home": gathered,
        "tasks": tasks,
        "shows_week": shows_week,
        "later_count": len(gathered.today.week) - len(gathered.today.tasks),
    }
    return render(request, "portal/home.html", context)


@require_POST
def todo_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Checks a ToDo off, wherever it is listed; the toast takes it back."""
    item = get_object_or_404(ActionItem, pk=pk)
    try:
        finish(item, by=acting(request))
    except NotYours as error:
        raise PermissionDenied from error
    tell(
        request,
        _("「%(text)s」を済みにしました。") % {"text": item.text},
        undo_url=reverse("todo_reopen", args=[pk]),
    )
    return back(request)


@require_POST
def todo_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the check off again."""
    item = get_object_or_404(ActionItem, pk=pk)
    try:
        reopen(item, by=acting(request))
    except NotYours as error:
        raise PermissionDenied from error
    tell(request, _("「%(text)s」を戻しました。") % {"text": item.text})
    return back(request)


@require_POST
def review_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """「まだ正しい」 from the home page."""
    article = get_object_or_404(Article.objects.published(), pk=pk)
    confirm_article(article, by=acting(request))
    tell(
        request,
        _("「%(title)s」を、まだ正しいと確かめました。") % {"title": article.title},
        undo_url=reverse("review_undo", args=[pk]),
    )
    return redirect("home")
