"""``export_all DIR``: everything as Markdown, files and CSV, in a form that ``import_all`` reads."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kb.foundation.models import AuditEntry
from kb.portal.everything.sheets import LEFT_OUT
from kb.portal.everything.writing import Everything


class Command(BaseCommand):
    """Prints how much was written; refuses a folder that holds something already."""

    help = "すべてを Markdown、ファイル、CSV で書き出します。import_all でそのまま取り込めます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="書き出すフォルダー(空か、まだないもの)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"「{folder}」は空のフォルダーではありません。")
        work = Everything(folder)
        # One state of the database, whatever is written meanwhile.
        with transaction.atomic():
            counts = work.write()
        AuditEntry.objects.create(action="export_all", target=str(folder)[:200], detail=counts)
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}件")
        for words, _models in LEFT_OUT:
            self.stdout.write(f"書き出さないもの: {words}")
        for name in work.missing:
            self.stderr.write(f"ファイルの中身がありません: {name}")
