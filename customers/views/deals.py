"""商談: the list by month and phase, edited in place; a deal's form."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.deal_filters import menus_of, read_deal_filter
from customers.deal_forms import DealForm, DealLineForm
from customers.deals import deals_chosen, months_of, phase_totals, save_deal
from customers.models import Customer, Deal
from customers.retention import note_bulk_view
from kb.foundation.idempotency import create_once, key_of, new_form_key
from kb.foundation.notices import tell
from kb.foundation.numbers import whole_number
from people.acting import acting
from people.querysets import attach_departments

DEALS_PER_PAGE = 100


@require_GET
def deal_list(request: HttpRequest) -> HttpResponse:
    """Deals by month and phase, with totals."""
    return _list(request)


@require_POST
def deal_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a deal in its row of the list."""
    deal = get_object_or_404(Deal.objects.visible(), pk=pk)
    form = DealLineForm(request.POST, instance=deal, prefix=f"deal-{pk}")
    if not form.is_valid():
        return _list(request, failed=form)
    form.instance.updated_at = timezone.now()
    form.save()
    tell(request, _("商談を保存しました。"))
    return HttpResponseRedirect(f"{reverse('deal_list')}?{_query_without_edit(request)}#deal-{pk}")


@require_http_methods(["GET", "POST"])
def deal_create(request: HttpRequest) -> HttpResponse:
    """A new deal; customer and name are enough."""
    person = acting(request)
    number = whole_number(request.GET.get("customer", ""))
    customer = Customer.objects.visible().filter(pk=number).first() if number else None
    initial = {"owner": person.name}
    form = DealForm(request.POST or None, initial=initial, customer=customer)
    if request.method == "POST" and form.is_valid():

        def create() -> Customer:
            about: Customer = form.cleaned_data["customer"]
            save_deal(form.instance, customer=about, owner=form.cleaned_data["owner"])
            return about

        url = create_once(key_of(request), by=person, create=create)
        tell(request, _("商談を保存しました。"))
        return HttpResponseRedirect(url)
    context = {
        "form": form,
        "customer": customer,
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "customers/deal_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def deal_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one deal."""
    deal = get_object_or_404(Deal.objects.visible().select_related("customer", "owner"), pk=pk)
    initial = {"owner": deal.owner.name if deal.owner else ""}
    form = DealForm(request.POST or None, instance=deal, initial=initial, customer=deal.customer)
    if request.method == "POST" and form.is_valid():
        save_deal(form.instance, customer=deal.customer, owner=form.cleaned_data["owner"])
        tell(request, _("商談を保存しました。"))
        return redirect(deal.customer)
    context = {"form": form, "deal": deal, "customer": deal.customer}
    status = 422 if form.is_bound else 200
    return render(request, "customers/deal_form.html", context, status=status)


def _list(request: HttpRequest, *, failed: DealLineForm | None = None) -> HttpResponse:
    chosen = read_deal_filter(request.GET)
    every = list(deals_chosen(chosen))
    page = Paginator(every, DEALS_PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    attach_departments(deal.owner for deal in shown)
    edited = whole_number(request.GET.get("edit"))
    note_bulk_view(acting(request), "deals", len(shown))
    context = {
        "months": [
            {"month": month, "rows": [_row(deal, edited, failed) for deal in month.deals]}
            for month in months_of(shown)
        ],
        "page": page,
        "total": sum(deal.amount or 0 for deal in every),
        "phases": phase_totals(every),
        "chosen": chosen,
        "menus": menus_of(request.GET, chosen),
        "query": _query_without_edit(request),
    }
    status = 422 if failed is not None else 200
    return render(request, "customers/deal_list.html", context, status=status)


def _query_without_edit(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("edit", None)
    return query.urlencode()


def _row(deal: Deal, edited: int | None, failed: DealLineForm | None) -> dict[str, object]:
    """The deal with its form, if that is the one to change: one form is made, not a hundred."""
    if failed is not None and failed.instance.pk == deal.pk:
        # The form has put what was typed into its own instance; the row shows what is stored.
        return {"deal": deal, "form": failed}
    form = DealLineForm(instance=deal, prefix=f"deal-{deal.pk}") if deal.pk == edited else None
    return {"deal": deal, "form": form}
