"""Decisions: the ledger, one decision, writing it down."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kb.articles.models import Article
from kb.foundation.idempotency import create_once, key_of, new_form_key
from kb.foundation.notices import tell
from kb.foundation.sent import mark_sent
from kb.meetings import services
from kb.meetings.forms import DecisionForm, decision_initial
from kb.meetings.ledger import LedgerFilters, ledger_menus
from kb.meetings.lineage import generations, with_successors
from kb.meetings.models import Decision, Meeting
from people.acting import acting

DECISIONS_PER_PAGE = 30


@require_GET
def decision_list(request: HttpRequest) -> HttpResponse:
    """決まりごと台帳: every decision, and the rules that hold today."""
    filters = LedgerFilters.from_query(request.GET)
    decisions = filters.apply(Decision.objects.visible().with_context())
    page = Paginator(decisions, DECISIONS_PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_successors(list(page.object_list))
    rules = Article.objects.published().of_kind(Article.Kind.RULE).select_related("rule")
    context = {
        "page": page,
        "rules": rules.with_people(),
        "filters": filters,
        **ledger_menus(request.GET, filters),
    }
    return render(request, "meetings/decision_list.html", context)


@require_GET
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: why, what was not chosen, where it came from and what came of it."""
    decision = get_object_or_404(Decision.objects.visible().with_context(), pk=pk)
    before, after = generations(decision)
    context = {
        "decision": decision,
        "rejected": decision.rejected_options.all(),
        "before": before,
        "after": after,
        "next": after[-1] if after else None,
        "articles": decision.articles.filter(deleted_at__isnull=True).with_people(),
        "rule_revisions": decision.rule_revisions.filter(
            rule__deleted_at__isnull=True
        ).select_related("rule"),
    }
    return render(request, "meetings/decision_detail.html", context)


@require_http_methods(["GET", "POST"])
def decision_create(request: HttpRequest) -> HttpResponse:
    """Write down a decision."""
    meeting = Meeting.objects.visible().filter(pk=_number(request.GET.get("meeting"))).first()
    initial = {
        "decided_on": timezone.localdate(),
        "meeting": meeting,
        "title": request.GET.get("title", ""),
    }
    form = DecisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def create() -> Decision:
            return services.create_decision(by=acting(request), fields=form.fields_of_decision())

        url = create_once(key_of(request), by=acting(request), create=create)
        tell(request, _("決まったことを保存しました。"))
        return mark_sent(request, HttpResponseRedirect(url))
    context = {"form": form, "form_key": _form_key(request), "keep_name": "decision-new"}
    status = 422 if form.is_bound else 200
    return render(request, "meetings/decision_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def decision_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a decision's words or state."""
    decision = get_object_or_404(Decision.objects.visible().with_context(), pk=pk)
    form = DecisionForm(request.POST or None, initial=decision_initial(decision), decision=decision)
    context = {
        "form": form,
        "decision": decision,
        "form_key": _form_key(request),
        "keep_name": f"decision-{pk}",
    }
    if request.method == "POST" and form.is_valid():
        try:
            services.change_decision(
                decision,
                base_revision=form.cleaned_data["base_revision"] or 0,
                fields=form.fields_of_decision(),
            )
        except services.DecisionConflict as conflict:
            context["current"] = conflict.current
            return render(request, "meetings/decision_form.html", context, status=409)
        tell(request, _("決まったことを保存しました。"))
        return mark_sent(request, redirect(decision))
    status = 422 if form.is_bound else 200
    return render(request, "meetings/decision_form.html", context, status=status)


@require_POST
def decision_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a decision into the bin; the toast takes it back."""
    decision = get_object_or_404(Decision.objects.visible(), pk=pk)
    services.delete_decision(decision, by=acting(request))
    undo_url = reverse("decision_restore", args=[pk])
    tell(request, _("決まったことをごみ箱に入れました。30日のあいだ戻せます。"), undo_url=undo_url)
    return redirect("decision_list")


@require_POST
def decision_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision out of the bin."""
    decision = get_object_or_404(Decision.objects.filter(deleted_at__isnull=False), pk=pk)
    services.restore_decision(decision, by=acting(request))
    tell(request, _("決まったことを戻しました。"))
    return redirect(decision)


def _form_key(request: HttpRequest) -> str:
    return request.POST.get("form_key") or new_form_key()


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
