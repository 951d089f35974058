"""The lock of the index: one process writes, and whoever was killed holds nobody up."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kb.search.lock import LOCK_NAME, index_lock, take_lock
from kb.search.models import IndexLock

pytestmark = pytest.mark.django_db


def test_a_killed_holder_is_replaced_at_once_and_a_living_one_is_not(search_index: Any) -> None:
    lock = take_lock()
    assert lock is not None
    assert take_lock() is None
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    here, _, number = lock.holder.rpartition(":")
    killed = f"{here.rpartition(':')[0]}:{gone.pid}:{number}"
    IndexLock.objects.update(holder=killed)
    with index_lock() as next_one:
        assert next_one is not None
    # The same number on another machine says nothing.
    IndexLock.objects.create(
        name=LOCK_NAME, holder=f"other-{killed}", expires_at=timezone.now() + timedelta(minutes=1)
    )
    assert take_lock() is None
