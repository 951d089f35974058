"""書き出す: what is seen, safe for spreadsheets, and written down."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from customers.models import Customer, Touch, Voice, VoiceTheme
from customers.spreadsheets import safe
from kb.foundation.models import AuditEntry
from people.models import Person


def take(client: Client, what: str, query: str = "", ending: str = "csv") -> bytes:
    answer: Any = client.post(reverse("customer_export", args=[what]) + query, {"format": ending})
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def rows_of(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("what", ["customers", "contacts", "touches", "voices", "deals"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_list_can_be_taken_out(
    hers: Client, asagi: Customer, touch: Touch, alice: Person, what: str, ending: str
) -> None:
    asagi.deals.create(name="増設", amount=100)
    Voice.objects.create(touch=touch, quote="見つけられなかった", kind="request")

    raw = take(hers, what, ending=ending)

    if ending == "csv":
        assert len(rows_of(raw)) == 2
    else:
        sheet: Any = load_workbook(io.BytesIO(raw)).active
        assert sheet.max_row == 2
    entry = AuditEntry.objects.get(action="customers.export")
    assert (entry.person, entry.target, entry.detail["rows"]) == (alice, what, 1)
    assert entry.detail["format"] == ending


def test_looking_at_an_export_takes_nothing_out(hers: Client, asagi: Customer) -> None:
    page = hers.get(reverse("customer_export", args=["contacts"]))

    assert "利用目的" in page.content.decode()
    assert not AuditEntry.objects.filter(action="customers.export").exists()


def test_the_filters_of_the_list_count(hers: Client, asagi: Customer, bob: Person) -> None:
    Customer.objects.create(name="みどり", sales_owner=bob)

    mine = rows_of(take(hers, "customers", "?mine=1"))
    named = rows_of(take(hers, "customers", "?q=みどり"))

    assert [row[1] for row in mine[1:]] == [asagi.name]
    assert [row[1] for row in named[1:]] == ["みどり"]
    assert AuditEntry.objects.latest("pk").detail["filters"] == {"q": ["みどり"]}


def test_a_customers_timeline_is_taken_out_alone(
    hers: Client, asagi: Customer, make_touch: Callable[..., Touch]
) -> None:
    other = Customer.objects.create(name="みどり")
    make_touch("ひとつめ")
    make_touch("ふたつめ", customer=other)

    rows = rows_of(take(hers, "touches", f"?customer={other.pk}"))

    assert [row[3] for row in rows[1:]] == ["ふたつめ"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
def test_no_cell_runs_in_a_spreadsheet(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_a_formula_written_by_somebody_is_harmless_in_both_forms(
    hers: Client, asagi: Customer, make_touch: Callable[..., Touch]
) -> None:
    make_touch('=HYPERLINK("http://evil.example","x")')

    assert rows_of(take(hers, "touches"))[1][3].startswith("'=")
    sheet: Any = load_workbook(io.BytesIO(take(hers, "touches", ending="xlsx"))).active
    assert sheet["D2"].data_type == "s"


def test_unknown_lists_and_strangers_get_nothing(
    hers: Client, charlie: Person, client_for: Callable[[Person], Client]
) -> None:
    assert hers.post(reverse("customer_export", args=["salaries"])).status_code == 404
    for client in (Client(), client_for(charlie)):
        assert client.post(reverse("customer_export", args=["contacts"])).status_code == 302
    assert not AuditEntry.objects.filter(action="customers.export").exists()


def test_deals_are_taken_out_as_the_list_shows_them(
    hers: Client, asagi: Customer, alice: Person, bob: Person
) -> None:
    asagi.deals.create(name="増設", owner=alice)
    asagi.deals.create(name="更新", owner=bob)
    asagi.deals.create(name="終わった話", owner=alice, phase="lost")
    department = alice.department
    assert department is not None

    every = rows_of(take(hers, "deals"))
    assert sorted(row[1] for row in every[1:]) == ["増設", "更新"]
    ours = rows_of(take(hers, "deals", f"?department={department.slug}"))
    assert [row[1] for row in ours[1:]] == ["増設"]
    lost = rows_of(take(hers, "deals", "?phase=lost"))
    assert [row[1] for row in lost[1:]] == ["終わった話"]
    assert len(rows_of(take(hers, "deals", f"?customer={asagi.pk}"))) == 4


def test_voices_are_taken_out_by_the_filters_of_the_board(
    hers: Client, touch: Touch, alice: Person
) -> None:
    mine = VoiceTheme.objects.create(title="入口", owner=alice, owner_department=alice.department)
    others = VoiceTheme.objects.create(title="印刷")
    Voice.objects.create(touch=touch, quote="見つけられなかった", kind="request", theme=mine)
    Voice.objects.create(touch=touch, quote="印刷がずれる", kind="request", theme=others)
    department = alice.department
    assert department is not None

    for query in ("?mine=1", f"?department={department.slug}"):
        rows = rows_of(take(hers, "voices", query))
        assert [row[3] for row in rows[1:]] == ["見つけられなかった"], query
    assert len(rows_of(take(hers, "voices", "?status=nonsense"))) == 3
