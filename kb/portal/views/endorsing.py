"""「この人が詳しいです」: a colleague says so in a line, and may take it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.experts.services import (
    NotRestorable,
    endorse,
    restore_endorsement,
    take_back_endorsement,
)
from kb.foundation.notices import tell, warn
from kb.portal.topic_forms import EndorseForm
from kb.topics.models import Topic
from people.acting import acting
from people.models import Endorsement, Person


@require_http_methods(["GET", "HEAD", "POST"])
def topic_endorse(request: HttpRequest, slug: str) -> HttpResponse:
    """One line about a colleague; ``?person=`` names whom the form begins with."""
    topic = get_object_or_404(Topic.objects.visible(), slug=slug)
    me = acting(request)
    data = request.POST if request.method == "POST" else None
    form = EndorseForm(data, by=me, initial={"person": _named(request)})
    if data is not None and form.is_valid():
        person = form.cleaned_data["person"]
        endorsement = endorse(person, topic, form.cleaned_data["words"], by=me)
        undo_url = reverse("endorsement_take_back", args=[endorsement.pk])
        words = _("%(name)sさんのことを書きました。本人に知らせます。")
        tell(request, words % {"name": person.family_name}, undo_url=undo_url)
        return redirect(f"{topic.get_absolute_url()}#words")
    context = {"form": form, "topic": topic}
    status = 422 if form.errors else 200
    return render(request, "topics/topic_endorse.html", context, status=status)


def _named(request: HttpRequest) -> list[Person]:
    number = request.GET.get("person", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 18
    return list(Person.objects.visible().filter(pk=number)) if is_number else []


@require_POST
def endorsement_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one's own line back; the person it is about may take it away, too."""
    me = acting(request)
    mine = Endorsement.objects.filter(endorsed_by=me) | Endorsement.objects.filter(person=me)
    endorsement = get_object_or_404(mine.select_related("topic"), pk=pk)
    topic = endorsement.topic
    kept = take_back_endorsement(endorsement, by=me)
    undo_url = reverse("endorsement_restore", args=[kept])
    tell(request, _("ひとことを消しました。"), undo_url=undo_url)
    return redirect(topic)


@require_POST
def endorsement_restore(request: HttpRequest, kept: str) -> HttpResponse:
    """Brings back the line that one has just taken away."""
    try:
        endorsement = restore_endorsement(kept, by=acting(request))
    except NotRestorable:
        warn(request, _("時間がたったか、テーマか人がなくなったので、戻せませんでした。"))
        return redirect("topic_list")
    tell(request, _("ひとことを戻しました。"))
    return redirect(f"{endorsement.topic.get_absolute_url()}#words")
