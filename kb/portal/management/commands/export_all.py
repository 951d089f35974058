"""``export_all DIR``: everything as Markdown, files and CSV, in a form that ``import_all`` reads."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.articles.exporting.archive import blocks_of
from kb.articles.exporting.shelf import Shelf
from kb.articles.models import Article
from kb.foundation.models import AuditEntry
from kb.portal.sheets import write_sheets


class Command(BaseCommand):
    """Prints how much was written; refuses a folder that holds something already."""

    help = "すべてを Markdown、ファイル、CSV で書き出します。import_all でそのまま取り込めます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="書き出すフォルダー(空か、まだないもの)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"「{folder}」は空のフォルダーではありません。")
        counts = write_sheets(folder / "sheets")
        shelf = Shelf(Article.objects.visible())
        for member in shelf.members():
            place = folder / "knowledge" / member.path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                file.writelines(blocks_of(member))
        AuditEntry.objects.create(
            action="export_all", target=str(folder)[:200], detail=counts | {"articles": len(shelf)}
        )
        for name, count in counts.items():
            self.stdout.write(f"{name}.csv: {count}件")
        self.stdout.write(f"記事: {len(shelf)}件")
