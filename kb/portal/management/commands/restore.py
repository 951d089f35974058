"""``manage.py restore FILE``: puts back what ``backup`` kept."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from kb.portal.safekeeping import archive
from kb.portal.safekeeping.databases import ToolMissing
from kb.search import upkeep
from people.models import Person


class Command(BaseCommand):
    """Checks the file whole, puts it back, brings tables to this version, builds the index anew."""

    help = "backup で残したファイルから、すべてを戻します。いまの内容は置きかわります。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="いまの内容があっても、置きかえます。"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuses to overwrite a company in use unless told to."""
        call_command("migrate", verbosity=0)
        if Person.objects.exists() and not options["replace"]:
            raise CommandError(
                "ここには、もう内容があります。置きかえるには --replace を付けてください。"
            )
        try:
            kept = archive.read(options["file"].absolute())
        except (ToolMissing, archive.NotWhole, OSError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        count = upkeep.rebuild()
        self.stdout.write(
            f"{kept.rows}行とファイル{kept.files}個を戻し、{count}件の索引を作りました。"
        )
