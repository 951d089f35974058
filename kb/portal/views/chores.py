"""担当業務カタログ and the sentence of a department, edited by its own people."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kb.foundation.idempotency import create_once, key_of, made_before, new_form_key
from kb.foundation.notices import tell
from people.acting import acting
from people.chores import may_tend, retire_chore, revive_chore, save_chore, say_mission
from people.fields import colleagues_offered
from people.forms import ChoreForm, MissionForm
from people.models import Department, Person, Responsibility


def _tender(request: HttpRequest, department: Department) -> Person:
    me = acting(request)
    if not may_tend(department, me):
        raise PermissionDenied
    return me


@require_http_methods(["GET", "HEAD", "POST"])
def chore_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A new chore of the department."""
    department = get_object_or_404(Department.objects.visible(), pk=pk)
    me = _tender(request, department)
    data = request.POST if request.method == "POST" else None
    if data is not None and (url := made_before(key_of(request), by=me)):
        return redirect(url)
    form = ChoreForm(data, instance=Responsibility(department=department))
    if data is not None and form.is_valid():
        chore = form.instance
        url = create_once(key_of(request), by=me, create=lambda: save_chore(chore, by=me))
        tell(request, _("「%(name)s」を加えました。") % {"name": chore.name})
        return redirect(url)
    return _form_page(request, form, department)


@require_http_methods(["GET", "HEAD", "POST"])
def chore_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A chore, its other words and its people."""
    chores = Responsibility.objects.visible().with_people()
    chore: Responsibility = get_object_or_404(chores, pk=pk)
    me = _tender(request, chore.department)
    data = request.POST if request.method == "POST" else None
    form = ChoreForm(data, instance=chore)
    if data is not None and form.is_valid():
        save_chore(form.instance, by=me)
        tell(request, _("「%(name)s」を保存しました。") % {"name": chore.name})
        return redirect(chore)
    return _form_page(request, form, chore.department)


def _form_page(request: HttpRequest, form: ChoreForm, department: Department) -> HttpResponse:
    context = {
        "form": form,
        "department": department,
        "chore": form.instance if form.instance.pk else None,
        "colleagues": colleagues_offered(),
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    return render(request, "people/chore_form.html", context, status=422 if form.errors else 200)


@require_POST
def chore_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """「もうない業務」, with the way back in the toast."""
    chore: Responsibility = get_object_or_404(Responsibility.objects.with_people(), pk=pk)
    retire_chore(chore, by=_tender(request, chore.department))
    words = _("「%(name)s」を、もうない業務にしました。") % {"name": chore.name}
    tell(request, words, undo_url=reverse("chore_revive", args=[pk]))
    return redirect(chore.department)


@require_POST
def chore_revive(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes it back."""
    chore: Responsibility = get_object_or_404(Responsibility.objects.with_people(), pk=pk)
    revive_chore(chore, by=_tender(request, chore.department))
    tell(request, _("「%(name)s」を戻しました。") % {"name": chore.name})
    return redirect(chore)


@require_http_methods(["GET", "HEAD", "POST"])
def department_mission(request: HttpRequest, pk: int) -> HttpResponse:
    """What the department does, in one sentence."""
    department: Department = get_object_or_404(Department.objects.visible(), pk=pk)
    me = _tender(request, department)
    data = request.POST if request.method == "POST" else None
    form = MissionForm(data, instance=department)
    if data is not None and form.is_valid():
        say_mission(form.instance, by=me)
        tell(request, _("保存しました。"))
        return redirect(department)
    context = {"form": form, "department": department}
    status = 422 if form.errors else 200
    return render(request, "people/mission_form.html", context, status=status)
