"""Sends work to the queue so that a queue that is away never hurts the person who saves."""

import logging
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send_after_commit(task: Task, *args: Any) -> None:
    """Publishes the task once the transaction is committed.

    A broker that cannot be reached costs one line in the log: every task sent here is also found
    by a sweeper that reads its work from the database.
    """
    transaction.on_commit(lambda: send(task, *args), robust=True)


def send(task: Task, *args: Any) -> bool:
    """True when the queue took the task."""
    try:
        task.apply_async(args, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The queue is away, %s waits for the sweeper: %s", task.name, error)
        return False
    return True
