"""``import_all DIR``: brings in what ``export_all`` wrote; rows that are known are brought up to date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.foundation.models import AuditEntry
from kb.portal.everything.reading import Arrival, ImportProblem


class Command(BaseCommand):
    """Prints how much was read; when something cannot be read, nothing is."""

    help = "export_all が書き出したフォルダーを取り込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="export_all が書き出したフォルダー")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            counts = Arrival(folder, tell=self._tell).read()
        except ImportProblem as problem:
            raise CommandError(str(problem)) from problem
        AuditEntry.objects.create(action="import_all", target=str(folder)[:200], detail=counts)
        self.stdout.write(
            "パスワードと権限は取り込みません。管理者が、はじめの鍵を渡してください。"
        )

    def _tell(self, name: str, count: int) -> None:
        self.stdout.write(f"{name}: {count}件")
