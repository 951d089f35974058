"""What ``manage.py test`` runs: the checks of the code, then pytest on SQLite and PostgreSQL."""

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from kb.preflight import ROOT, say

_MANAGE = [sys.executable, "manage.py"]
_SCRIPTS = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "ruff check": [sys.executable, "-m", "ruff", "check", "."],
    "ruff format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "mypy": [sys.executable, "-m", "mypy"],
    "lint-imports": [sys.executable, str(_SCRIPTS / "lint-imports")],
    "djlint": [sys.executable, "-m", "djlint", "templates", "--lint", "--quiet"],
    "makemigrations --check": [*_MANAGE, "makemigrations", "--check", "--dry-run"],
    "check --deploy": [*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}

# What a company sets; the checks of Django and ours must find nothing to complain about.
_PRODUCTION = {
    "KB_HTTPS": "1",
    "ALLOWED_HOSTS": "kb.example.co.jp",
    "SECRET_KEY": "xK3-9vQz7Lw2RtYb8NcMdF5GhJ6PqSaU1eWoIiZyTrEkCjVnBm",
}
_NO_TESTS_RAN = 5
# A browser on a busy machine may miss its time: such a test runs once more, and the closing lines name it.
ONCE_MORE = ["--reruns", "1", "--only-rerun", r"Timeout \d+ms exceeded"]


@dataclasses.dataclass
class Tally:
    """How many tests went how; why some were skipped (reason → tests), which ran again (test → times)."""

    passed: int = 0
    failed: int = 0
    skipped: dict[str, int] = dataclasses.field(default_factory=dict)
    repeated: dict[str, int] = dataclasses.field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Sum up two runs."""
        self.passed += other.passed
        self.failed += other.failed
        for reason, count in other.skipped.items():
            self.skipped[reason] = self.skipped.get(reason, 0) + count
        for test, count in other.repeated.items():
            self.repeated[test] = self.repeated.get(test, 0) + count

    def lines(self) -> list[str]:
        """What ran again and what was skipped, then the closing line that test runners print."""
        again = [f"  {test}" for test in sorted(self.repeated)]
        lines = ["もう一度走らせたもの:", *again] if again else []
        return [*lines, *self._closing_lines()]

    def _closing_lines(self) -> list[str]:
        skips = [f"  {count} 件: {reason}" for reason, count in sorted(self.skipped.items())]
        counts = f"{self.passed} passed, {self.failed} failed"
        if not skips:
            return [counts]
        return ["飛ばしたもの:", *skips, f"{counts}, {sum(self.skipped.values())} skipped"]


def run_checks(var: Path) -> Tally:
    """Run every check; each counts as one test."""
    tally = Tally()
    for title, command in CHECKS.items():
        started_at = time.monotonic()
        extra = _PRODUCTION if "--deploy" in command else {}
        result = subprocess.run(
            command,
            cwd=ROOT,
            env=_clean_environment(var) | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        is_fine = result.returncode == 0
        mark = "✓" if is_fine else "✗"
        say(f"{mark} {title} ({time.monotonic() - started_at:.1f} s)")
        if not is_fine:
            say(result.stdout)
        tally.add(Tally(passed=int(is_fine), failed=int(not is_fine)))
    return tally


def run_pytest(var: Path, arguments: Sequence[str]) -> Tally:
    """Run pytest with the arguments; a run that broke off counts as one failure."""
    report = var / "tally.json"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-p", "tests.platform.tally", *arguments]
    environment = _clean_environment(var) | {"KB_TALLY": str(report)}
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if not report.exists():
        return Tally(failed=1)
    tally = Tally(**json.loads(report.read_text(encoding="utf-8")))
    if code != 0 and not tally.failed:
        say("実行されたテストがありません。" if code == _NO_TESTS_RAN else f"pytest: {code}")
        tally.failed = 1
    return tally


def _clean_environment(var: Path) -> dict[str, str]:
    """Our environment without the settings of a running system, and with a folder of its own."""
    ours = ("DATABASE_URL", "REDIS_URL", "SEARCH_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith("KB_")
    }
    return kept | {"KB_VAR": str(var), "KB_BOOTSTRAP": "off", "KB_NO_WORKER": "1"}
