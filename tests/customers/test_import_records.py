"""取り込む: what becomes of the rows of a file, and how it is taken back."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook

from customers.models import Contact, Customer, CustomerImport, Deal, Touch
from kb.experts.models import Evidence
from kb.foundation.models import AuditEntry
from kb.search import outbox
from kb.search.engine import search
from kb.search.models import OutboxEntry
from kb.search.query import SearchQuery
from kb.todos.models import ActionItem
from people.models import Person
from tests.customers.files import TOUCHES

Commit = Callable[..., Any]
Take = Callable[..., CustomerImport]

CUSTOMERS = (
    "会社名,よみ,法人番号,営業担当,契約期限\n"
    "株式会社みどり,みどり,,bob,令和9年3月31日\n"
    "㈱あさぎ製菓,あさぎせいか,7000012050002,,\n"
)


def test_customers_are_added_and_known_ones_changed(
    asagi: Customer, bob: Person, upload: Take, check: Take, press: Take
) -> None:
    batch = check(upload("customers", CUSTOMERS.encode("cp932", "replace").replace(b"?", b"")))
    assert (batch.state, batch.counts["create"], batch.counts["update"]) == ("checked", 1, 1)
    assert Customer.objects.count() == 1

    batch = press(batch, "write")

    asagi.refresh_from_db()
    midori = Customer.objects.exclude(pk=asagi.pk).get()
    assert (midori.name, midori.yomi, midori.sales_owner) == ("株式会社みどり", "みどり", bob)
    assert midori.contract_until == dt.date(2027, 3, 31)
    assert midori.name_key == "みどり"
    # ㈱ for 株式会社 is no new name.
    assert (asagi.name, asagi.corporate_number) == ("あさぎ製菓株式会社", "7000012050002")
    assert AuditEntry.objects.filter(action="customers.import", person=batch.started_by).exists()
    assert not batch.file


def test_an_import_is_taken_back_whole(
    asagi: Customer, bob: Person, upload: Take, check: Take, press: Take
) -> None:
    batch = press(check(upload("customers", CUSTOMERS)), "write")

    batch = press(batch, "undo")

    asagi.refresh_from_db()
    assert batch.state == "undone"
    assert list(Customer.objects.all()) == [asagi]
    assert asagi.corporate_number is None


def test_what_somebody_changed_since_stays(
    asagi: Customer, bob: Person, upload: Take, check: Take, press: Take
) -> None:
    batch = press(check(upload("customers", CUSTOMERS)), "write")
    Customer.objects.exclude(pk=asagi.pk).update(industry="食品")
    Customer.objects.filter(pk=asagi.pk).update(corporate_number=None)
    midori = Customer.objects.exclude(pk=asagi.pk).get()
    midori.contacts.create(name="緑川 葉")

    batch = press(batch, "undo")

    assert Customer.objects.filter(pk=midori.pk).exists()
    assert batch.counts["kept"] == 2
    assert "残しました" in batch.job.message  # type: ignore[union-attr]


def test_touches_make_customers_todos_and_keep_their_authors(
    asagi: Customer, alice: Person, bob: Person, upload: Take, check: Take, press: Take
) -> None:
    batch = check(upload("touches", TOUCHES))
    assert batch.counts["new_customers"] == 1

    press(batch, "write")

    first, second = Touch.objects.order_by("happened_at")
    assert first.text == "見積もりの相談\nもう一度かける"
    assert (first.author, first.channel, first.source_path) == (alice, "phone", "A-1")
    assert (second.author, second.customer, second.imported_by) == (bob, asagi, alice)
    todo = ActionItem.objects.get()
    assert (todo.text, todo.due_on, todo.origin) == ("見積を送る", dt.date(2199, 1, 1), first)


def test_the_importer_is_no_expert_and_the_index_follows(
    asagi: Customer, alice: Person, bob: Person, upload: Take, check: Take, press: Take
) -> None:
    press(check(upload("touches", TOUCHES)), "write")

    outbox.drain()

    assert not OutboxEntry.objects.exists()

    assert search(SearchQuery(text="再発行")).page.hits
    weighing = Evidence.objects.filter(record__startswith="customers.touch").exclude(role="bulk")
    assert set(weighing.values_list("person", flat=True)) == {bob.pk}


def test_the_same_file_twice_adds_nothing(
    asagi: Customer, bob: Person, upload: Take, check: Take, press: Take
) -> None:
    text = TOUCHES.replace(",番号", ",何か").replace("A-1", "").replace("A-2", "")
    press(check(upload("touches", text)), "write")

    again = check(upload("touches", text))

    assert (again.counts["create"], again.counts["same"]) == (0, 2)
    press(again, "write")
    assert Touch.objects.count() == 2


def test_touches_are_taken_back_with_what_they_brought(
    asagi: Customer, bob: Person, upload: Take, check: Take, press: Take
) -> None:
    batch = press(check(upload("touches", TOUCHES)), "write")

    press(batch, "undo")

    assert not Touch.objects.exists()
    assert not ActionItem.objects.exists()
    assert list(Customer.objects.all()) == [asagi]


def test_contacts_are_matched_by_mail_and_name(
    asagi: Customer, upload: Take, check: Take, press: Take
) -> None:
    text = (
        "会社名,姓,名,メール,役職\n"
        "あさぎ製菓,田所,文香,tadokoro@asagi.example,課長\n"
        "あさぎ製菓,新,人,new@asagi.example,\n"
    )

    press(check(upload("contacts", text)), "write")

    tadokoro = asagi.contacts.get(name="田所 文香")
    assert (tadokoro.title, tadokoro.department) == ("課長", "販売促進課")
    assert asagi.contacts.count() == 2


def test_the_policy_skip_leaves_what_is_there(
    asagi: Customer, upload: Take, check: Take, press: Take
) -> None:
    batch = check(upload("customers", "会社名,業種\nあさぎ製菓,食品\n"), policy="skip")

    press(batch, "write")

    asagi.refresh_from_db()
    assert asagi.industry == ""
    assert batch.counts["skip"] == 1


def test_deals_of_a_crm_export_come_in_from_excel(
    asagi: Customer, upload: Take, check: Take, press: Take
) -> None:
    book, file = Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.append(
        [
            "Opportunity ID",
            "Opportunity Name",
            "Account Name",
            "Stage",
            "Amount",
            "Close Date",
            "Probability (%)",
        ]
    )
    sheet.append(
        [
            "006A",
            "増設",
            "あさぎ製菓株式会社",
            "Proposal/Price Quote",
            1200000,
            dt.date(2026, 12, 1),
            75,
        ]
    )
    book.save(file)

    press(check(upload("deals", file.getvalue(), "deals.xlsx")), "write")

    deal = Deal.objects.get()
    assert (deal.customer, deal.phase, deal.amount, deal.confidence) == (
        asagi,
        "proposal",
        1_200_000,
        "A",
    )
    assert deal.expected_on == dt.date(2026, 12, 1)


def test_an_anonymised_person_does_not_come_back(
    asagi: Customer, upload: Take, check: Take, press: Take
) -> None:
    text = "会社名,名前,メール,コンタクトID\nあさぎ製菓,青木 一,aoki@asagi.example,C-1\n"
    press(check(upload("contacts", text)), "write")
    Contact.objects.filter(name="青木 一").update(
        name="匿名の担当者", email="", anonymised_at=dt.datetime.now(dt.UTC)
    )

    press(check(upload("contacts", text)), "write")

    assert not Contact.objects.filter(name="青木 一").exists()
