"""Celery's ways into the index: the wake-up, the sweeper, healing, the nightly comparison.

All run on the queue of the one indexer. A lock in the database keeps a second one out.
"""

import logging

from celery import shared_task
from django.utils import timezone

from kb.foundation.queue import send
from kb.search import index_jobs, outbox, upkeep
from kb.search.models import IndexLock
from kb.search.query import IndexBusy, SearchUnavailable

logger = logging.getLogger(__name__)


@shared_task(name="kb.search.tasks.drain")
def drain() -> None:
    """Work off the outbox; an index that cannot be written is built anew first."""
    try:
        outbox.drain()
    except IndexBusy:
        logger.info("Another process writes the index; the rows wait for the sweeper.")
    except SearchUnavailable:
        heal_index()


@shared_task(name="kb.search.tasks.sweep")
def sweep() -> None:
    """Every 15 s: heal an index that cannot be read, and take what a lost wake-up left behind."""
    heal_index()
    if outbox.waiting().exists():
        drain()


@shared_task(name="kb.search.tasks.heal_index")
def heal_index() -> None:
    """Build the index anew when it cannot be read; nothing to do otherwise."""
    try:
        upkeep.heal()
    except IndexBusy:
        logger.info("Another process is building the index.")


@shared_task(name="kb.search.tasks.rebuild_index")
def rebuild_index() -> None:
    """Build the index anew in any case."""
    try:
        upkeep.rebuild()
    except IndexBusy:
        logger.info("Another process is building the index.")


@shared_task(name="kb.search.tasks.reconcile")
def reconcile() -> None:
    """Every night: compare database and index and repair the differences."""
    try:
        upkeep.reconcile()
    except IndexBusy:
        logger.info("Another process writes the index; the comparison waits for the next night.")
    except SearchUnavailable:
        heal_index()


@shared_task(name="kb.search.tasks.run_job")
def run_job(job_id: int) -> None:
    """Do what an operator asked for on the page of the index."""
    index_jobs.run(job_id)


@shared_task(name="kb.search.tasks.count_empty")
def count_empty(word: str, reader: str) -> None:
    """Count words that found nothing; ``reader`` is a fingerprint, so that a reload counts once."""
    from kb.search.misses import count_empty as count

    count(word, reader)


def wake_indexer() -> None:
    """Tell the indexer that rows wait; a queue that is away costs one line in the log."""
    send(drain)


def ask_for_healing() -> None:
    """Have an index that cannot be read built anew, unless somebody is at it."""
    if not IndexLock.objects.filter(expires_at__gt=timezone.now()).exists():
        send(heal_index)
