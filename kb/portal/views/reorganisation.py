"""組織変更: for operators what is planned and was done, and each step from form to dry run to deed."""

from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kb.foundation.idempotency import create_once, key_of, made_before, new_form_key
from kb.foundation.notices import tell, warn
from kb.portal.reorganisation import steps
from kb.portal.reorganisation.carrying import Refused
from kb.portal.reorganisation.forms import StepForm, form_for
from kb.portal.reorganisation.moving import Effect
from people.acting import acting
from people.fields import colleagues_offered
from people.models import Department, DepartmentChange, Person

MAY_CHANGE = "people.change_department"
DONE_MAX = 50
Kind = DepartmentChange.Kind


def _operator(request: HttpRequest) -> Person:
    me = acting(request)
    if not me.has_perm(MAY_CHANGE):
        raise PermissionDenied
    return me


@require_safe
def department_changes(request: HttpRequest) -> HttpResponse:
    """What waits for its day, what was done, and the ways to begin."""
    _operator(request)
    changes = DepartmentChange.objects.select_related("department", "successor", "planned_by")
    context = {
        "waiting": changes.waiting(),
        "others": changes.exclude(state=DepartmentChange.State.PLANNED)[:DONE_MAX],
        "kinds": Kind.choices,
    }
    return render(request, "people/reorganisation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def department_change_create(request: HttpRequest, kind: str) -> HttpResponse:
    """One step: what is wanted, then what exactly would change, then the deed or the plan."""
    me = _operator(request)
    if kind not in Kind.values:
        raise Http404
    data = request.POST if request.method == "POST" else None
    if data is not None and (url := made_before(key_of(request), by=me)):
        return redirect(url)
    source = _source(request)
    if kind == Kind.SPLIT and source is None:
        departments = Department.objects.visible()
        return render(request, "people/split_source.html", {"departments": departments})
    form = form_for(Kind(kind), data, source=source)
    effects = _tried(form) if data is not None and form.is_valid() else []
    if data is None or form.errors or "back" in data:
        return _form_page(request, form, kind)
    if "confirmed" not in data:
        return _preview_page(request, form, effects)
    change = form.change()
    url = create_once(key_of(request), by=me, create=lambda: steps.begin(change, by=me))
    tell(request, _done_words(change))
    return redirect(url)


def _source(request: HttpRequest) -> Department | None:
    typed = request.POST.get("department") or request.GET.get("department") or ""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 18):
        return None
    found: Department | None = Department.objects.visible().filter(pk=int(typed)).first()
    return found


def _tried(form: StepForm) -> list[Effect]:
    """The dry run; where it is refused the form says why."""
    try:
        return steps.tried(form.change())
    except Refused as refused:
        form.add_error(None, str(refused))
        return []


def _form_page(request: HttpRequest, form: StepForm, kind: str) -> HttpResponse:
    context = {
        "form": form,
        "heading": Kind(kind).label,
        "colleagues": colleagues_offered() if "head" in form.fields else [],
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    status = 422 if form.errors else 200
    return render(request, "people/department_change_form.html", context, status=status)


def _preview_page(request: HttpRequest, form: StepForm, effects: list[Effect]) -> HttpResponse:
    change = form.change()
    context = {
        "change": change,
        "groups": _grouped(effects),
        "sent": [(k, v) for k, vs in request.POST.lists() for v in vs if k in {*form.fields}],
        "form_key": request.POST.get("form_key") or new_form_key(),
        "is_later": change.effective_on > timezone.localdate(),
    }
    return render(request, "people/department_change_preview.html", context)


def _grouped(effects: list[Effect]) -> list[tuple[str, list[Effect]]]:
    return [(group, list(rows)) for group, rows in groupby(effects, key=lambda e: e.group)]


def _done_words(change: DepartmentChange) -> str:
    if change.state == DepartmentChange.State.PLANNED:
        return _("予定に入れました。その日に自動で変わります。")
    return change.words


def _change(pk: int) -> DepartmentChange:
    changes = DepartmentChange.objects.select_related("department", "successor", "planned_by")
    found: DepartmentChange = get_object_or_404(changes, pk=pk)
    return found


@require_safe
def department_change(request: HttpRequest, pk: int) -> HttpResponse:
    """One step: planned, with what it would change today; or done, with what it changed."""
    _operator(request)
    change, reason = _change(pk), ""
    effects = [Effect(*effect) for effect in change.plan.get("effects", [])]
    if change.state == DepartmentChange.State.PLANNED:
        try:
            effects = steps.tried(change)
        except Refused as refused:
            reason = str(refused)
    context = {"change": change, "groups": _grouped(effects), "reason": reason}
    return render(request, "people/department_change.html", context)


@require_POST
def department_change_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """What was planned will not happen."""
    me, change = _operator(request), _change(pk)
    try:
        steps.cancel(change, by=me)
    except steps.NotThatState:
        warn(request, _("もう予定ではありません。"))
    else:
        tell(request, _("取りやめました。"))
    return redirect("department_changes")


@require_POST
def department_change_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done is taken back, as far as nobody has changed it since."""
    me, change = _operator(request), _change(pk)
    try:
        stayed = steps.undo(change, by=me)
    except steps.NotThatState:
        warn(request, _("もう元に戻されています。"))
        return redirect(change)
    if stayed:
        names = "、".join(stayed[:8])
        warn(request, _("元に戻しました。あとから変わったものは残しました：%s") % names)
    else:
        tell(request, _("元に戻しました。"))
    return redirect(change)
