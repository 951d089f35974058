"""Comparing, repairing and rebuilding the index as jobs that an operator starts, watches and stops."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kb.foundation.models import Job
from kb.search import upkeep
from kb.search.lock import LockLost
from kb.search.models import IndexLock
from kb.search.query import IndexBusy, SearchUnavailable
from kb.search.upkeep import Comparison, Progress
from people.models import Person

logger = logging.getLogger(__name__)

COMPARE, REPAIR, REBUILD = "search.compare", "search.repair", "search.rebuild"
LABELS: dict[str, str | Promise] = {
    COMPARE: gettext_lazy("比べる"),
    REPAIR: gettext_lazy("違いを直す"),
    REBUILD: gettext_lazy("作り直す"),
}
UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)
# The indexer holds the lock for moments only, unless a rebuild is at work.
_ATTEMPTS = 4
_PAUSE_S = 1.0
# A job that nobody worked on for so long has lost its worker.
_LOST_AFTER = timedelta(minutes=15)


class AlreadyRunning(Exception):
    """Another job of the index is not finished yet."""


class Stopped(Exception):
    """The operator wants the job to stop."""


def jobs() -> QuerySet[Job]:
    """The jobs of the index, newest first."""
    return Job.objects.filter(kind__in=LABELS).select_related("started_by")


@transaction.atomic
def open_job(kind: str, *, by: Person) -> Job:
    """A waiting job, to be handed to the queue. Raises AlreadyRunning."""
    unfinished = jobs().filter(state__in=UNFINISHED)
    if not _is_locked():
        for lost in unfinished.filter(created_at__lt=timezone.now() - _LOST_AFTER):
            finish(lost, Job.State.FAILED, _("途中で止まりました。"))
    if unfinished.exists():
        raise AlreadyRunning
    return Job.objects.create(kind=kind, started_by=by)


def cancel(job: Job) -> None:
    """Stop a job: at once when nobody works on it, else at its next step."""
    Job.objects.filter(pk=job.pk, state__in=UNFINISHED).update(cancel_wanted=True)
    if job.state == Job.State.WAITING or not _is_locked():
        finish(job, Job.State.CANCELLED, _("取りやめました。"))


def finish(job: Job, state: str, message: str) -> None:
    """Close a job that is open; the first end counts."""
    Job.objects.filter(pk=job.pk, state__in=UNFINISHED).update(
        state=state, message=message, finished_at=timezone.now()
    )


def run(job_id: int) -> None:
    """Do the work of a job. Done twice it is done once, when the first time reached its end."""
    job = jobs().filter(pk=job_id, state__in=UNFINISHED).first()
    if job is None:
        return
    Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(state=Job.State.RUNNING)
    try:
        message = _WORK[job.kind](_progress_of(job))
    except Stopped:
        finish(job, Job.State.CANCELLED, _("取りやめました。前の索引のまま使えます。"))
    except (IndexBusy, LockLost):
        words = _("いま、別のプロセスが索引を書いています。終わってから、もう一度押してください。")
        finish(job, Job.State.FAILED, words)
    except SearchUnavailable:
        words = _("いまの索引を読めません。「作り直す」を押してください。")
        finish(job, Job.State.FAILED, words)
    except upkeep.CountsDiffer as error:
        words = _("新しい索引の件数が合いません（%(counts)s）。前の索引のまま使えます。")
        finish(job, Job.State.FAILED, words % {"counts": error})
    except Exception:
        finish(job, Job.State.FAILED, _("思わぬことで止まりました。くわしいことはログにあります。"))
        logger.exception("The job %s of the index failed", job.kind)
        raise
    else:
        finish(job, Job.State.DONE, message)


def _progress_of(job: Job) -> Progress:
    """Writes how far the job is; raises Stopped when it shall stop."""
    wanted = Job.objects.filter(pk=job.pk, state__in=UNFINISHED, cancel_wanted=False)

    def progress(done: int, total: int) -> None:
        if not wanted.update(done_count=done, total_count=total):
            raise Stopped

    return progress


def _is_locked() -> bool:
    return IndexLock.objects.filter(expires_at__gt=timezone.now()).exists()


def _compare(progress: Progress) -> str:
    return _said(upkeep.compare_at_rest(progress))


def _repair(progress: Progress) -> str:
    result = upkeep.reconcile(progress)
    if not result.differing:
        return _said(result)
    words = _("%(count)d件の違いを見つけて、入れ直しました。")
    return words % {"count": len(result.differing)}


def _rebuild(progress: Progress) -> str:
    started = time.monotonic()
    count = _patiently(lambda: upkeep.rebuild(progress))
    words = _("%(count)d件の索引を%(seconds).1f秒で作りました。")
    return words % {"count": count, "seconds": time.monotonic() - started}


def _patiently(work: Callable[[], int]) -> int:
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return work()
        except IndexBusy:
            time.sleep(_PAUSE_S)
    return work()


def _said(result: Comparison) -> str:
    if not result.differing:
        words = _("違いはありません（索引%(documents)d件、順番待ち%(waiting)d件）。")
    else:
        words = _(
            "足りないもの%(missing)d件、古いもの%(outdated)d件、余分なもの%(left_over)d件があります。「違いを直す」で直せます。"
        )
    return words % {
        "documents": result.document_count,
        "waiting": result.waiting_count,
        "missing": len(result.missing),
        "outdated": len(result.outdated),
        "left_over": len(result.left_over),
    }


_WORK: dict[str, Callable[[Progress], str]] = {
    COMPARE: _compare,
    REPAIR: _repair,
    REBUILD: _rebuild,
}
