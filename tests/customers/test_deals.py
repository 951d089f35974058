"""Deals: sums in any Japanese form, by month and phase, changed where they stand."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer, Deal
from kb.text.amounts import parse_yen
from kb.text.dates import parse_month
from people.models import Person

TODAY = dt.date(2026, 11, 24)


def page(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def deal(asagi: Customer, alice: Person) -> Deal:
    made: Deal = Deal.objects.create(
        customer=asagi,
        name="追加の席",
        amount=1_200_000,
        owner=alice,
        expected_on=dt.date(2027, 3, 1),
    )
    return made


@pytest.mark.parametrize(
    ("typed", "yen"),
    [
        ("120万", 1_200_000),
        ("1,200,000", 1_200_000),
        ("１２０万円", 1_200_000),
        ("¥1,200,000", 1_200_000),
        ("1億2,000万", 120_000_000),
        ("1.5億", 150_000_000),
        ("800千円", 800_000),
        ("3百万円", 3_000_000),
        ("120万円（税抜）", 1_200_000),
        ("0", 0),
        ("", None),
        ("たくさん", None),
        ("-5万", None),
        ("1.2345円", None),
        ("2000万1億", None),
        ("9" * 39, None),
        ("٣", None),
    ],
)
def test_a_sum_is_read_as_people_write_it(typed: str, yen: int | None) -> None:
    assert parse_yen(typed) == yen


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2027-03", dt.date(2027, 3, 1)),
        ("2027年3月", dt.date(2027, 3, 1)),
        ("２０２７／３", dt.date(2027, 3, 1)),
        ("3月", dt.date(2027, 3, 1)),
        ("12月", dt.date(2026, 12, 1)),
        ("来月", dt.date(2026, 12, 1)),
        ("再来月", dt.date(2027, 1, 1)),
        ("2027/3/15", dt.date(2027, 3, 1)),
        ("13月", None),
        ("いつか", None),
    ],
)
def test_a_month_is_read_as_people_write_it(typed: str, month: dt.date | None) -> None:
    assert parse_month(typed, today=TODAY) == month


def test_customer_and_name_are_enough(hers: Client, asagi: Customer, alice: Person) -> None:
    form = {
        "customer_name": "㈱あさぎ製菓", "name": "追加の席", "phase": "lead", "confidence": "C",
        "form_key": str(uuid.uuid4()),
    }  # fmt: skip
    assert hers.post("/deals/new/", form).status_code == 302
    assert hers.post("/deals/new/", form).status_code == 302
    deal = Deal.objects.get()
    assert (deal.customer, deal.amount, deal.expected_on) == (asagi, None, None)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "たくさん", "金額を読み取れません。"),
        ("expected_on", "そのうち", "月を読み取れません。"),
        ("customer_name", "知らない会社", "まだいません"),
        ("owner", "誰か", "見つかりません"),
        ("phase", "x", "段階"),
        ("name", "", "商談名"),
    ],
)
def test_what_is_not_understood_is_named_and_kept(
    hers: Client, asagi: Customer, field: str, value: str, words: str
) -> None:
    form = {"customer_name": asagi.name, "name": "追加の席", "phase": "lead", "confidence": "A"}
    answer = hers.post("/deals/new/", {**form, field: value})
    assert answer.status_code == 422
    assert words in page(answer)
    assert not Deal.objects.exists()


def test_a_deal_is_changed_in_its_row(his: Client, deal: Deal) -> None:
    row = f"deal-{deal.pk}"
    assert f'name="{row}-amount"' in page(his.get(f"/deals/?edit={deal.pk}"))
    form = {f"{row}-phase": "proposal", f"{row}-confidence": "A", f"{row}-amount": "８０万"}
    answer = his.post(f"/deals/{deal.pk}/change/?confidence=A", form)
    assert answer["Location"] == f"/deals/?confidence=A#{row}"
    deal.refresh_from_db()
    assert (deal.phase, deal.confidence, deal.amount) == ("proposal", "A", 800_000)


def test_a_wrong_sum_in_the_row_stays_there(his: Client, deal: Deal) -> None:
    row = f"deal-{deal.pk}"
    form = {f"{row}-phase": "proposal", f"{row}-confidence": "A", f"{row}-amount": "八十くらい"}
    answer = his.post(f"/deals/{deal.pk}/change/", form)
    assert answer.status_code == 422
    assert "八十くらい" in page(answer)
    deal.refresh_from_db()
    assert deal.phase == "lead"


def test_months_and_phases_have_their_sums(his: Client, deal: Deal, asagi: Customer) -> None:
    Deal.objects.create(
        customer=asagi,
        name="分析",
        amount=300_000,
        phase="proposal",
        expected_on=dt.date(2027, 3, 20),
    )
    Deal.objects.create(customer=asagi, name="終わった話", amount=9_999, phase="lost")
    shown = page(his.get("/deals/"))
    assert "1,500,000円" in shown
    assert shown.index("2027年3月") < shown.index("追加の席")
    assert "終わった話" not in shown
    assert "終わった話" in page(his.get("/deals/", {"phase": "lost"}))


def test_deals_are_found_by_owner_and_department(
    his: Client, deal: Deal, alice: Person, bob: Person
) -> None:
    assert deal.name in page(his.get("/deals/", {"owner": alice.pk}))
    assert deal.name not in page(his.get("/deals/", {"owner": bob.pk}))
    assert deal.name in page(his.get("/deals/", {"department": "cs"}))
    assert deal.name not in page(his.get("/deals/", {"department": "dev"}))


@pytest.mark.parametrize("query", ["owner=" + "9" * 40, "owner=x", "department=%00", "page=-1"])
def test_any_address_of_the_deals_answers(his: Client, deal: Deal, query: str) -> None:
    assert his.get(f"/deals/?{query}").status_code == 200
