"""書いてほしい: what colleagues looked for and nobody has written yet."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kb.foundation.idempotency import FIELD, create_once, key_of, new_form_key
from kb.foundation.notices import tell, warn
from kb.portal import services
from kb.portal.forms import FulfilForm, WishForm
from kb.portal.models import WantedArticle
from people.acting import acting
from people.models import Person
from people.querysets import attach_departments

PER_PAGE = 30
State = WantedArticle.State


@require_safe
def wanted_list(request: HttpRequest) -> HttpResponse:
    """Wishes that wait or are being written; ``?state=written`` shows those that came true."""
    shows_written = request.GET.get("state") == "written"
    states = (State.WRITTEN,) if shows_written else (State.OPEN, State.TAKEN)
    wishes = WantedArticle.objects.filter(state__in=states).select_related(
        "asked_by", "taken_by", "department", "article"
    )
    page = Paginator(wishes, PER_PAGE).get_page(request.GET.get("page"))
    attach_departments([person for wish in page for person in (wish.asked_by, wish.taken_by)])
    context = {
        "page": page,
        "params": request.GET,
        "shows_written": shows_written,
        "waiting": WantedArticle.objects.filter(state__in=(State.OPEN, State.TAKEN)),
        "fulfil_form": FulfilForm(writer=acting(request)),
    }
    return render(request, "portal/wanted_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def wanted_create(request: HttpRequest) -> HttpResponse:
    """The form; ``?title=`` brings the words that found nothing, ``?department=`` who may write it."""
    initial = {
        "title": request.GET.get("title", "")[:200],
        "department": request.GET.get("department", "")[:20],
    }
    form = WishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person, cleaned = acting(request), form.cleaned_data

        def create() -> WantedArticle:
            return services.wish_for(
                cleaned["title"],
                by=person,
                note=cleaned["note"],
                department=cleaned["department"],
            )

        tell(request, _("「書いてほしい」に加えました。書く人を待ちましょう。"))
        return HttpResponseRedirect(create_once(key_of(request), by=person, create=create))
    context = {"form": form, "form_key": request.POST.get(FIELD) or new_form_key()}
    return render(request, "portal/wanted_create.html", context)


@require_POST
def wanted_take(request: HttpRequest, pk: int) -> HttpResponse:
    """「わたしが書く」: leads to an empty page with the title of the wish."""
    wish = get_object_or_404(WantedArticle, pk=pk)
    try:
        services.take_wish(wish, by=acting(request))
    except services.WishNotOpen:
        warn(request, _("ほかの人が先に手を挙げました。"))
    else:
        tell(request, _("「%(title)s」は、あなたが書くことになりました。") % {"title": wish.title})
    return redirect("wanted_list")


@require_POST
def wanted_give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets somebody else write."""
    _own(services.give_back_wish, request, pk)
    tell(request, _("書く人を、もう一度待ちます。"))
    return redirect("wanted_list")


@require_POST
def wanted_close(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer needed."""
    _own(services.close_wish, request, pk)
    tell(request, _("「書いてほしい」を閉じました。"))
    return redirect("wanted_list")


def _own(service: Callable[..., WantedArticle], request: HttpRequest, pk: int) -> None:
    person: Person = acting(request)
    try:
        service(get_object_or_404(WantedArticle, pk=pk), by=person)
    except services.NotYours as error:
        raise PermissionDenied from error


@require_POST
def wanted_fulfil(request: HttpRequest, pk: int) -> HttpResponse:
    """Ties the article that was written to the wish."""
    wish = get_object_or_404(WantedArticle, pk=pk)
    form = FulfilForm(request.POST, writer=acting(request))
    if not form.is_valid():
        warn(request, " ".join(str(message) for message in form.errors["article"]))
        return redirect("wanted_list")
    try:
        services.fulfil_wish(wish, form.cleaned_data["article"], by=acting(request))
    except services.NotYours as error:
        raise PermissionDenied from error
    tell(request, _("書いてくれて、ありがとうございます。頼んだ人に知らせました。"))
    return redirect("wanted_list")
