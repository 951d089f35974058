"""How long an import of customers' touches takes: ``python -m benchmarks.customer_import [ROWS]``.

Makes a database of its own in a temporary folder, with 1,000 customers and 50 colleagues, and
measures check, write, the index that follows, and taking the whole import back.
"""

import csv
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

CUSTOMERS = 1_000
PEOPLE = 50


def timed(label: str, work: Callable[[], Any]) -> Any:
    """Runs the work and prints its seconds, and those of one core, for a machine that others use."""
    started, started_cpu = time.perf_counter(), time.process_time()
    result = work()
    seconds, cpu = time.perf_counter() - started, time.process_time() - started_cpu
    print(f"{label:<24}{seconds:8.2f} s   of one core {cpu:8.2f} s")
    return result


def touches_file(rows: int) -> bytes:
    """A CSV of touches as a sales department keeps them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["会社名", "日付", "方法", "内容", "記録者", "先方", "番号"])
    first = date(2024, 4, 1)
    for n in range(rows):
        day = first + timedelta(days=n % 700)
        text = f"請求書と導入の相談、{n}回目。\n次は資料を持っていく。" + "先方は前向き。" * 8
        writer.writerow([
            f"株式会社会社{n % (CUSTOMERS + 100)}", f"{day:%Y/%m/%d}", ("電話", "訪問", "メール")[n % 3],
            text, f"person{n % PEOPLE}", f"担当 {n % 3000}", f"T-{n}",
        ])  # fmt: skip
    return out.getvalue().encode("cp932")


def main() -> None:
    """Measures with 10,000 rows, or as many as named."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KB_VAR": folder, "KB_NO_WORKER": "0"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "kb.settings"
        import django

        django.setup()
        from kb.celery import app, make_queue_folders

        app.set_current()
        make_queue_folders()
        prepare()
        measure(rows)


def prepare() -> None:
    """Customers and colleagues, and an index that knows them."""
    from django.core.management import call_command

    from customers.models import Customer
    from kb.search import upkeep
    from kb.search.models import OutboxEntry
    from people.models import Person

    call_command("migrate", verbosity=0)
    Person.objects.bulk_create(
        Person(login=f"person{n}", name=f"社員 {n}", email=None) for n in range(PEOPLE)
    )
    Customer.objects.bulk_create(
        Customer(name=f"株式会社会社{n}", name_key=f"会社{n}") for n in range(CUSTOMERS)
    )
    upkeep.rebuild()
    OutboxEntry.objects.all().delete()


def measure(rows: int) -> None:
    """One import from file to index, and back."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from customers.importing import jobs
    from customers.importing.intake import take_file
    from customers.models import Touch
    from kb.search import outbox
    from kb.search.models import OutboxEntry
    from people.models import Person

    by = Person.objects.get(login="person0")
    raw = touches_file(rows)
    print(f"{rows} rows, {len(raw) / 1e6:.1f} MB")
    file = SimpleUploadedFile("touches.csv", raw)
    batch = timed("take the file", lambda: take_file("touches", file, by=by))

    def do(kind: str) -> None:
        job = jobs.open_job(batch, kind, by=by)
        jobs.run(job.pk)
        job.refresh_from_db()
        batch.refresh_from_db()
        assert job.state == "done", (job.state, job.message, batch.problems[:3])

    timed("check", lambda: do(jobs.CHECK))
    timed("write", lambda: do(jobs.WRITE))
    assert Touch.objects.count() == rows
    print(f"{'waiting for the index':<24}{OutboxEntry.objects.count():8d}")
    if "--no-index" not in sys.argv:
        timed("the index follows", outbox.drain)
    timed("take all back", lambda: do(jobs.UNDO))
    assert not Touch.objects.exists()


if __name__ == "__main__":
    main()
