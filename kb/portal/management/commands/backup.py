"""``manage.py backup FILE``: everything but the index in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.portal.safekeeping import archive
from kb.portal.safekeeping.databases import ToolMissing


class Command(BaseCommand):
    """Writes, reads again and proves the file before it says that it is there."""

    help = "データベースと添付ファイルを1つのファイルに残します。索引は戻すときに作り直します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="残す先(例：chinowa-2026-12-01.tar.gz)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """People may go on working meanwhile: the copy is of one moment."""
        try:
            kept = archive.write(options["file"].absolute())
        except (ToolMissing, archive.NotWhole, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{kept.path} に{kept.rows}行とファイル{kept.files}個を残し、確かめました。"
        )
