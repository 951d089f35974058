"""Opens files in a child process: a broken or hostile one may crash, hang or swallow memory there."""

import subprocess
import sys

from django.conf import settings


class Unreadable(Exception):
    """The child could not read the file; the text says why."""


def run_child(module: str, *arguments: str, timeout_s: int) -> bytes:
    """What the module prints, which limits its own memory and time. Raises ``Unreadable``."""
    try:
        result = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            capture_output=True,
            timeout=timeout_s,
            check=False,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"took more than {timeout_s} s") from error
    if result.returncode != 0:
        last_line = result.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Unreadable(last_line[0] if last_line else f"exit code {result.returncode}")
    return result.stdout
