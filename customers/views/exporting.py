"""書き出す: the purpose first, then the file; every one is written down."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from customers.exporting import EXPORTS, FORMATS, export
from customers.models import Customer, PersonalDataRules
from kb.foundation.numbers import whole_number
from people.acting import acting


@require_http_methods(["GET", "POST"])
def customer_export(request: HttpRequest, what: str) -> HttpResponseBase:
    """How many rows would be taken out and for which purpose they may be used; then the file."""
    chosen = EXPORTS.get(what)
    if chosen is None:
        raise Http404
    person = acting(request)
    ending = request.POST.get("format", "csv")
    if request.method == "POST" and ending in FORMATS:
        return export(what, ending, request.GET, by=person)
    number = whole_number(request.GET.get("customer"))
    context = {
        "what": what,
        "export": chosen,
        "count": chosen.chosen(request.GET, person).count(),
        "customer": Customer.objects.visible().filter(pk=number).first() if number else None,
        "rules": PersonalDataRules.now(),
    }
    return render(request, "customers/export.html", context)
