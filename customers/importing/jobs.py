"""Checking, writing and undoing an import in the worker: with progress, a way to stop, all or nothing."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.importing.models import CustomerImport
from customers.importing.planning import Plan, Planner, data_rows
from customers.importing.reading import BrokenRow, Row, UnreadableFile
from customers.importing.sheets import read_rows
from customers.importing.undoing import undo
from customers.importing.writing import BATCH_SIZE, Writer, chunks, remember_counts, settle
from kb.foundation.models import AuditEntry, Job
from people.models import Person

logger = logging.getLogger(__name__)

State = CustomerImport.State
CHECK, WRITE, UNDO = "customers.import.check", "customers.import.write", "customers.import.undo"
UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)
_START = {CHECK: State.CHECKING, WRITE: State.WRITING, UNDO: State.UNDOING}
# From which states each may start.
_FROM = {
    CHECK: (State.DRAFT, State.CHECKED),
    WRITE: (State.CHECKED,),
    UNDO: (State.DONE,),
}
_BACK = {CHECK: State.DRAFT, WRITE: State.CHECKED, UNDO: State.DONE}
# Rows written in one transaction. While it lasts a small database lets nobody else save, so a long
# import takes several; until the last one is written, all of them can be taken back.
PART_ROWS = 10_000
# A job nobody reported on for so long has lost its worker.
_SILENT_S = 120
_LEFT_WAITING = timedelta(seconds=45)
_DRAFTS_KEPT = timedelta(days=7)


class NotNow(Exception):
    """The import is not in a state from which this may start."""


class Stopped(Exception):
    """Whoever started the job wants it to stop."""


class Failed(Exception):
    """The job cannot be done; the message says why, in words for the page."""


@transaction.atomic
def open_job(batch: CustomerImport, kind: str, *, by: Person) -> Job:
    """A waiting job of the import, to be handed to the queue. Raises NotNow."""
    job = Job.objects.create(kind=kind, started_by=by)
    moved = CustomerImport.objects.filter(pk=batch.pk, state__in=_FROM[kind]).update(
        state=_START[kind], job=job
    )
    if not moved:
        job.delete()
        raise NotNow
    batch.refresh_from_db()
    return job


def cancel(job: Job) -> None:
    """Stop the job at its next step; at once when nobody works on it."""
    # In the cache as well: while the rows are written, the database may let nobody else write.
    cache.set(_key(job, "stop"), 1, timeout=24 * 3600)
    if cache.get(_key(job, "alive")) is None:
        finish(job, Job.State.CANCELLED, _("取りやめました。何も変わっていません。"))


def done_count(job: Job) -> int:
    """How many steps are done; while rows are written only the cache knows."""
    return max(job.done_count, int(cache.get(_key(job, "done")) or 0))


@transaction.atomic
def finish(job: Job, state: str, message: str) -> None:
    """Close a job that is open, and lead its import back to where it can be tried again."""
    closed = Job.objects.filter(pk=job.pk, state__in=UNFINISHED).update(
        state=state, message=message, finished_at=timezone.now()
    )
    if closed and state != Job.State.DONE:
        CustomerImport.objects.filter(job=job, state=_START[job.kind]).update(state=_BACK[job.kind])


def run(job_id: int) -> None:
    """Do the work of a job. Done twice, or by two at once, it is done once."""
    batch = CustomerImport.objects.filter(job=job_id, job__state__in=UNFINISHED).first()
    if batch is None or batch.job is None or not cache.add(_key(batch.job, "alive"), 1, _SILENT_S):
        return
    job = batch.job
    Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(state=Job.State.RUNNING)
    try:
        message = _WORK[job.kind](batch, job)
    except Stopped:
        finish(job, Job.State.CANCELLED, _("取りやめました。何も変わっていません。"))
    except (Failed, UnreadableFile) as error:
        finish(job, Job.State.FAILED, str(error))
    except IntegrityError:
        logger.warning("The import %s met records that were made meanwhile", batch.pk)
        words = _("取り込みのあいだに、同じ記録がほかで作られました。もう一度確かめてください。")
        finish(job, Job.State.FAILED, words)
    except Exception:
        finish(job, Job.State.FAILED, _("思わぬことで止まりました。何も変わっていません。"))
        logger.exception("The job %s of the import %s failed", job.kind, batch.pk)
        raise
    else:
        finish(job, Job.State.DONE, message)
    finally:
        cache.delete_many([_key(job, "alive"), _key(job, "done")])


def lost_jobs() -> list[int]:
    """Jobs whose message was lost, or whose worker was killed: they are begun anew."""
    jobs = Job.objects.filter(kind__in=_WORK, state__in=UNFINISHED).filter(
        Q(state=Job.State.RUNNING) | Q(created_at__lt=timezone.now() - _LEFT_WAITING)
    )
    return [job.pk for job in jobs if cache.get(_key(job, "alive")) is None]


def forget_old_drafts() -> int:
    """Removes files nobody went on with, since they hold personal data; returns how many."""
    old = CustomerImport.objects.filter(
        state__in=(State.DRAFT, State.CHECKED), created_at__lt=timezone.now() - _DRAFTS_KEPT
    )
    for batch in old:
        batch.file.delete(save=False)
        batch.delete()
    return len(old)


def _key(job: Job, what: str) -> str:
    return f"customers.import.{job.key.hex}.{what}"


def _step(job: Job, *, total: int, offset: int = 0, in_database: bool = True) -> Any:
    """A function that notes progress; raises Stopped when the job shall stop."""

    def step(done: int) -> None:
        cache.set(_key(job, "alive"), 1, _SILENT_S)
        cache.set(_key(job, "done"), offset + done, 3600)
        if cache.get(_key(job, "stop")):
            raise Stopped
        if in_database and not Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
            done_count=offset + done, total_count=total
        ):
            raise Stopped

    return step


def _keep_alive(batch: CustomerImport) -> Callable[[int], None]:
    """Progress of taking back, which nobody stops half-way."""

    def step(done: int) -> None:
        if batch.job is not None:
            cache.set(_key(batch.job, "alive"), 1, _SILENT_S)
            cache.set(_key(batch.job, "done"), done, 3600)

    return step


def rows_of(batch: CustomerImport) -> Iterator[Row | BrokenRow]:
    """The rows below the headings of the import's file. Raises UnreadableFile."""
    try:
        with batch.file.open("rb") as stored:
            raw = stored.read()
    except (OSError, ValueError):
        raise UnreadableFile(_("ファイルがもうありません。もう一度選んでください。")) from None
    return data_rows(read_rows(raw), batch.header_row)


def _planned(batch: CustomerImport, job: Job, *, steps: int) -> tuple[Planner, list[Plan]]:
    rows = list(rows_of(batch))
    planner, plans = Planner(batch), []
    step = _step(job, total=len(rows) * steps)
    for number, part in enumerate(chunks(rows)):
        made = [plan for row in part if (plan := planner.plan(row)) is not None]
        settle(batch.kind, made)
        plans += made
        step(min((number + 1) * BATCH_SIZE, len(rows)))
    return planner, plans


def _keep_check(batch: CustomerImport, planner: Planner, plans: list[Plan]) -> None:
    remember_counts(batch, plans)
    new = planner.setting.directory.new_customers if batch.kind != "customers" else {}
    batch.counts |= {"problems": planner.problem_count, "new_customers": len(new)}
    batch.problems = [[p.row, p.column, p.message] for p in planner.problems]


def _check(batch: CustomerImport, job: Job) -> str:
    planner, plans = _planned(batch, job, steps=1)
    _keep_check(batch, planner, plans)
    if not plans and not planner.problem_count:
        raise Failed(_("取り込む行がありません。"))
    batch.state = State.CHECKED
    batch.save(update_fields=["counts", "problems", "state"])
    return _("確かめました。まだ何も取り込んでいません。")


def _write(batch: CustomerImport, job: Job) -> str:
    _take_back_rest(batch)
    planner, plans = _planned(batch, job, steps=2)
    if planner.problem_count:
        _keep_check(batch, planner, plans)
        batch.save(update_fields=["counts", "problems"])
        raise Failed(_("直すところがあります。まだ何も取り込んでいません。"))
    _keep_check(batch, planner, plans)
    step = _step(job, total=len(plans) * 2, offset=len(plans), in_database=False)
    writer = Writer(planner.setting, step)
    parts = list(chunks(plans, PART_ROWS))
    try:
        for part in parts:
            with transaction.atomic():
                _be_the_only_one(batch)
                writer.write(part)
                if part is parts[-1]:
                    # In the same transaction: a worker killed right after it must not begin anew.
                    _close(batch, job)
    except Exception:
        _take_back_rest(batch)
        raise
    batch.file.delete(save=True)
    return _("取り込みました。")


def _be_the_only_one(batch: CustomerImport) -> None:
    fresh = CustomerImport.objects.select_for_update().get(pk=batch.pk)
    if fresh.state != State.WRITING:
        raise Stopped


def _close(batch: CustomerImport, job: Job) -> None:
    batch.state, batch.written_at = State.DONE, timezone.now()
    batch.save(update_fields=["counts", "problems", "state", "written_at"])
    _log(batch, job, "customers.import")
    finish(job, Job.State.DONE, _("取り込みました。"))


def _take_back_rest(batch: CustomerImport) -> None:
    """Takes back the parts that a failed, stopped or killed import had written."""
    if CustomerImport.objects.filter(pk=batch.pk, state=State.WRITING).exists():
        undo(batch, _keep_alive(batch))


def _undo(batch: CustomerImport, job: Job) -> str:
    Job.objects.filter(pk=job.pk).update(total_count=batch.rows.count())
    outcome = undo(batch, _keep_alive(batch))
    with transaction.atomic():
        batch.state = State.UNDONE
        batch.counts |= outcome.as_counts()
        batch.save(update_fields=["counts", "state"])
        _log(batch, job, "customers.import_undo")
        message = _("元に戻しました。")
        if outcome.kept:
            words = _("元に戻しました。あとで直された%(count)d件は、残しました。")
            message = words % {"count": outcome.kept}
        finish(job, Job.State.DONE, message)
    return message


def _log(batch: CustomerImport, job: Job, action: str) -> None:
    AuditEntry.objects.create(
        person=job.started_by,
        action=action,
        target=f"customers.customerimport.{batch.pk}",
        detail={"title": str(batch)[:200], "counts": batch.counts},
    )


_WORK: dict[str, Callable[[CustomerImport, Job], str]] = {
    CHECK: _check,
    WRITE: _write,
    UNDO: _undo,
}
