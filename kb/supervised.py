"""Binds a child process to its parent, whatever ends the parent.

Linux tells the child at once (``PR_SET_PDEATHSIG``, see prctl(2)); elsewhere a thread notices
within two seconds.
"""

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_LOOK_EVERY_S = 1.0
_GRACE_S = 4.0


def die_with_parent(parent_pid: int) -> None:
    """Make this process end when ``parent_pid`` does: politely first, after four seconds hard."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    # A daemon thread must not keep a finished process alive.
    threading.Thread(target=_watch, args=(parent_pid,), daemon=True).start()


def _watch(parent_pid: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(_LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_S)
    os._exit(1)
