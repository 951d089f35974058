"""The operators' page of the index: what it says, and the jobs behind its buttons."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import Settings

from kb.articles.models import Article
from kb.foundation.models import Job
from kb.search import index_jobs, outbox, tasks, upkeep
from kb.search.analysis import ANALYSIS_VERSION
from kb.search.lock import take_lock
from people.models import Person

ClientFor = Callable[[Person], Client]
PAGE = "/admin/search/outboxentry/health/"
START = f"{PAGE}start/"


@pytest.fixture
def staff(bob: Person) -> Person:
    bob.is_staff = True
    bob.save()
    return bob


@pytest.fixture
def operator(client_for: ClientFor, alice: Person) -> Client:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return client_for(alice)


@pytest.fixture
def article(search_index: Any, alice: Person) -> Article:
    article: Article = Article.objects.create(author=alice, title="鍵の借り方", kind="manual")
    outbox.drain()
    return article


def allow(person: Person, name: str) -> None:
    person.user_permissions.add(
        Permission.objects.get(codename=name, content_type__app_label="search")
    )


def cell(page: str, label: str) -> str:
    """What stands beside a heading of the table."""
    return page.split(f'<th scope="row">{label}</th>')[1].split("</tr>", maxsplit=1)[0]


def test_the_page_says_how_the_index_stands(article: Article, operator: Client) -> None:
    outbox.drain()
    page = operator.get(PAGE).content.decode()
    assert "<td>1</td><td>1</td>" in cell(page, "マニュアル")
    assert ANALYSIS_VERSION in cell(page, "解析の版")
    assert f"{ANALYSIS_VERSION}-" in cell(page, "フォルダ")
    assert "ありません" in cell(page, "おくれ")
    assert "ありません" in cell(page, "いま書いているプロセス")
    Article.objects.bulk_create([Article(author=article.author, title="内緒", kind="manual")])
    lock = take_lock()
    assert lock is not None
    page = operator.get(PAGE).content.decode()
    assert "違います" in cell(page, "マニュアル")
    assert lock.holder in cell(page, "いま書いているプロセス")


def test_a_missing_index_is_named_and_can_be_rebuilt(
    article: Article, operator: Client, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "index")
    assert "いまの索引を読めません" in operator.get(PAGE).content.decode()
    assert operator.post(START, {"kind": "search.rebuild"}).status_code == 302
    job = Job.objects.get()
    assert (job.state, job.done_count, job.total_count) == ("done", job.total_count, job.done_count)
    assert job.done_count > 0
    page = operator.get(PAGE).content.decode()
    assert "いまの索引を読めません" not in page
    assert "件の索引を" in page
    assert job.started_by is not None and job.started_by.name in page


def test_comparing_says_what_differs_and_repairing_mends_it(
    article: Article, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "SETTLING_S", 0)
    Article.objects.bulk_create([Article(author=article.author, title="内緒", kind="manual")])
    operator.post(START, {"kind": "search.compare"})
    assert "足りないもの1件" in Job.objects.latest("pk").message
    assert "足りないもの1件" in operator.get(PAGE).content.decode()
    operator.post(START, {"kind": "search.repair"})
    assert "1件の違いを見つけて" in Job.objects.latest("pk").message
    operator.post(START, {"kind": "search.compare"})
    assert "違いはありません" in Job.objects.latest("pk").message


def test_only_staff_with_the_permission_press_the_buttons(
    article: Article, staff: Person, charlie: Person, client_for: ClientFor
) -> None:
    for client in (Client(), client_for(charlie)):
        assert client.get(PAGE).status_code == 302
        assert client.post(START, {"kind": "search.rebuild"}).status_code == 302
    his = client_for(staff)
    assert his.get(PAGE).status_code == 403
    allow(staff, "view_outboxentry")
    his = client_for(Person.objects.get(pk=staff.pk))
    assert "作り直す</button>" not in his.get(PAGE).content.decode()
    assert his.post(START, {"kind": "search.rebuild"}).status_code == 403
    allow(staff, "care_for_index")
    assert "作り直す</button>" in his.get(PAGE).content.decode()
    assert his.post(START, {"kind": "search.compare"}).status_code == 302
    assert Job.objects.get().started_by == staff


def test_a_colleague_who_is_no_staff_sees_nothing(
    article: Article, bob: Person, client_for: ClientFor
) -> None:
    assert client_for(bob).get(PAGE).status_code == 302


def test_the_buttons_do_not_work_by_reading(article: Article, operator: Client) -> None:
    assert operator.get(START).status_code == 405
    assert operator.post(PAGE).status_code == 405
    assert operator.post(START, {"kind": "rm -rf"}).status_code == 400
    assert not Job.objects.exists()


def test_a_second_job_waits_for_the_first(
    article: Article, operator: Client, alice: Person
) -> None:
    running = index_jobs.open_job(index_jobs.REBUILD, by=alice)
    page = operator.post(START, {"kind": "search.compare"}, follow=True).content.decode()
    assert "まだ終わっていない作業があります" in page
    assert Job.objects.count() == 1
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
    operator.post(START, {"kind": "search.compare"})
    running.refresh_from_db()
    assert (running.state, running.message) == ("failed", "途中で止まりました。")


def test_a_rebuild_can_be_stopped_and_the_old_index_stays(
    article: Article, operator: Client, alice: Person, search_index: Any
) -> None:
    folder = search_index.directory.folder()
    job = index_jobs.open_job(index_jobs.REBUILD, by=alice)
    Job.objects.update(state="running")
    lock = take_lock()
    assert lock is not None
    operator.post(f"{PAGE}jobs/{job.pk}/cancel/")
    lock.release()
    job.refresh_from_db()
    assert (job.state, job.cancel_wanted) == ("running", True)
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert search_index.directory.folder() == folder


def test_a_job_that_waits_is_stopped_at_once(
    article: Article, operator: Client, alice: Person
) -> None:
    job = index_jobs.open_job(index_jobs.COMPARE, by=alice)
    operator.post(f"{PAGE}jobs/{job.pk}/cancel/")
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done_count) == ("cancelled", 0)


def test_a_busy_index_is_told_in_words(
    article: Article, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_jobs, "_PAUSE_S", 0)
    lock = take_lock()
    assert lock is not None
    operator.post(START, {"kind": "search.rebuild"})
    job = Job.objects.get()
    assert job.state == "failed"
    assert "別のプロセスが索引を書いています" in job.message


def test_a_queue_that_is_away_is_told_and_closes_the_job(
    article: Article, operator: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_options: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.run_job, "apply_async", away)
    page = operator.post(START, {"kind": "search.compare"}, follow=True).content.decode()
    assert "キュー" in page
    assert Job.objects.get().state == "failed"


def test_running_jobs_show_their_progress(
    article: Article, operator: Client, alice: Person
) -> None:
    index_jobs.open_job(index_jobs.REBUILD, by=alice)
    Job.objects.update(state="running", done_count=40, total_count=200)
    fragment = operator.get(f"{PAGE}jobs/").content.decode()
    assert "data-busy" in fragment
    assert '<progress max="200" value="40"' in fragment
    assert "取りやめる" in fragment
