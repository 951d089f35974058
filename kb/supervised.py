"""Runs a module as a child that never outlives its parent, whatever ends the parent.

``python -m kb.supervised PARENT_PID MODULE [ARGUMENTS]``. Linux tells the child at once
(``PR_SET_PDEATHSIG``, see prctl(2)); elsewhere a thread notices within two seconds.
"""

import ctypes
import os
import runpy
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


def main(argv: list[str]) -> None:
    """Run ``argv[2]`` as ``python -m`` would, bound to the process ``argv[1]``."""
    die_with_parent(int(argv[1]))
    sys.argv = argv[2:]
    runpy.run_module(argv[2], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv)
