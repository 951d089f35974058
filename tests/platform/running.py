"""Starts the real commands in processes of their own, for tests."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from kb.preflight import ROOT

PATIENCE_S = 60


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def environment(**extra: str) -> dict[str, str]:
    """Ours without the settings of the test run, so that the command under test has its defaults."""
    ours = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "ALLOWED_HOSTS")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("KB_", "PYTEST_"))
    }
    return kept | {"KB_BOOTSTRAP": "off"} | extra


def wait_until(condition: Callable[[], bool], what: str, *, patience_s: float = PATIENCE_S) -> None:
    """Wait for the condition; AssertionError naming it when it does not come true."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.05)


def status_of(port: int, path: str) -> int:
    """The HTTP status of a page of the local server; 0 when nothing answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def family(pid: int) -> list[psutil.Process]:
    """The process and everything it started, directly or not."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def has_ended(process: psutil.Process) -> bool:
    """Whether the process is gone, or a zombie that only waits to be counted."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@contextlib.contextmanager
def started(
    var: Path, *options: str, port: int, output: Path, patience_s: float = PATIENCE_S
) -> Iterator[subprocess.Popen[bytes]]:
    """``manage.py start`` on the folder, ended with all its children at the end."""
    command = [sys.executable, "manage.py", "start", "--port", str(port), "--var", str(var)]
    command += options
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=stream, stderr=subprocess.STDOUT
        )
    members: list[psutil.Process] = []
    try:
        wait_until(
            lambda: "動いています" in output.read_text() or process.poll() is not None,
            "the start",
            patience_s=patience_s,
        )
        if process.poll() is None:
            members = family(process.pid)
        yield process
    finally:
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGKILL)
        process.kill()
        process.wait()
