"""``import_all DIR``: brings in what ``export_all`` wrote; rows that are known are brought up to date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.articles.importing.folder import FolderImport
from kb.foundation.models import AuditEntry
from kb.portal.sheets import SheetProblem, read_sheets


class Command(BaseCommand):
    """Prints how much was read; exit code 1 when something could not be."""

    help = "export_all が書き出したフォルダーを取り込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="export_all が書き出したフォルダー")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not (folder / "sheets").is_dir() and not (folder / "knowledge").is_dir():
            raise CommandError(f"「{folder}」に sheets も knowledge もありません。")
        try:
            counts = read_sheets(folder / "sheets")
        except SheetProblem as problem:
            raise CommandError(str(problem)) from problem
        for name, count in counts.items():
            self.stdout.write(f"{name}.csv: {count}件")
        problems: list[tuple[str, str]] = []
        if (folder / "knowledge").is_dir():
            work = FolderImport(folder / "knowledge", by=None)
            problems = work.run().problems
            self.stdout.write(f"記事: {len(work.written)}件")
        AuditEntry.objects.create(action="import_all", target=str(folder)[:200], detail=counts)
        for path, reason in problems:
            self.stderr.write(f"{path}: {reason}")
        if problems:
            raise CommandError(f"{len(problems)}件を取り込めませんでした。", returncode=1)
