"""Who a posted touch is between: the customer by id, 法人番号, name or mail; the colleague by login or mail."""

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.lookup import customers_named
from customers.merging import survivor
from customers.models import Contact, Customer
from customers.services import create_customer
from kb.api.problems import Refused
from kb.api.shapes import TouchIn
from kb.search.query import clean_text
from people.models import Person

_NAMED_MAX = 5
_NUMBER_MAX = 2**63 - 1


def author_of(data: TouchIn, sender: Person) -> Person:
    """The colleague named by login or mail address, else the token's person. Raises Refused."""
    words = clean_text(data.author).strip()
    if not words:
        return sender
    meant = Q(login__iexact=words) | Q(email__iexact=words)
    found: Person | None = Person.objects.visible().filter(meant).first()
    if found is None:
        raise _refusal("author", _("この社員は見つかりません。"))
    return found


def customer_of(data: TouchIn, *, by: Person) -> Customer:
    """The customer meant; a merged one leads to the one that goes on. Raises Refused."""
    if data.customer is not None:
        return _by("customer", Q(pk=min(max(data.customer, 0), _NUMBER_MAX)))
    if number := clean_text(data.corporate_number).strip():
        return _by("corporate_number", Q(corporate_number=number))
    if name := clean_text(data.customer_name).strip():
        return _named(name, data, by)
    if email := clean_text(data.contact_email).strip():
        return _by_mail(email)
    words = _("customer、corporate_number、customer_name、contact_emailのどれかが必要です。")
    raise _refusal("customer", words)


def contacts_of(data: TouchIn, customer: Customer) -> list[Contact]:
    """The customer's person, by mail address or name; a new name becomes a new contact."""
    email, name = clean_text(data.contact_email).strip(), clean_text(data.contact_name).strip()
    if email and len(email) > 254:
        raise _refusal("contact_email", _("長すぎます。"))
    meant = Q(email__iexact=email) if email else Q(name=name)
    found = customer.contacts.filter(meant).first() if email or name else None
    if found is None and name:
        found = Contact.objects.create(customer=customer, name=name[:100], email=email)
    return [found] if found else []


def _refusal(field: str, words: str) -> Refused:
    return Refused(422, words, {field: words})


def _by(field: str, meant: Q) -> Customer:
    found = Customer.objects.filter(deleted_at__isnull=True).filter(meant).first()
    if found is None:
        raise _refusal(field, _("このお客さまは見つかりません。"))
    customer: Customer = survivor(found)
    return customer


def _named(name: str, data: TouchIn, by: Person) -> Customer:
    found = list(customers_named(name)[: _NAMED_MAX + 1])
    if len(found) == 1 or (not found and data.create_customer):
        customer: Customer = found[0] if found else create_customer(name, by=by)
        return customer
    if not found:
        words = _("この名前のお客さまはいません。create_customerをtrueにすると、新しく足します。")
        raise _refusal("customer_name", words)
    near = "、".join(f"{one.name}({one.pk})" for one in found[:_NAMED_MAX])
    words = _("近い名前のお客さまが何社かあります。番号で指定してください: %(near)s")
    raise _refusal("customer_name", words % {"near": near})


def _by_mail(email: str) -> Customer:
    """By the contact who has the address, else by the only company whose contacts share its domain."""
    contacts = Contact.objects.filter(customer__deleted_at__isnull=True)
    ids = set(contacts.filter(email__iexact=email).values_list("customer", flat=True))
    domain = email.rpartition("@")[2]
    if not ids and domain:
        ids = set(contacts.filter(email__iendswith=f"@{domain}").values_list("customer", flat=True))
    ends = {survivor(customer) for customer in Customer.objects.filter(pk__in=ids)}
    if len(ends) != 1:
        words = _("このメールアドレスからは、お客さまがわかりません。")
        raise _refusal("contact_email", words)
    return ends.pop()
