"""Voices marked in a touch, and the marks taken off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.models import Touch, Voice
from customers.services import mark_voice
from customers.themes import create_theme
from customers.touch_page import touch_page
from customers.voice_forms import VoiceForm
from kb.foundation.notices import tell
from people.acting import acting


@require_POST
def voice_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a sentence of a touch as the customer's voice."""
    touch = get_object_or_404(Touch.objects.visible().with_details(), pk=pk)
    person = acting(request)
    form = VoiceForm(request.POST, touch=touch)
    if not form.is_valid():
        context = touch_page(touch, person, form)
        return render(request, "customers/touch_detail.html", context, status=422)
    data = form.cleaned_data
    voice = mark_voice(touch, data["quote"], data["kind"], by=person, theme=data["theme"])
    if data["new_theme"].strip():
        create_theme(data["new_theme"], by=person, voice=voice)
    tell(
        request,
        _("お客さまの声として残しました。"),
        undo_url=reverse("voice_unmark", args=[voice.pk]),
    )
    return redirect(touch)


@require_POST
def voice_unmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mark off a sentence; the touch keeps its text."""
    voice = get_object_or_404(Voice.objects.visible().select_related("touch"), pk=pk)
    touch = voice.touch
    voice.delete()
    tell(request, _("声の印を外しました。文章は対応記録に残っています。"))
    return redirect(touch)
