"""The child processes of ``manage.py start``: kept alive together, ended together.

They are forked from the process that has loaded Django already, which halves the time to start
and shares the memory. That process must have no threads and no open connections then.
"""

import dataclasses
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import FrameType

from django.db import connections

from kb.preflight import Refusal, say
from kb.supervised import die_with_parent

_POLL_S = 0.05
_LONGEST_DELAY_S = 60.0
_HEALTHY_AFTER_S = 60.0
_STOP_WITHIN_S = 8.0
_KEPT_LOG_BYTES = 5 * 2**20
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_fork = multiprocessing.get_context("fork")


def apart(work: Callable[[], object]) -> None:
    """Do large work in a child, so that the memory it takes is not shared out to every program forked later.

    Its errors are raised here.
    """
    connections.close_all()
    parent = os.getpid()
    with ProcessPoolExecutor(1, _fork, die_with_parent, (parent,)) as child:
        child.submit(work).result()


@dataclasses.dataclass(frozen=True)
class Program:
    """What one child runs, and the file of its output."""

    title: str
    run: Callable[[], None]
    log: Path


def _become(program: Program, parent_pid: int) -> None:
    """Run the program in a fresh child, in a process group of its own."""
    # Ctrl+C reaches the parent only, which then asks its children to stop.
    os.setsid()
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    with program.log.open("ab") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    die_with_parent(parent_pid)
    program.run()


class Child:
    """One running program, restarted with growing delays when it ends by itself."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: multiprocessing.process.BaseProcess | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._delay_s = 1.0

    def start(self) -> None:
        """Fork the program."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._process = _fork.Process(target=_become, args=(self.program, os.getpid()))
        self._process.start()
        self._started_at = time.monotonic()

    @property
    def has_ended(self) -> bool:
        """Whether the program is not running now."""
        return self._process is None or not self._process.is_alive()

    def look_after(self) -> None:
        """Plan a restart when the program ended, and carry it out when it is due."""
        if not self.has_ended:
            return
        now = time.monotonic()
        if self._process is not None:
            self._plan_restart(self._process, now)
        elif now >= self._start_at:
            self.start()

    def _plan_restart(self, ended: multiprocessing.process.BaseProcess, now: float) -> None:
        if now - self._started_at >= _HEALTHY_AFTER_S:
            self._delay_s = 1.0
        _kill_group(ended)
        say(
            f"{self.program.title}が止まりました(終了コード {ended.exitcode})。{self._delay_s:.0f} 秒後に"
            f"動かし直します。記録: {self.program.log}"
        )
        self._process = None
        self._start_at = now + self._delay_s
        self._delay_s = min(self._delay_s * 2, _LONGEST_DELAY_S)

    def ask_to_stop(self) -> None:
        """Send SIGTERM; the program finishes what it is doing."""
        if self._process is not None and self._process.is_alive():
            self._process.terminate()

    def make_sure_it_stopped(self, deadline: float) -> None:
        """Wait until ``deadline`` (monotonic seconds), then end the whole process group."""
        if self._process is None:
            return
        self._process.join(max(0.0, deadline - time.monotonic()))
        if self._process.is_alive():
            say(f"{self.program.title}が止まらないので、強制的に止めます。")
        _kill_group(self._process)
        self._process.join()


def _kill_group(process: multiprocessing.process.BaseProcess) -> None:
    # What the program forked shares its group, whose number is the program's pid.
    assert process.pid is not None  # noqa: S101 (it was started)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class Supervisor:
    """Runs all programs until a signal asks to stop."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._children = [Child(program) for program in programs]
        self._is_stopping = False

    def run(self, *, is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> None:
        """Start everything, call ``on_ready`` once, and come back after everything stopped.

        Raises Refusal when a program ends before ``is_ready`` was true.
        """
        for number in _SIGNALS:
            signal.signal(number, self._stop)
        for child in self._children:
            _shorten(child.program.log)
        try:
            for child in self._children:
                child.start()
            self._wait_until(is_ready)
            if not self._is_stopping:
                on_ready()
            while not self._is_stopping:
                for child in self._children:
                    child.look_after()
                time.sleep(_POLL_S)
        finally:
            self._stop_children()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_stopping:
            say("止めています…")
        self._is_stopping = True

    def _wait_until(self, is_ready: Callable[[], bool]) -> None:
        while not self._is_stopping and not is_ready():
            for child in self._children:
                if child.has_ended:
                    raise _early_end(child.program)
            time.sleep(_POLL_S)

    def _stop_children(self) -> None:
        deadline = time.monotonic() + _STOP_WITHIN_S
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.make_sure_it_stopped(deadline)


def _shorten(log: Path) -> None:
    if log.exists() and log.stat().st_size > _KEPT_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))


def _early_end(program: Program) -> Refusal:
    lines = program.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = lines[-1].strip() if lines else "?"
    return Refusal(
        f"{program.title}を始められませんでした({last})。くわしい記録: {program.log}",
        f"A process could not start ({last}); the full log is {program.log}",
    )
