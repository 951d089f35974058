"""取り込む: the pages of an import, what they ask and refuse, and an import that breaks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from customers.importing import jobs
from customers.models import Customer, CustomerImport, ImportMapping, Touch
from kb.foundation.models import Job
from kb.todos.models import ActionItem
from people.models import Person
from tests.customers.files import TOUCHES

Commit = Callable[..., Any]
Take = Callable[..., CustomerImport]


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
