"""``manage.py test``: every check and every test, on SQLite and on PostgreSQL."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import BaseCommand

from kb.portal.suite import ONCE_MORE, Tally, run_checks, run_pytest
from kb.preflight import say

_HELP = """python3 manage.py test                 すべての検査とテスト
python3 manage.py test tests/search -k 日本語   pytest の引数を付けると、その分だけ"""


class Command(BaseCommand):
    """Replaces Django's own ``test``; what follows the command goes to pytest as it is."""

    help = _HELP
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Take the arguments unparsed: they are pytest's."""
        arguments = argv[2:]
        if arguments in (["--help"], ["-h"]):
            say(_HELP)
            return
        with tempfile.TemporaryDirectory(prefix="chinowa-test-") as folder:
            tally = _run(Path(folder), arguments)
        for line in tally.lines():
            say(line)
        if tally.failed:
            raise SystemExit(1)


def _run(folder: Path, arguments: Sequence[str]) -> Tally:
    if arguments:
        tally = run_pytest(folder, arguments)
        tally.add(Tally(skipped={"検査と PostgreSQL での実行(引数を付けたため)": 1}))
        return tally
    tally = run_checks(folder)
    say("== SQLite ==")
    # The tables are made from the models here, and by the migrations on PostgreSQL.
    tally.add(run_pytest(folder, ["-n", "auto", "--nomigrations", *ONCE_MORE]))
    say("== PostgreSQL ==")
    selection = "not servers and not browser"
    on_postgres = ["-n", "auto", "-p", "tests.platform.postgres", "-m", selection]
    tally.add(run_pytest(folder, on_postgres))
    return tally
