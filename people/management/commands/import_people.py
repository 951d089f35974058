"""``manage.py import_people FILE``: people from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from people.importing.people import COLUMNS, check, preview, write
from people.importing.table import Outcome, UnreadableFile, read_table, read_text


class Command(BaseCommand):
    """Reads the file, names every mistake by row and column, and writes all or nothing."""

    help = (
        "社員をCSVから取り込みます(列: login, name, yomi, email, department, title, joined_on …)。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whether to write at all."""
        parser.add_argument("file", type=Path, help="CSVファイル(UTF-8かShift_JIS)")
        parser.add_argument(
            "--dry-run", action="store_true", help="書き込まずに、結果だけを示します。"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when anything in the file is wrong; then nothing is written."""
        try:
            table = read_table(read_text(options["file"]), COLUMNS)
        except UnreadableFile as error:
            raise CommandError(f"{options['file']}: {error}") from error
        rows, problems = check(table)
        if problems:
            for problem in problems:
                self.stderr.write(str(problem))
            raise CommandError(
                _("%(count)d か所を直してください。まだ何も取り込んでいません。")
                % {"count": len(problems)}
            )
        if options["dry_run"]:
            self._report(preview(rows), _("取り込むと、こうなります(まだ書いていません)。"))
        else:
            self._report(write(rows), _("取り込みました。"))

    def _report(self, outcome: Outcome, heading: str) -> None:
        self.stdout.write(heading)
        for label, logins in (
            (_("新しい人"), outcome.created),
            (_("変わった人"), outcome.updated),
            (_("そのままの人"), outcome.unchanged),
        ):
            self.stdout.write(f"  {label}: {len(logins)}  {' '.join(logins[:20])}".rstrip())
        if outcome.created:
            self.stdout.write(_("新しい人のパスワードは、管理画面で設定します。"))
