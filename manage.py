#!/usr/bin/env python3
"""Runs Django's commands; ``start`` and ``test`` need nothing but Python itself.

This file keeps to the syntax of old Pythons, so that they can say what they lack.
"""

import os
import shutil
import sys

NEEDED = (3, 11)


def too_old() -> str:
    """Why this Python cannot run us, and what to do; empty when it can."""
    found = sys.version_info[:2]
    if found >= NEEDED:
        return ""
    names = (f"python3.{minor}" for minor in range(15, NEEDED[1] - 1, -1))
    newer = next((name for name in names if shutil.which(name)), f"python3.{NEEDED[1]}")
    wanted, have = (".".join(map(str, version)) for version in (NEEDED, found))
    advice = " ".join([newer, *sys.argv])
    return (
        f"Python {wanted} 以上が必要です(いまは {have} です)。次のように実行してください: {advice}\n"
        f"Python {wanted} or newer is needed (this is {have}). Please run: {advice}\n"
    )


def main() -> int:
    """Run the command of ``sys.argv``; gives back the exit code."""
    complaint = too_old()
    if complaint:
        sys.stderr.write(complaint)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    from kb import bootstrap

    code = bootstrap.prepare(sys.argv)
    if code is not None:
        return code
    from django.core.management import execute_from_command_line

    from kb import celery  # noqa: F401 (tasks must know their application)

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
