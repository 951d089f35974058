"""Loads customers with their contacts and deals, and the themes their voices gather under."""

import datetime as dt

from customers.models import Contact, Customer, CustomerFormerName, Deal, VoiceTheme
from kb.portal.demo.cast import Cast
from kb.portal.demo.source import Entry, read
from kb.text.companies import company_key


def load_customers(cast: Cast) -> None:
    """Everything of ``customers.yaml``."""
    data = cast.calendar.filled(read("customers.yaml"))
    customers = Customer.objects.bulk_create(_customer(e, cast) for e in data["customers"])
    cast.customers = {
        entry["slug"]: customer
        for entry, customer in zip(data["customers"], customers, strict=True)
    }
    for entry in data["customers"]:
        _load_surroundings(entry, cast)
    _load_themes(data["voice_themes"], cast)


def _customer(entry: Entry, cast: Cast) -> Customer:
    until = entry.get("contract_until_day")
    known_since = cast.calendar.moment(-760)
    return Customer(
        name=entry["name"],
        yomi=entry["yomi"],
        name_key=company_key(entry["name"]),
        corporate_number=entry["corporate_number"],
        industry=entry["industry"],
        note=entry["note"],
        products=entry["products"],
        contract_until=cast.calendar.plain_day(until) if until is not None else None,
        sales_owner=cast.people[entry["sales_owner"]],
        success_owner=cast.people[entry["success_owner"]],
        created_at=known_since,
        updated_at=known_since,
    )


def _load_surroundings(entry: Entry, cast: Cast) -> None:
    customer = cast.customers[entry["slug"]]
    CustomerFormerName.objects.bulk_create(
        CustomerFormerName(customer=customer, name=name) for name in entry.get("former_names", [])
    )
    contacts = Contact.objects.bulk_create(
        Contact(
            customer=customer,
            name=person["name"],
            yomi=person["yomi"],
            title=person["title"],
            department=person["department"],
            email=person.get("email", ""),
            has_left=person.get("has_left", False),
            created_at=customer.created_at,
            updated_at=customer.updated_at,
        )
        for person in entry["contacts"]
    )
    cast.contacts |= {(entry["slug"], contact.name): contact for contact in contacts}
    deals = Deal.objects.bulk_create(_deal(d, customer, cast) for d in entry.get("deals", []))
    cast.deals |= {(entry["slug"], deal.name): deal for deal in deals}


def _deal(entry: Entry, customer: Customer, cast: Cast) -> Deal:
    today = cast.calendar.plain_day(0)
    months = today.year * 12 + today.month - 1 + entry["expected_month_offset"]
    return Deal(
        customer=customer,
        name=entry["name"],
        phase=entry["phase"],
        confidence=entry["confidence"],
        amount=entry["amount"],
        expected_on=dt.date(months // 12, months % 12 + 1, 1),
        owner=customer.sales_owner,
    )


def _load_themes(entries: list[Entry], cast: Cast) -> None:
    themes = VoiceTheme.objects.bulk_create(
        VoiceTheme(
            title=entry["title"],
            description=entry["description"],
            status=entry["status"],
            reason=entry.get("reason", ""),
            owner=cast.people[entry["owner"]],
            owner_department=cast.departments[entry["owner_department"]],
            status_changed_at=cast.calendar.moment(entry["status_day"]),
            created_at=cast.calendar.moment(entry["status_day"]),
            updated_at=cast.calendar.moment(entry["status_day"]),
        )
        for entry in entries
    )
    cast.themes = {entry["slug"]: theme for entry, theme in zip(entries, themes, strict=True)}
    cast.give_topics(themes, [entry["topics"] for entry in entries])
