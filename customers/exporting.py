"""What colleagues see, as files: which lists, which rows, which columns; always written down."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.deal_filters import read_deal_filter
from customers.deals import deals_chosen
from customers.lookup import customers_named
from customers.models import Contact, Customer, Deal, Touch, Voice
from customers.spreadsheets import Row, csv_response, excel_response
from customers.voice_board import read_board_filter
from kb.foundation.models import AuditEntry
from kb.foundation.numbers import whole_number
from people.models import Person

_ROWS_AT_ONCE = 1000
FORMATS = ("csv", "xlsx")


@dataclass(frozen=True)
class Export:
    """One list that can be taken out: which rows, which columns."""

    title: str | Promise
    headings: tuple[str | Promise, ...]
    chosen: Callable[[QueryDict, Person], "QuerySet[Any]"]
    row: Callable[[Any], Row]

    def rows(self, query: QueryDict, person: Person) -> Iterator[Row]:
        """The headings, then every row, in fixed memory."""
        yield [str(heading) for heading in self.headings]
        for record in self.chosen(query, person).iterator(chunk_size=_ROWS_AT_ONCE):
            yield self.row(record)


def export(what: str, ending: str, query: QueryDict, *, by: Person) -> HttpResponseBase:
    """The file, after writing down who took out what, when and how many rows."""
    chosen = EXPORTS[what]
    count = chosen.chosen(query, by).count()
    AuditEntry.objects.create(
        person=by,
        action="customers.export",
        target=what,
        detail={
            "title": str(chosen.title),
            "rows": count,
            "format": ending,
            "filters": {name: query.getlist(name) for name in query if name in _FILTERS},
        },
    )
    rows = chosen.rows(query, by)
    respond: Any = excel_response if ending == "xlsx" else csv_response
    response: HttpResponseBase = respond(str(chosen.title), rows)
    return response


_FILTERS = frozenset({"q", "mine", "customer", "phase", "confidence", "owner", "status", "theme",
                      "kind", "from", "to", "department", "voices", "mood", "channel"})  # fmt: skip


def _words(query: QueryDict) -> str:
    return query.get("q", "").replace("\0", "").strip()[:100]


def _customers(query: QueryDict, person: Person) -> "QuerySet[Customer]":
    words = _words(query)
    rows: QuerySet[Customer] = customers_named(words) if words else Customer.objects.visible()
    if query.get("mine") == "1":
        rows = rows.filter(Q(sales_owner=person) | Q(success_owner=person))
    shown: QuerySet[Customer] = (
        rows.with_owners()  # type: ignore[attr-defined]
        .with_last_touch()
        .prefetch_related("former_names")
        .order_by("yomi", "name", "pk")
    )
    return shown


def _customer_row(customer: Customer) -> Row:
    return [
        customer.pk,
        customer.name,
        customer.yomi,
        customer.corporate_number,
        "、".join(row.name for row in customer.former_names.all()),
        customer.industry,
        customer.products,
        customer.contract_until,
        customer.sales_owner.name if customer.sales_owner else "",
        customer.success_owner.name if customer.success_owner else "",
        getattr(customer, "last_touch_at", None),
        customer.note,
    ]


def _of_customer(rows: "QuerySet[Any]", query: QueryDict, path: str = "customer") -> Any:
    number = whole_number(query.get("customer"))
    return rows.filter(**{path: number}) if number else rows


def _contacts(query: QueryDict, person: Person) -> "QuerySet[Contact]":
    rows = Contact.objects.filter(
        customer__deleted_at__isnull=True, customer__merged_into__isnull=True
    )
    if query.get("mine") == "1":
        rows = rows.filter(Q(customer__sales_owner=person) | Q(customer__success_owner=person))
    rows = _of_customer(rows, query).select_related("customer")
    return rows.order_by("customer__yomi", "customer__name", "pk")  # type: ignore[no-any-return]


def _contact_row(contact: Contact) -> Row:
    return [
        contact.customer.name, contact.customer.corporate_number, contact.name, contact.yomi,
        contact.department, contact.title, contact.email, contact.phone, contact.has_left,
    ]  # fmt: skip


def _touches(query: QueryDict, person: Person) -> "QuerySet[Touch]":
    rows = _of_customer(Touch.objects.visible(), query)
    if query.get("mine") == "1":
        rows = rows.filter(author=person)
    if query.get("voices") == "1":
        rows = rows.filter(pk__in=Voice.objects.values("touch"))
    if department := query.get("department", "").replace("\0", "")[:100]:
        # A filter by a join would give a touch twice.
        people = Person.objects.filter(
            memberships__department__slug=department, memberships__ended_on__isnull=True
        )
        rows = rows.filter(author__in=people)
    for name, values in (("channel", Touch.Channel.values), ("mood", Touch.Mood.values)):
        if query.get(name) in values:
            rows = rows.filter(**{name: query[name]})
    rows = _between(rows, query, "happened_at")
    return rows.with_details().select_related("deal").order_by("-happened_at", "-pk")  # type: ignore[no-any-return]


def _between(rows: Any, query: QueryDict, field: str) -> Any:
    for name, way in (("from", "gte"), ("to", "lte")):
        try:
            day = dt.date.fromisoformat(query.get(name, ""))
        except ValueError:
            continue
        rows = rows.filter(**{f"{field}__date__{way}": day})
    return rows


def _touch_row(touch: Touch) -> Row:
    return [
        touch.customer.name, touch.happened_at, touch.get_channel_display(), touch.text,
        touch.get_mood_display() if touch.mood else "", touch.author.name,
        "、".join(contact.name for contact in touch.contacts.all()),
        "、".join(person.name for person in touch.colleagues.all()),
        "、".join(topic.name for topic in touch.topics.all()),
        "\n".join(voice.quote for voice in touch.voices.all()),
        touch.deal.name if touch.deal else "", touch.source_path or "", touch.pk,
    ]  # fmt: skip


def _voices(query: QueryDict, person: Person) -> "QuerySet[Voice]":
    """As the board shows them: its filters choose themes, and with these their voices."""
    chosen = read_board_filter(query)
    rows = _of_customer(Voice.objects.visible(), query, "touch__customer")
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.status:
        rows = rows.filter(theme__status=chosen.status)
    if chosen.department:
        rows = rows.filter(theme__owner_department__slug=chosen.department)
    if chosen.is_mine:
        rows = rows.filter(theme__owner=person)
    if theme := whole_number(query.get("theme")):
        rows = rows.filter(theme=theme)
    return rows.select_related(  # type: ignore[no-any-return]
        "touch__customer", "touch__author", "theme__owner", "theme__owner_department"
    ).order_by("-created_at", "-pk")


def _voice_row(voice: Voice) -> Row:
    theme = voice.theme
    return [
        voice.touch.customer.name, voice.touch.happened_at, voice.get_kind_display(), voice.quote,
        theme.title if theme else "", theme.get_status_display() if theme else "",
        theme.reason if theme else "", theme.planned_for if theme else "",
        theme.owner_department.name if theme and theme.owner_department else "",
        theme.owner.name if theme and theme.owner else "", voice.touch.author.name,
    ]  # fmt: skip


def _deals(query: QueryDict, person: Person) -> "QuerySet[Deal]":
    """As the list of deals shows them: without a phase those still open; of a customer all."""
    chosen = read_deal_filter(query)
    if whole_number(query.get("customer")) and not chosen.phase:
        chosen = replace(chosen, phases=tuple(Deal.Phase.values))
    rows: QuerySet[Deal] = _of_customer(deals_chosen(chosen), query)
    return rows.filter(owner=person) if query.get("mine") == "1" else rows


def _deal_row(deal: Deal) -> Row:
    return [
        deal.customer.name, deal.name, deal.get_phase_display(), deal.confidence, deal.amount,
        deal.expected_on, deal.owner.name if deal.owner else "",
    ]  # fmt: skip


EXPORTS: dict[str, Export] = {
    "customers": Export(
        _("お客さま"),
        (
            _("番号"), _("会社名"), _("よみ"), _("法人番号"), _("前の社名"), _("業種"),
            _("使っている製品"), _("契約期限"), _("営業担当"), _("CS担当"), _("最後の対応"),
            _("メモ"),
        ),
        _customers,
        _customer_row,
    ),
    "contacts": Export(
        _("先方担当者"),
        (
            _("会社名"), _("法人番号"), _("名前"), _("よみ"), _("部署"), _("役職"),
            _("メールアドレス"), _("電話"), _("退職・異動"),
        ),
        _contacts,
        _contact_row,
    ),
    "touches": Export(
        _("対応記録"),
        (
            _("会社名"), _("日時"), _("方法"), _("内容"), _("ようす"), _("書いた人"),
            _("先方"), _("いっしょにいた人"), _("テーマ"), _("お客さまの声"), _("商談"),
            _("元の番号"), _("番号"),
        ),
        _touches,
        _touch_row,
    ),
    "voices": Export(
        _("お客さまの声"),
        (
            _("会社名"), _("日時"), _("種類"), _("お客さまの言葉"), _("要望テーマ"), _("状態"),
            _("理由"), _("時期"), _("担当部署"), _("担当"), _("書いた人"),
        ),
        _voices,
        _voice_row,
    ),
    "deals": Export(
        _("商談"),
        (
            _("会社名"), _("商談名"), _("段階"), _("確度"), _("金額（円）"), _("見込みの月"),
            _("担当"),
        ),
        _deals,
        _deal_row,
    ),
}  # fmt: skip
