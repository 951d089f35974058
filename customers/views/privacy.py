"""個人情報: the rules, whom to forget, and making a person anonymous everywhere."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.models import Contact, PersonalDataRules
from customers.privacy import anonymise, places_of
from customers.privacy_forms import RulesForm
from customers.retention import contacts_to_forget, rules_changed
from kb.foundation.models import AuditEntry
from kb.foundation.notices import tell
from people.acting import acting
from people.models import Person

CONTACTS_PER_PAGE = 50
FOUND_MAX = 20
LOG_SHOWN = 20
_LOGGED = ("customers.export", "customers.bulk_view", "contact.anonymise")


@require_http_methods(["GET", "POST"])
def personal_data(request: HttpRequest) -> HttpResponse:
    """The purpose and the period, contacts to be made anonymous, and who took out or saw much."""
    person = acting(request)
    may_change = person.has_perm("customers.change_personaldatarules")
    rules = PersonalDataRules.now()
    form = RulesForm(request.POST or None, instance=rules)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if form.is_valid():
            form.save()
            transaction.on_commit(rules_changed)
            tell(request, _("決まりを保存しました。"))
            return redirect("personal_data")
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    shown = PersonalDataRules.now()
    page = Paginator(contacts_to_forget(shown), CONTACTS_PER_PAGE).get_page(request.GET.get("page"))
    log = AuditEntry.objects.filter(action__in=_LOGGED).select_related("person")
    context = {
        "form": form,
        "rules": shown,
        "may_change": may_change,
        "page": page,
        "words": words,
        "found": _contacts_named(words),
        "log": log[:LOG_SHOWN] if may_change else log.filter(person=person)[:LOG_SHOWN],
    }
    status = 422 if form.is_bound else 200
    return render(request, "customers/personal_data.html", context, status=status)


@require_http_methods(["GET", "POST"])
def contact_anonymise(request: HttpRequest, pk: int) -> HttpResponse:
    """Every place that names a contact; a POST takes the name out of the chosen ones."""
    contacts = Contact.objects.filter(customer__deleted_at=None).select_related(
        "customer__sales_owner", "customer__success_owner"
    )
    contact = get_object_or_404(contacts, pk=pk, anonymised_at=None)
    person = acting(request)
    may_do = _may_anonymise(person, contact)
    if request.method == "POST":
        if not may_do:
            raise PermissionDenied
        if request.POST.get("confirm") == "1":
            count = anonymise(contact, request.POST.getlist("place"), by=person)
            tell(
                request,
                _("匿名にしました。ほかに%(count)d件の記録を直しました。") % {"count": count},
            )
            return redirect(contact.customer)
    context = {
        "contact": contact,
        "places": places_of(contact),
        "may_do": may_do,
        "unconfirmed": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "customers/anonymise.html", context, status=status)


def _may_anonymise(person: Person, contact: Contact) -> bool:
    owners = (contact.customer.sales_owner_id, contact.customer.success_owner_id)
    return person.pk in owners or person.has_perm("customers.change_contact")


def _contacts_named(words: str) -> list[Contact]:
    if not words:
        return []
    meant = Q(name__icontains=words) | Q(yomi__icontains=words) | Q(email__iexact=words)
    found = Contact.objects.filter(meant, anonymised_at=None, customer__deleted_at=None)
    return list(found.select_related("customer")[:FOUND_MAX])
