"""Forms about voice themes: making one, describing it, merging two with a way back."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.models import VoiceTheme, VoiceThemeMerge
from customers.themes import CannotMerge, describe_theme, merge_themes, undo_merge
from customers.voice_forms import MergeForm, ThemeForm
from kb.foundation.idempotency import create_once, key_of, new_form_key
from kb.foundation.notices import tell, warn
from people.acting import acting


@require_http_methods(["GET", "POST"])
def voice_theme_create(request: HttpRequest) -> HttpResponse:
    """A new theme; its title is enough."""
    person = acting(request)
    initial = {"owner_department": person.department, "title": request.GET.get("title", "")[:200]}
    form = ThemeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def create() -> VoiceTheme:
            form.instance.owner = form.cleaned_data["owner"]
            return describe_theme(form.instance, form.cleaned_data["topics"])

        url = create_once(key_of(request), by=person, create=create)
        tell(request, _("要望テーマを保存しました。"))
        return HttpResponseRedirect(url)
    context = {"form": form, "form_key": request.POST.get("form_key") or new_form_key()}
    status = 422 if form.is_bound else 200
    return render(request, "customers/voice_theme_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def voice_theme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, description, owners and topics of a theme."""
    theme = get_object_or_404(VoiceTheme.objects.visible().select_related("owner"), pk=pk)
    initial = {
        "owner": theme.owner.name if theme.owner else "",
        "topics": "、".join(topic.name for topic in theme.topics.all()),
    }
    form = ThemeForm(request.POST or None, instance=theme, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.instance.owner = form.cleaned_data["owner"]
        describe_theme(form.instance, form.cleaned_data["topics"])
        tell(request, _("要望テーマを保存しました。"))
        return redirect(theme)
    status = 422 if form.is_bound else 200
    context = {"form": form, "theme": theme}
    return render(request, "customers/voice_theme_form.html", context, status=status)


@require_POST
def voice_theme_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a theme into another; the toast takes it back."""
    theme = get_object_or_404(VoiceTheme.objects.visible(), pk=pk)
    form = MergeForm(request.POST, theme=theme)
    if not form.is_valid():
        warn(request, _("まとめる先の要望テーマを選んでください。"))
        return redirect(theme)
    into = form.cleaned_data["into"]
    try:
        merge = merge_themes(theme, into, by=acting(request))
    except CannotMerge:
        warn(request, _("この2つはまとめられません。どちらかがもうまとめられています。"))
        return redirect(theme)
    undo_url = reverse("voice_theme_unmerge", args=[merge.pk])
    words = _("「%(theme)s」を「%(into)s」にまとめました。")
    tell(request, words % {"theme": theme.title, "into": into.title}, undo_url=undo_url)
    return redirect(into)


@require_POST
def voice_theme_unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back: the theme has its voices again."""
    merges = VoiceThemeMerge.objects.select_related("theme", "into")
    theme = undo_merge(get_object_or_404(merges, pk=pk), by=acting(request))
    tell(request, _("まとめる前に戻しました。"))
    return redirect(theme)
