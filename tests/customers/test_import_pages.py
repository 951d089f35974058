"""取り込む: from a file to records, and back."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from customers.importing import jobs
from customers.models import Contact, Customer, CustomerImport, Deal, ImportMapping, Touch
from kb.experts.models import Evidence
from kb.foundation.models import AuditEntry, Job
from kb.search import outbox
from kb.search.engine import search
from kb.search.models import OutboxEntry
from kb.search.query import SearchQuery
from kb.todos.models import ActionItem
from people.models import Person

Commit = Callable[..., Any]
Take = Callable[..., CustomerImport]

CUSTOMERS = (
    "会社名,よみ,法人番号,営業担当,契約期限\n"
    "株式会社みどり,みどり,,bob,令和9年3月31日\n"
    "㈱あさぎ製菓,あさぎせいか,7000012050002,,\n"
)
TOUCHES = (
    "会社名,日付,方法,内容,記録者,次にやること,期限,番号\n"
    'みどり,2026/4/1,電話,"見積もりの相談\nもう一度かける",,見積を送る,2199/1/1,A-1\n'
    "あさぎ製菓,2026/4/2 10:30,メール,請求書の再発行を頼まれた,bob,,,A-2\n"
)


@pytest.fixture
def upload(hers: Client) -> Take:
    """Uploads a file and gives its import."""

    def send(kind: str, content: str | bytes, name: str = "list.csv") -> CustomerImport:
        raw = content.encode() if isinstance(content, str) else content
        form = {"kind": kind, "file": SimpleUploadedFile(name, raw)}
        answer = hers.post(reverse("customer_import_create"), form)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        return CustomerImport.objects.latest("created_at")

    return send


@pytest.fixture
def check(hers: Client, django_capture_on_commit_callbacks: Commit) -> Take:
    """Chooses the proposed columns and has all rows checked."""

    def run(batch: CustomerImport, **changes: Any) -> CustomerImport:
        form = {f"column_{n}": name for n, name in enumerate(batch.mapping)}
        form |= {"policy": "update", "makes_customers": "on", "default_channel": "phone"}
        form |= {"header_row": str(batch.header_row or ""), "then": "check"} | changes
        with django_capture_on_commit_callbacks(execute=True):
            answer = hers.post(batch.get_absolute_url(), form)
        assert answer.status_code == 302, answer.content.decode()[:3000]
        batch.refresh_from_db()
        return batch

    return run


@pytest.fixture
def press(hers: Client, django_capture_on_commit_callbacks: Commit) -> Take:
    """Presses a button of the import's page."""

    def run(batch: CustomerImport, button: str) -> CustomerImport:
        with django_capture_on_commit_callbacks(execute=True):
            hers.post(reverse(f"customer_import_{button}", args=[batch.key]))
        batch.refresh_from_db()
        return batch

    return run


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


def test_every_mistake_is_named_and_nothing_is_written(
    asagi: Customer, hers: Client, upload: Take, check: Take, press: Take
) -> None:
    text = (
        "会社名,法人番号,営業担当,契約期限\n,,,\nみどり,123,,\nきいろ,,nobody,\nくろ,,,いつか\n"
        "しろ,,,,はみ出し\n=cmd(),,,\n"
    )
    batch = check(upload("customers", text))

    assert batch.counts["problems"] == 5
    assert [problem[0] for problem in batch.problems] == [3, 4, 5, 6, 7]
    assert "B(法人番号)" in batch.problems[0][1]
    listed = b"".join(
        hers.get(reverse("customer_import_problems", args=[batch.key])).streaming_content  # type: ignore[attr-defined]
    )
    assert listed.startswith("\ufeff行,列,まちがい".encode())
    press(batch, "write")
    assert Customer.objects.count() == 1
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_two_customers_of_one_name_are_asked_for(
    asagi: Customer, upload: Take, check: Take
) -> None:
    Customer.objects.create(name="㈱あさぎ製菓")

    batch = check(upload("deals", "会社名,商談名,段階\nあさぎ製菓,増設,提案\n"))

    assert "2社あります" in batch.problems[0][2]


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


def test_chosen_columns_are_remembered_for_these_headings(
    asagi: Customer, upload: Take, check: Take
) -> None:
    text = "御社名,ふしぎな列\nあさぎ製菓,食品\nみどり,農業\n"
    batch = upload("customers", text)
    assert batch.header_row is None
    check(batch, column_0="name", column_1="industry", header_row="1")
    assert ImportMapping.objects.count() == 1

    again = upload("customers", "会社名,業種\nみどり,農業\n")
    check(again, column_1="note")

    assert upload("customers", "会社名,業種\nきいろ,工業\n").mapping == ["name", "note"]


def test_the_first_rows_show_what_they_will_become(
    hers: Client, asagi: Customer, upload: Take
) -> None:
    batch = upload("customers", "会社名,契約期限\nあさぎ製菓,R9.3.31\nみどり,いつか\n")

    page = hers.get(batch.get_absolute_url()).content.decode()

    assert "2027-03-31" in page
    assert "日付として読めません" in page
    assert not Customer.objects.filter(name="みどり").exists()


def test_a_missing_column_is_asked_for_and_the_choice_kept(
    hers: Client, asagi: Customer, upload: Take
) -> None:
    batch = upload("touches", "会社名,日付\nあさぎ製菓,2026/4/1\n")
    form = {
        "column_0": "customer",
        "column_1": "happened_at",
        "policy": "skip",
        "header_row": "1",
        "then": "check",
    }

    answer = hers.post(batch.get_absolute_url(), form)

    assert answer.status_code == 422
    assert "内容か件名の列を選んでください" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "空です"), (b"\xd0\xcf\x11\xe0", "古いExcel"), (b"PK\x03\x04", "Excelのファイル")],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(
    hers: Client, content: bytes, words: str
) -> None:
    form = {"kind": "customers", "file": SimpleUploadedFile("x.csv", content)}

    answer = hers.post(reverse("customer_import_create"), form)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not CustomerImport.objects.exists()


def test_a_cancelled_import_changes_nothing(
    asagi: Customer, alice: Person, upload: Take, check: Take
) -> None:
    batch = check(upload("touches", TOUCHES.replace("bob", "")))
    job = jobs.open_job(batch, jobs.WRITE, by=alice)
    jobs.cancel(job)

    jobs.run(job.pk)

    job.refresh_from_db()
    batch.refresh_from_db()
    assert (job.state, batch.state) == (Job.State.CANCELLED, "checked")
    assert not Touch.objects.exists()


def test_a_worker_that_dies_while_writing_leaves_nothing_and_is_begun_anew(
    asagi: Customer, alice: Person, upload: Take, check: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = check(upload("touches", TOUCHES.replace("bob", "")))
    job = jobs.open_job(batch, jobs.WRITE, by=alice)

    class Killed(BaseException):
        pass

    def die(*_args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("customers.importing.writing.mark_changed", die)
        with pytest.raises(Killed):
            jobs.run(job.pk)
    assert not Touch.objects.exists()
    assert jobs.lost_jobs() == [job.pk]

    jobs.run(job.pk)

    assert Touch.objects.count() == 2
    jobs.run(job.pk)
    assert Touch.objects.count() == 2


def test_leavers_and_strangers_import_nothing(charlie: Person, client_for: Any) -> None:
    for client in (Client(), client_for(charlie)):
        assert client.get(reverse("customer_transfer")).status_code == 302
        assert client.post(reverse("customer_import_create")).status_code == 302


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


@pytest.mark.parametrize("end", [RuntimeError, KeyboardInterrupt])
def test_a_long_import_that_breaks_between_two_parts_leaves_nothing(
    end: type[BaseException],
    asagi: Customer,
    alice: Person,
    upload: Take,
    check: Take,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = check(upload("touches", TOUCHES.replace("bob", "")))
    job = jobs.open_job(batch, jobs.WRITE, by=alice)
    monkeypatch.setattr(jobs, "PART_ROWS", 1)

    def break_at_the_end(*_args: Any) -> None:
        raise end

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "_close", break_at_the_end)
        with pytest.raises(end):
            jobs.run(job.pk)
    job.refresh_from_db()
    if end is RuntimeError:
        assert (job.state, Touch.objects.count(), Customer.objects.count()) == ("failed", 0, 1)
        return
    # Killed: what was written waits to be taken back by whoever begins anew.
    assert jobs.lost_jobs() == [job.pk]
    jobs.run(job.pk)
    assert Touch.objects.count() == 2
    assert ActionItem.objects.count() == 1
    assert Customer.objects.count() == 2
