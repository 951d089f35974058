"""Proposals for voices: under which theme a sentence belongs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import Voice
from customers.themes import create_theme, sort_voice
from customers.voice_forms import SortForm
from kb.foundation.notices import tell
from kb.portal.voice_proposals import propose
from people.acting import acting


@require_GET
def voice_propose(request: HttpRequest) -> JsonResponse:
    """``{themes: [{id, title, status}], topics: [name]}`` for the sentence ``?quote=``."""
    found = propose(request.GET.get("quote", ""))
    themes = [
        {"id": theme.pk, "title": theme.title, "status": str(theme.get_status_display())}
        for theme in found.themes
    ]
    return JsonResponse({"themes": themes, "topics": list(found.topics)})


@require_http_methods(["GET", "POST"])
def voice_sort(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a voice under a theme: a proposed one, any other, or a new one."""
    voices = Voice.objects.visible().select_related("touch__customer", "touch__author", "theme")
    voice = get_object_or_404(voices, pk=pk)
    form = SortForm(request.POST or None, initial={"theme": voice.theme_id})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["new_theme"].strip():
            create_theme(data["new_theme"], by=acting(request), voice=voice)
        else:
            sort_voice(voice, data["theme"])
        tell(
            request, _("声のテーマを決めました。") if voice.theme else _("声を受け箱に戻しました。")
        )
        return redirect("voice_board")
    context = {"voice": voice, "form": form, "proposals": propose(voice.quote)}
    status = 422 if form.is_bound else 200
    return render(request, "customers/voice_sort.html", context, status=status)
