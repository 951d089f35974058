"""The lock of the one process that writes the index: a row that expires when its holder died."""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q
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
    """The lock, or None while another process holds it. A holder that is stale or was killed is replaced."""
    holder = f"{_here()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    now = timezone.now()
    known = IndexLock.objects.filter(name=LOCK_NAME).values_list("holder", flat=True).first()
    is_stale = Q(expires_at__lt=now)
    if known is not None and _was_killed(known):
        is_stale |= Q(holder=known)
    stale = IndexLock.objects.filter(is_stale, name=LOCK_NAME)
    if stale.update(holder=holder, expires_at=now + HELD_FOR):
        return HeldLock(holder)
    _lock, is_new = IndexLock.objects.get_or_create(
        name=LOCK_NAME, defaults={"holder": holder, "expires_at": now + HELD_FOR}
    )
    return HeldLock(holder) if is_new else None


def _here() -> str:
    """Where the numbers of processes mean the same: this machine, and on it this container."""
    try:
        container = str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        container = ""
    return f"{socket.gethostname()[:40]}/{container}"


def _was_killed(holder: str) -> bool:
    """Whether the holder was a process of this machine that no longer runs; of others only time can tell."""
    here, _, process = holder.rpartition(":")[0].rpartition(":")
    if here != _here() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def index_lock() -> Iterator[HeldLock | None]:
    """Hold the lock for a block; gives None while another process holds it."""
    lock = take_lock()
    try:
        yield lock
    finally:
        if lock is not None:
            lock.release()
