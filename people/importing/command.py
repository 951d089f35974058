"""What the commands that import a table have in common."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kb.foundation.ledger import Ledger
from people.importing.runs import READERS
from people.importing.table import Outcome, UnreadableFile, read_table, read_text


class TableCommand(BaseCommand):
    """Reads the file, names every mistake by row and column, and writes all or nothing."""

    kind: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whether to write at all."""
        parser.add_argument("file", type=Path, help="CSVファイル(UTF-8かShift_JIS)")
        parser.add_argument(
            "--dry-run", action="store_true", help="書き込まずに、結果だけを示します。"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when anything in the file is wrong; then nothing is written."""
        reader = READERS[self.kind]
        try:
            table = read_table(read_text(options["file"]), reader.columns)
        except UnreadableFile as error:
            raise CommandError(f"{options['file']}: {error}") from error
        rows, problems = reader.check(table)
        if problems:
            for problem in problems:
                self.stderr.write(str(problem))
            raise CommandError(
                _("%(count)d か所を直してください。まだ何も取り込んでいません。")
                % {"count": len(problems)}
            )
        if options["dry_run"]:
            self.report(reader.preview(rows), _("取り込むと、こうなります(まだ書いていません)。"))
        else:
            self.report(reader.write(rows, Ledger()), _("取り込みました。"))

    def report(self, outcome: Outcome, heading: str) -> None:
        """Prints what was done, or would be: how many, and which."""
        self.stdout.write(heading)
        for label, names in self.lines(outcome):
            self.stdout.write(f"  {label}: {len(names)}  {' '.join(names[:20])}".rstrip())

    def lines(self, outcome: Outcome) -> list[tuple[str, list[str]]]:
        """The parts of the outcome in words."""
        raise NotImplementedError
