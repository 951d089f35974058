"""The page of one customer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from customers.retention import note_bulk_view
from kb.portal.customer_page import customer_page, find_customer
from people.acting import acting


@require_GET
def customer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer: at a glance, what comes next, the timeline of all departments."""
    reader = acting(request)
    customer = find_customer(pk, reader=reader)
    if customer is None:
        raise Http404(_("このお客さまは見つかりません。"))
    if customer.merged_into is not None:
        return redirect(customer.merged_into, permanent=True)
    note_bulk_view(reader, "customer_pages", 1)
    context = customer_page(customer, reader, request.GET)
    return render(request, "customers/customer_detail.html", context)
