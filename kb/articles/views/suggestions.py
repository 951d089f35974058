"""「ここが違う」: writing a suggestion, comparing it, taking it over or declining it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kb.articles.forms import DeclineForm, SuggestionForm
from kb.articles.merge import compare, merge_texts
from kb.articles.models import Article, Suggestion
from kb.articles.sections import Section, section_of, with_section
from kb.articles.services import EditConflict, EmptyBody
from kb.articles.services.suggesting import (
    AlreadyDecided,
    NotYours,
    NoWords,
    decline_suggestion,
    keeper_of,
    reopen_suggestion,
    suggest,
    take_suggestion,
    withdraw_suggestion,
)
from kb.foundation.idempotency import create_once, form_key_of, key_of
from kb.foundation.notices import tell, warn
from kb.foundation.sent import mark_sent
from people.acting import acting


@require_http_methods(["GET", "POST"])
def suggestion_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer other words for an article, or for the section named by ``?section=``."""
    rows = Article.objects.visible().select_related("owner", "author", "department__head")
    article = get_object_or_404(rows, pk=pk)
    anchor = (request.POST if request.method == "POST" else request.GET).get("section", "")[:200]
    form = SuggestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = _suggest(request, article, form, anchor)
        if answer is not None:
            return answer
        form.add_error(
            "body", _("変わったところがありません。どこが違うかだけでも書いてください。")
        )
    section = section_of(article.body, anchor)
    context = {
        "article": article,
        "form": form,
        "section": anchor if section else "",
        "text": form["body"].value()
        if form.is_bound
        else section.text
        if section
        else article.body,
        "base_revision": request.POST.get("base_revision") or article.revision,
        "form_key": form_key_of(request),
        "keep_name": f"suggestion-{pk}-{anchor}",
        "keeper": keeper_of(article),
    }
    status = 422 if form.is_bound else 200
    return render(request, "articles/suggestion_form.html", context, status=status)


def _suggest(
    request: HttpRequest, article: Article, form: SuggestionForm, anchor: str
) -> HttpResponse | None:
    """To the suggestion; None if nothing was said."""
    data, person = form.cleaned_data, acting(request)
    base = article.revisions.filter(number=data["base_revision"] or 0).first()
    base_body = base.body if base else article.body
    section = section_of(base_body, anchor)
    body = _whole(base_body, section, data["body"])
    # Whoever sees that something is wrong need not know what is right.
    if body.strip() == base_body.strip() and not data["why"]:
        return None

    def create() -> Suggestion:
        return suggest(
            article,
            body,
            by=person,
            base_revision=base.number if base else article.revision,
            why=data["why"],
        )

    url = create_once(key_of(request), by=person, create=create)
    tell(request, _("担当の人に届けました。どうなったかを知らせます。"))
    return mark_sent(request, redirect(url))


def _whole(base_body: str, section: Section | None, text: str) -> str:
    typed = text.replace("\r\n", "\n").replace("\r", "\n")
    if section is None:
        return typed
    return (
        base_body
        if typed.strip() == section.text.strip()
        else with_section(base_body, section, typed)
    )


@require_GET
def suggestion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The suggestion beside what stands there now."""
    return _page(request, _suggestion(pk), DeclineForm())


@require_POST
def suggestion_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it over as it is; where lines clash with later changes, the editor opens."""
    suggestion = _suggestion(pk)
    try:
        take_suggestion(suggestion, by=acting(request))
    except NoWords:
        return redirect(_edit_address(suggestion))
    except (EditConflict, EmptyBody):
        warn(request, _("あとから同じ行が直されています。残す文章を決めて保存してください。"))
        return redirect(_edit_address(suggestion))
    except (AlreadyDecided, NotYours):
        return _refused(request, suggestion)
    tell(request, _("提案を取り入れました。%(name)sさんに知らせました。") % _name(suggestion))
    return redirect(suggestion.article)


@require_POST
def suggestion_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Not take it over, with the reason."""
    suggestion = _suggestion(pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, suggestion, form)
    try:
        decline_suggestion(suggestion, form.cleaned_data["reply"], by=acting(request))
    except (AlreadyDecided, NotYours):
        return _refused(request, suggestion)
    undo_url = reverse("suggestion_reopen", args=[pk])
    tell(request, _("%(name)sさんに返事を届けました。") % _name(suggestion), undo_url=undo_url)
    return redirect(suggestion)


@require_POST
def suggestion_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own suggestion back."""
    suggestion = _suggestion(pk)
    try:
        withdraw_suggestion(suggestion, by=acting(request))
    except (AlreadyDecided, NotYours):
        return _refused(request, suggestion)
    undo_url = reverse("suggestion_reopen", args=[pk])
    tell(request, _("提案を取り下げました。"), undo_url=undo_url)
    return redirect(suggestion)


@require_POST
def suggestion_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own no back, or one's own withdrawal."""
    suggestion = _suggestion(pk)
    try:
        reopen_suggestion(suggestion, by=acting(request))
    except (AlreadyDecided, NotYours):
        return _refused(request, suggestion)
    tell(request, _("提案を、見てもらうのを待っているところに戻しました。"))
    return redirect(suggestion)


def _page(request: HttpRequest, suggestion: Suggestion, form: DeclineForm) -> HttpResponse:
    article = suggestion.article
    base = article.revisions.filter(number=suggestion.base_revision).first()
    base_body = base.body if base else ""
    moved_on = article.revision != suggestion.base_revision
    merge = merge_texts(base_body, article.body, suggestion.body) if moved_on else None
    context: dict[str, Any] = {
        "suggestion": suggestion,
        "article": article,
        "lines": compare(base_body, suggestion.body),
        "has_words": suggestion.has_words,
        "clashes": merge is not None and not merge.is_clean,
        "moved_on": moved_on,
        "is_open": suggestion.state == Suggestion.State.OPEN,
        "is_mine": suggestion.author_id == acting(request).pk,
        "edit_url": _edit_address(suggestion),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "articles/suggestion_detail.html", context, status=status)


def _refused(request: HttpRequest, suggestion: Suggestion) -> HttpResponse:
    warn(request, _("この提案は、もう決まっているか、あなたが決めるものではありません。"))
    return redirect(suggestion)


def _suggestion(pk: int) -> Suggestion:
    rows = Suggestion.objects.filter(article__deleted_at__isnull=True)
    found: Suggestion = get_object_or_404(
        rows.select_related("article", "author", "decided_by"), pk=pk
    )
    return found


def _edit_address(suggestion: Suggestion) -> str:
    return f"{reverse('article_edit', args=[suggestion.article_id])}?suggestion={suggestion.pk}"


def _name(suggestion: Suggestion) -> dict[str, str]:
    return {"name": suggestion.author.name}
