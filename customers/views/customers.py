"""The list of customers and the page of one."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from customers.forms import CustomerForm
from customers.lookup import customers_named, recent_customers, why_found
from customers.models import Customer
from customers.page import customer_page
from customers.querysets import CustomerQuerySet
from kb.foundation.idempotency import create_once, key_of, made_before, new_form_key
from kb.foundation.notices import tell
from people.acting import acting

CUSTOMERS_PER_PAGE = 50
SUGGESTIONS_MAX = 8


@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    """All customers in reading order; by words, and one's own alone."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    is_mine = request.GET.get("mine") == "1"
    customers: CustomerQuerySet = customers_named(words) if words else Customer.objects.visible()
    if is_mine:
        me = acting(request)
        customers = customers.filter(Q(sales_owner=me) | Q(success_owner=me))
    customers = customers.with_owners().with_last_touch().order_by("yomi", "name")
    context = {
        "page": Paginator(customers, CUSTOMERS_PER_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "is_mine": is_mine,
    }
    return render(request, "customers/customer_list.html", context)


@require_GET
def customer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer: at a glance, what comes next, the timeline of all departments."""
    customer = get_object_or_404(Customer.objects.filter(deleted_at__isnull=True), pk=pk)
    if customer.merged_into is not None:
        return redirect(customer.merged_into, permanent=True)
    context = customer_page(customer, acting(request), request.GET)
    return render(request, "customers/customer_detail.html", context)


@require_http_methods(["GET", "POST"])
def customer_create(request: HttpRequest) -> HttpResponse:
    """A new customer; the name is enough."""
    person, key = acting(request), key_of(request)
    if request.method == "POST" and (url := made_before(key, by=person)):
        return HttpResponseRedirect(url)
    form = CustomerForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        url = create_once(key, by=person, create=form.save)
        tell(request, _("お客さまを保存しました。"))
        return HttpResponseRedirect(url)
    context = {"form": form, "form_key": request.POST.get("form_key") or new_form_key()}
    status = 422 if form.is_bound else 200
    return render(request, "customers/customer_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def customer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what stands on the customer's page."""
    customer = get_object_or_404(Customer.objects.visible(), pk=pk)
    form = CustomerForm(request.POST or None, instance=customer)
    if request.method == "POST" and form.is_valid():
        form.instance.updated_at = timezone.now()
        form.save()
        tell(request, _("お客さまを保存しました。"))
        return redirect(customer)
    context = {"form": form, "customer": customer}
    status = 422 if form.is_bound else 200
    return render(request, "customers/customer_form.html", context, status=status)


@require_GET
def customer_suggest(request: HttpRequest) -> JsonResponse:
    """Customers for the form: those dealt with last, or those that fit what was typed."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    if words:
        named = customers_named(words).prefetch_related("former_names", "contacts")
        found = list(named[:SUGGESTIONS_MAX])
    else:
        found = recent_customers(acting(request))
    proposals = [{"id": c.pk, "name": c.name, "why": why_found(c, words)} for c in found]
    return JsonResponse(proposals, safe=False)
