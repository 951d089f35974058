"""The list of customers, and the form of one; the page of one is gathered in kb.portal."""

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
from customers.querysets import CustomerQuerySet
from customers.retention import note_bulk_view
from kb.foundation.idempotency import create_once, key_of, made_before, new_form_key
from kb.foundation.notices import tell
from people.acting import acting
from people.models import Person

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
    page = Paginator(customers, CUSTOMERS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "is_mine": is_mine}
    note_bulk_view(acting(request), "customers", len(page))
    return render(request, "customers/customer_list.html", context)


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


@require_GET
def customer_choices(request: HttpRequest, pk: int) -> JsonResponse:
    """What a form offers once a customer is chosen: ``{contacts: [name], deals: [{id, name}]}``."""
    customer = get_object_or_404(Customer.objects.visible(), pk=pk)
    contacts = customer.contacts.filter(has_left=False)[:SUGGESTIONS_MAX]
    deals = customer.deals.all()
    return JsonResponse(
        {
            "contacts": [contact.name for contact in contacts],
            "deals": [{"id": deal.pk, "name": deal.name} for deal in deals],
        }
    )


@require_GET
def colleague_suggest(request: HttpRequest) -> JsonResponse:
    """Colleagues for a picker as ``{name, why}``: by name, reading or login."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    people = Person.objects.visible().with_departments().in_reading_order()
    found = list((people.named(words) if words else people)[:SUGGESTIONS_MAX])
    names = [person.name for person in found]
    proposals = [
        {
            # Where two people bear one name, only the login says who is meant.
            "name": person.name if names.count(person.name) == 1 else person.login,
            "why": f"{person.yomi} {person.department.name if person.department else ''}".strip(),
        }
        for person in found
    ]
    return JsonResponse(proposals, safe=False)
