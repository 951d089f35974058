"""Imports from the command line, by the same code as the pages."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from customers.importing import jobs
from customers.importing.intake import take_file
from customers.importing.models import CustomerImport
from customers.importing.planning import missing_columns
from customers.importing.reading import UnreadableFile
from kb.foundation.models import Job
from people.models import Person


class ImportCommand(BaseCommand):
    """What ``import_customers`` and ``import_touches`` have in common; ``kind`` is theirs."""

    kind = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, who imports, and what happens to what is there."""
        parser.add_argument("file", type=Path, help="CSVか.xlsx(UTF-8、UTF-16、Shift_JIS)")
        parser.add_argument("--by", default="", help="取り込む人のログインID(なければ最初の管理者)")
        parser.add_argument(
            "--skip-known", action="store_true", help="すでにあるものは直しません。"
        )
        parser.add_argument(
            "--no-new-customers",
            action="store_true",
            help="知らない会社は足さず、まちがいにします。",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="書き込まずに、結果だけを示します。"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when anything in the file is wrong; then nothing is written."""
        by = _importer(options["by"])
        batch = self._take(options["file"], by)
        batch.makes_customers = not options["no_new_customers"]
        if options["skip_known"]:
            batch.policy = CustomerImport.Policy.SKIP
        batch.save()
        try:
            self._run(batch, jobs.CHECK, by)
            self._report(batch)
            if options["dry_run"]:
                self.stdout.write(_("確かめました。まだ何も取り込んでいません。"))
            else:
                self.stdout.write(self._run(batch, jobs.WRITE, by))
        finally:
            if batch.state != CustomerImport.State.DONE:
                batch.file.delete(save=False)
                batch.delete()

    def _take(self, path: Path, by: Person) -> CustomerImport:
        try:
            file = SimpleUploadedFile(path.name, path.read_bytes())
            batch = take_file(self.kind, file, by=by)
        except OSError as error:
            raise CommandError(
                _("ファイルを開けません（%(reason)s）。") % {"reason": error.strerror}
            ) from error
        except UnreadableFile as error:
            raise CommandError(f"{path}: {error}") from error
        if missing := missing_columns(self.kind, batch.mapping):
            batch.file.delete(save=False)
            batch.delete()
            raise CommandError(
                _("1行目の見出しに %(missing)s がありません。") % {"missing": "、".join(missing)}
            )
        return batch

    def _run(self, batch: CustomerImport, kind: str, by: Person) -> str:
        job = jobs.open_job(batch, kind, by=by)
        jobs.run(job.pk)
        job.refresh_from_db()
        batch.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(job.message)
        return job.message

    def _report(self, batch: CustomerImport) -> None:
        for row, column, message in batch.problems:
            place = _("%(row)d行目") % {"row": row}
            self.stderr.write(f"{place} {column}: {message}" if column else f"{place}: {message}")
        if count := batch.counts["problems"]:
            raise CommandError(
                _("%(count)d か所を直してください。まだ何も取り込んでいません。") % {"count": count}
            )
        words = {"create": _("新しい"), "update": _("変わった")}
        words |= {"same": _("そのまま"), "skip": _("飛ばした")}
        for name, label in words.items():
            self.stdout.write(f"  {label}: {batch.counts[name]}")


def _importer(login: str) -> Person:
    people = Person.objects.filter(is_active=True)
    chosen = people.filter(login=login) if login else people.filter(is_superuser=True)
    found: Person | None = chosen.order_by("pk").first()
    if found is None:
        raise CommandError(_("取り込む人を --by にログインIDで書いてください。"))
    return found
