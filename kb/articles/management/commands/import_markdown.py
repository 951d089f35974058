"""``import_markdown DIR``: a folder of Markdown becomes articles."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kb.articles.importing.folder import FolderImport, FolderMissing, ImportReport
from kb.articles.importing.writing import Outcome
from people.models import Person

OUTCOME_LINES = (
    (Outcome.CREATED, "新しい記事: {}件", "作る記事: {}件"),
    (Outcome.UPDATED, "新しくした記事: {}件", "新しくする記事: {}件"),
    (Outcome.UNCHANGED, "変わらない記事: {}件", "変わらない記事: {}件"),
    (Outcome.KEPT, "手で直されているため残した記事: {}件", "手で直されているため残す記事: {}件"),
    (
        Outcome.BINNED,
        "ごみ箱にあるため取り込まなかった記事: {}件",
        "ごみ箱にあるため取り込まない記事: {}件",
    ),
)


class Command(BaseCommand):
    """Prints progress while it runs and a summary at the end; exit code 1 when files failed."""

    help = "Markdown のフォルダーを記事として取り込みます。同じフォルダーを何度でも取り込めます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="取り込むフォルダー")
        parser.add_argument("--by", default="", help="取り込む人のログインID")
        parser.add_argument(
            "--files",
            type=Path,
            action="append",
            default=[],
            help="添付ファイルが同じ構成で入っているフォルダー(隣の files は自動で見ます)",
        )
        parser.add_argument("--dry-run", action="store_true", help="何が変わるかだけを表示します")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._person(options["by"])
        for folder in options["files"]:
            if not folder.is_dir():
                raise CommandError(_("フォルダー「%(path)s」がありません。") % {"path": folder})
        try:
            run = FolderImport(options["folder"].absolute(), by=by, file_roots=options["files"])
        except FolderMissing as missing:
            raise CommandError(
                _("フォルダー「%(path)s」がありません。場所を確かめてください。")
                % {"path": options["folder"]}
            ) from missing
        dry_run = options["dry_run"]
        verbose = options["verbosity"] > 0
        report = run.run(self._progress if verbose else None, dry_run=dry_run)
        self._print(report, dry_run=dry_run, all_paths=dry_run or options["verbosity"] > 1)
        if report.problems:
            raise CommandError(
                _(
                    "%(count)s件を取り込めませんでした。上の理由を確かめて、もう一度取り込んでください。"
                )
                % {"count": len(report.problems)},
                returncode=1,
            )

    def _person(self, login: str) -> Person | None:
        if not login:
            return None
        person = Person.objects.visible().filter(login=login).first()
        if person is None:
            raise CommandError(_("ログインID「%(login)s」の人がいません。") % {"login": login})
        return person  # type: ignore[no-any-return]

    def _progress(self, done: int, total: int, path: str) -> None:
        if done % 25 == 0 or done == total:
            self.stderr.write(f"{done}/{total} {path}")

    def _print(self, report: ImportReport, *, dry_run: bool, all_paths: bool) -> None:
        for outcome, past, planned in OUTCOME_LINES:
            paths = report.paths[outcome]
            self.stdout.write((planned if dry_run else past).format(len(paths)))
            if all_paths and outcome is not Outcome.UNCHANGED:
                for path in paths:
                    self.stdout.write(f"  {path}")
        self.stdout.write(
            f"添付ファイル: 新しく{report.files_added}件、変わらない{report.files_unchanged}件"
        )
        people = ", ".join(report.new_people)
        self.stdout.write(f"新しい著者: {len(report.new_people)}人 {people}".rstrip())
        for path, reason in report.problems:
            self.stderr.write(self.style.ERROR(f"{path}: {reason}"))
