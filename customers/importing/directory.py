"""Who is who, loaded once per import: customers by every name and number, colleagues, known rows."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from customers.importing.values import BadValue
from customers.models import Contact, Customer, CustomerFormerName, Deal, ExternalKey, Touch
from kb.text.companies import company_key
from kb.text.kana import name_key
from people.models import Person

# A customer that is known has a number, one that this very import makes has its key.
CustomerRef = int | str

CUSTOMER, CONTACT, DEAL = "customers.customer", "customers.contact", "customers.deal"
TOUCH = "customers.touch"


@dataclass
class Directory:
    """Everything rows are matched with. ``new_customers`` grows while rows are planned."""

    names: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    former_names: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[str, int] = field(default_factory=dict)
    external: dict[str, int] = field(default_factory=dict)
    people: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    leavers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    new_customers: dict[str, str] = field(default_factory=dict)

    def customer(self, name: str, number: str = "", external_id: str = "") -> CustomerRef | None:
        """The customer meant; None for an unknown one. Raises BadValue where several fit."""
        if external_id and external_id in self.external:
            return self.external[external_id]
        if number and number in self.numbers:
            return self.numbers[number]
        key = company_key(name) if name else ""
        if not key:
            return None
        found = self.names.get(key) or self.former_names.get(key) or set()
        if len(found) > 1:
            raise BadValue(
                _(
                    "「%(name)s」という名前のお客さまが%(count)d社あります。法人番号の列で分けてください。"
                )
                % {"name": name[:60], "count": len(found)}
            )
        if found:
            return next(iter(found))
        return key if key in self.new_customers else None

    def add_customer(self, name: str) -> str:
        """The key of a customer that the import will make."""
        key = company_key(name)
        self.new_customers.setdefault(key, name)
        return key

    def colleague(self, words: str, *, with_leavers: bool = False) -> int | None:
        """The person by login, mail address or name; None for unknown. Raises BadValue for several."""
        key = name_key(words)
        found = self.people.get(key) or (self.leavers.get(key) if with_leavers else None) or set()
        if len(found) > 1:
            raise BadValue(
                _("「%(name)s」は何人かいます。ログインIDかメールアドレスで書いてください。")
                % {"name": words[:40]}
            )
        return next(iter(found), None)


def load_directory() -> Directory:
    """The directory as the database stands now."""
    directory = Directory()
    _load_customers(directory)
    _load_people(directory)
    rows = ExternalKey.objects.filter(model=CUSTOMER).values_list("key", "object_id")
    ends = _ends()
    directory.external = {key: ends[pk] for key, pk in rows if pk in ends}
    return directory


def _ends() -> dict[int, int]:
    """Every customer outside the bin → the customer that goes on after merges."""
    into = dict(Customer.objects.filter(deleted_at=None).values_list("pk", "merged_into"))
    ends: dict[int, int] = {}
    for pk in into:
        end, seen = pk, {pk}
        while (following := into.get(end)) is not None and following not in seen:
            end = following
            seen.add(end)
        ends[pk] = end
    return {pk: end for pk, end in ends.items() if end in into}


def _load_customers(directory: Directory) -> None:
    ends = _ends()
    rows = Customer.objects.filter(pk__in=Customer.objects.filter(deleted_at=None))
    for pk, key, number in rows.values_list("pk", "name_key", "corporate_number"):
        if pk not in ends:
            continue
        # The name of a merged customer leads to the one that goes on, unless another bears it.
        table = directory.names if ends[pk] == pk else directory.former_names
        table[key].add(ends[pk])
        if number:
            directory.numbers[number] = ends[pk]
    for pk, name in CustomerFormerName.objects.values_list("customer", "name"):
        if pk in ends:
            directory.former_names[company_key(name)].add(ends[pk])


def _load_people(directory: Directory) -> None:
    here = set(Person.objects.visible().values_list("pk", flat=True))
    for pk, login, email, name in Person.objects.values_list("pk", "login", "email", "name"):
        table = directory.people if pk in here else directory.leavers
        for words in (login, email or "", name):
            if words:
                table[name_key(words)].add(pk)


def known_contacts() -> dict[tuple[Any, str], int]:
    """(customer, mail address or folded name) → contact."""
    known: dict[tuple[Any, str], int] = {}
    for pk, customer, name, email in Contact.objects.values_list(
        "pk", "customer", "name", "email"
    ).order_by("-pk"):
        known[customer, name_key(name)] = pk
        if email:
            known[customer, email.lower()] = pk
    return known


def anonymised_contacts() -> set[int]:
    """People who were made anonymous: another system that still knows them does not bring them back."""
    return set(Contact.objects.exclude(anonymised_at=None).values_list("pk", flat=True))


def known_deals() -> dict[tuple[Any, str], int]:
    """(customer, folded name) → deal."""
    rows = Deal.objects.values_list("customer", "name", "pk").order_by("-pk")
    return {(customer, name_key(name)): pk for customer, name, pk in rows}


def known_touches() -> dict[str, tuple[int, bool]]:
    """Where a touch was imported from → the touch, and whether it is in the bin."""
    rows = Touch.objects.exclude(source_path=None).values_list("source_path", "pk", "deleted_at")
    return {str(path): (pk, deleted is not None) for path, pk, deleted in rows}


def external_keys(model: str) -> dict[str, int]:
    """The numbers other systems gave to rows of this model that are still there."""
    rows = ExternalKey.objects.filter(model=model).values_list("key", "object_id")
    table = {CONTACT: Contact, DEAL: Deal, CUSTOMER: Customer}[model]
    alive = set(table._default_manager.values_list("pk", flat=True))
    return {key: pk for key, pk in rows if pk in alive}
