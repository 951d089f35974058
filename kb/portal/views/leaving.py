"""退職の引き継ぎ: for operators the screen, for successors the list of what they took over."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kb.foundation.notices import tell
from kb.portal.belongings import Group, Heir, belongings_of
from kb.portal.leaving import (
    Plan,
    address_of,
    handed_to,
    head_without,
    last_department,
    settle,
    title_of,
)
from kb.portal.leaving_form import LeavingForm
from people.acting import acting
from people.fields import colleagues_offered
from people.models import Person

MAY_CHANGE = "people.change_person"


@require_http_methods(["GET", "HEAD", "POST"])
def person_leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """What hangs on the person; then what would become of it; then it is done."""
    me = acting(request)
    if not me.has_perm(MAY_CHANGE):
        raise PermissionDenied
    person = get_object_or_404(Person, pk=pk)
    groups = belongings_of(person)
    data = request.POST if request.method == "POST" else None
    form = LeavingForm(data, person=person, groups=groups)
    department = last_department(person)
    context = {
        "person": person,
        "form": form,
        "department": department,
        "head": head_without(department, person),
    }
    if person == me:
        return render(request, "people/leaving_self.html", {"person": person})
    if data is None or not form.is_valid() or "back" in data:
        lists = [(group, _lines(group)) for group in groups]
        shown = {"lists": lists, "colleagues": colleagues_offered(), **context}
        return render(request, "people/leaving.html", shown, status=422 if form.errors else 200)
    plan = form.plan()
    if "confirmed" not in data:
        return render(request, "people/leaving_preview.html", _preview(groups, plan) | context)
    count = settle(person, plan, by=me, on=form.cleaned_data["last_day"])
    tell(
        request,
        _("%(name)sさんの仕事%(count)d件を引き継ぎ、ログインを止めました。")
        % {"name": person.name, "count": count},
    )
    return redirect(person)


def _lines(group: Group) -> list[tuple[str, str]]:
    return [(title_of(row), address_of(row)) for row in group.rows]


def _preview(groups: list[Group], plan: Plan) -> dict[str, Any]:
    return {
        "outcomes": [
            {"group": group, "heir": plan.heir_of(group), "lines": _lines(group)}
            for group in groups
        ],
        "successors": sorted(
            {_heir_name(plan.heir_of(group)) for group in groups} - {""},
        ),
    }


def _heir_name(heir: Heir) -> str:
    return heir.person.name if heir.person else ""


@require_safe
def person_handover(request: HttpRequest, pk: int) -> HttpResponse:
    """What the reader took over from somebody; nobody else sees this list."""
    giver = get_object_or_404(Person, pk=pk)
    things = handed_to(acting(request), giver=giver)
    if not things:
        raise Http404
    return render(request, "people/handover.html", {"giver": giver, "things": things})
