"""A pytest plugin: writes how many tests went how, as JSON, to the file named by KB_TALLY."""

import collections
import json
import os
from pathlib import Path

from _pytest.terminal import TerminalReporter

_MARKED_EXPECTED = ("xfailed",)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Write the file once, in the process that collects the reports of all workers."""
    stats = terminalreporter.stats
    skipped = collections.Counter(_reason(report.longrepr) for report in stats.get("skipped", []))
    tally = {
        "passed": sum(len(stats.get(name, [])) for name in ("passed", *_MARKED_EXPECTED)),
        "failed": sum(len(stats.get(name, [])) for name in ("failed", "error", "xpassed")),
        "skipped": dict(skipped),
        "repeated": dict(collections.Counter(report.nodeid for report in stats.get("rerun", []))),
    }
    Path(os.environ["KB_TALLY"]).write_text(json.dumps(tally), encoding="utf-8")


def _reason(longrepr: object) -> str:
    text = longrepr[2] if isinstance(longrepr, tuple) else longrepr
    return str(text).removeprefix("Skipped: ")
