"""声ボード, and the page of one theme with what becomes of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.models import Voice, VoiceTheme
from customers.page import TONES
from customers.retention import note_bulk_view
from customers.themes import change_theme_status
from customers.voice_board import board, owner_departments, read_board_filter, trends_of
from customers.voice_forms import MergeForm, ThemeStatusForm
from kb.engagement.models import Follow
from kb.foundation.notices import tell
from people.acting import acting
from people.querysets import attach_departments

VOICES_MAX = 200


@require_GET
def voice_board(request: HttpRequest) -> HttpResponse:
    """Themes with how many companies say so, and voices that have no theme yet."""
    chosen = read_board_filter(request.GET)
    shown = board(chosen, acting(request), request.GET.get("page"))
    quotes = sum(len(row.quotes) for row in shown.themes)
    note_bulk_view(acting(request), "voices", quotes + len(shown.inbox))
    context = {
        "board": shown,
        "chosen": chosen,
        "statuses": VoiceTheme.Status.choices,
        "kinds": Voice.Kind.choices,
        "departments": owner_departments(),
    }
    return render(request, "customers/voice_board.html", context)


@require_GET
def voice_theme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One theme: the customers' own words, company by company, and its state."""
    theme = get_object_or_404(VoiceTheme.objects.select_related("merged_into"), pk=pk)
    if theme.merged_into is not None:
        return redirect(theme.merged_into, permanent=True)
    initial = {"status": theme.status, "reason": theme.reason, "planned_for": theme.planned_for}
    return _theme_page(request, theme, ThemeStatusForm(initial=initial))


@require_POST
def voice_theme_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what becomes of a theme."""
    theme = get_object_or_404(VoiceTheme.objects.visible(), pk=pk)
    form = ThemeStatusForm(request.POST)
    if not form.is_valid():
        return _theme_page(request, theme, form)
    change_theme_status(theme, **form.cleaned_data, by=acting(request))
    tell(request, _("状態を変えました。声を残した人に知らせました。"))
    return redirect(theme)


def _theme_page(request: HttpRequest, theme: VoiceTheme, form: ThemeStatusForm) -> HttpResponse:
    voices = list(
        theme.voices.visible()
        .select_related("touch__customer", "touch__author")
        .order_by("-touch__happened_at")
    )
    reader = acting(request)
    shown = voices[:VOICES_MAX]
    changes = list(theme.changes.select_related("changed_by"))
    attach_departments(
        [theme.owner, *(v.touch.author for v in shown), *(change.changed_by for change in changes)]
    )
    context = {
        "theme": theme,
        "tone": TONES.get(VoiceTheme.Status(theme.status), ""),
        "form": form,
        "merge_form": MergeForm(theme=theme),
        "voices": shown,
        "voice_count": len(voices),
        "companies": len({voice.touch.customer_id for voice in voices}),
        "changes": changes,
        "replies": theme.replies.visible()
        .filter(status=theme.status)
        .select_related("customer", "todo__person", "touch"),
        "trend": trends_of([theme])[theme.pk],
        "is_followed": Follow.objects.on(theme).filter(person=reader, is_muted=False).exists(),
        "reader": reader,
    }
    status = 422 if form.is_bound else 200
    return render(request, "customers/voice_theme_detail.html", context, status=status)
