"""The lock of the one process that writes the index: a row that expires when its holder died."""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from kb.search.models import IndexLock

LOCK_NAME = "index"
HELD_FOR = timedelta(seconds=60)


class LockLost(Exception):
    """Somebody took the lock because we were silent for too long; nothing more may be written."""


class HeldLock:
    """Our hold on the lock. ``renew`` it at least every ``HELD_FOR``."""

    def __init__(self, holder: str) -> None:
        self.holder = holder

    def renew(self) -> None:
        """Hold on for another ``HELD_FOR``; raises LockLost when it is no longer ours."""
        ours = IndexLock.objects.filter(name=LOCK_NAME, holder=self.holder)
        if not ours.update(expires_at=timezone.now() + HELD_FOR):
            raise LockLost(self.holder)

    def release(self) -> None:
        """Let go; nothing happens when the lock is no longer ours."""
        IndexLock.objects.filter(name=LOCK_NAME, holder=self.holder).delete()


def take_lock() -> HeldLock | None:
    """The lock, or None while another process holds it. A stale holder is replaced."""
    holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    now = timezone.now()
    stale = IndexLock.objects.filter(name=LOCK_NAME, expires_at__lt=now)
    if stale.update(holder=holder, expires_at=now + HELD_FOR):
        return HeldLock(holder)
    _lock, is_new = IndexLock.objects.get_or_create(
        name=LOCK_NAME, defaults={"holder": holder, "expires_at": now + HELD_FOR}
    )
    return HeldLock(holder) if is_new else None


@contextmanager
def index_lock() -> Iterator[HeldLock | None]:
    """Hold the lock for a block; gives None while another process holds it."""
    lock = take_lock()
    try:
        yield lock
    finally:
        if lock is not None:
            lock.release()
