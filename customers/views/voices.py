"""声ボード: the themes that gather voices, and what becomes of them."""

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers import services
from customers.forms import ThemeStatusForm
from customers.models import Voice, VoiceTheme
from customers.page import TONES
from kb.foundation.notices import tell
from people.acting import acting

INBOX_MAX = 30


@require_GET
def voice_board(request: HttpRequest) -> HttpResponse:
    """Themes with how many companies say so, and voices that have no theme yet."""
    alive = Q(voices__touch__deleted_at__isnull=True)
    themes = (
        VoiceTheme.objects.visible()
        .select_related("owner_department", "owner")
        .annotate(
            companies=Count("voices__touch__customer", distinct=True, filter=alive),
            voice_count=Count("voices", distinct=True, filter=alive),
            last_voice_at=Max("voices__created_at", filter=alive),
        )
        .order_by("-companies", "-last_voice_at")
    )
    status = request.GET.get("status", "")
    if status in VoiceTheme.Status.values:
        themes = themes.filter(status=status)
    context = {
        "themes": [{"theme": theme, "tone": _tone(theme)} for theme in themes],
        "statuses": VoiceTheme.Status.choices,
        "status": status,
        "inbox": Voice.objects.visible()
        .filter(theme__isnull=True)
        .select_related("touch__customer", "marked_by")[:INBOX_MAX],
    }
    return render(request, "customers/voice_board.html", context)


@require_GET
def voice_theme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One theme: the customers' own words, company by company, and its state."""
    theme = get_object_or_404(VoiceTheme.objects.select_related("merged_into"), pk=pk)
    if theme.merged_into is not None:
        return redirect(theme.merged_into, permanent=True)
    initial = {"status": theme.status, "reason": theme.reason}
    return _theme_page(request, theme, ThemeStatusForm(initial=initial))


@require_POST
def voice_theme_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what becomes of a theme."""
    theme = get_object_or_404(VoiceTheme.objects.visible(), pk=pk)
    form = ThemeStatusForm(request.POST)
    if not form.is_valid():
        return _theme_page(request, theme, form)
    data = form.cleaned_data
    services.change_theme_status(theme, data["status"], by=acting(request), reason=data["reason"])
    tell(request, _("状態を変えました。"))
    return redirect(theme)


def _theme_page(request: HttpRequest, theme: VoiceTheme, form: ThemeStatusForm) -> HttpResponse:
    voices = (
        theme.voices.visible()
        .select_related("touch__customer", "touch__author")
        .order_by("-touch__happened_at")
    )
    context = {
        "theme": theme,
        "tone": _tone(theme),
        "form": form,
        "voices": voices,
        "companies": len({voice.touch.customer_id for voice in voices}),
        "changes": theme.changes.select_related("changed_by"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "customers/voice_theme_detail.html", context, status=status)


def _tone(theme: VoiceTheme) -> str:
    return TONES.get(VoiceTheme.Status(theme.status), "")
