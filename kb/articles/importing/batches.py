"""An upload brought in as a whole: unpacked, previewed, run in the background, taken back."""

import shutil
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.articles.importing.attachments import MARKDOWN
from kb.articles.importing.folder import FolderImport, ImportReport
from kb.articles.models import ImportBatch, ImportedArticle
from kb.articles.services.states import delete_article
from kb.articles.services.writing import restore_revision
from kb.foundation.bin import write_down
from kb.foundation.queue import send_after_commit
from people.models import Person

FILES_MAX = 20_000
UNPACKED_BYTES_MAX = 2 * 1024 * 1024 * 1024
_BLOCK = 1024 * 1024
State = ImportBatch.State


class UploadRefused(Exception):
    """Why an upload cannot be unpacked, in a sentence."""


def receive(files: Iterable[UploadedFile], *, by: Person) -> ImportBatch:
    """The new batch with its files unpacked and what bringing them in would do.

    Raises ``UploadRefused``; nothing is left behind then.
    """
    uploads = list(files)
    batch = ImportBatch(name=str(uploads[0].name or "")[:255], by=by)
    try:
        for upload in uploads:
            if str(upload.name).lower().endswith(".zip"):
                _unpack(upload, batch.folder)
            else:
                _write(upload, batch.folder, PurePosixPath(str(upload.name)).name)
        _check(batch.folder)
        report = _folder_import(batch).run(dry_run=True)
    except BaseException:
        shutil.rmtree(batch.folder, ignore_errors=True)
        raise
    batch.report = _as_json(report)
    batch.save()
    return batch


@transaction.atomic
def start(batch: ImportBatch) -> None:
    """Has the worker bring the files in; a second press does nothing."""
    taken = ImportBatch.objects.filter(pk=batch.pk, state=State.PREVIEW)
    if taken.update(state=State.RUNNING):
        from kb.articles.tasks import run_import

        write_down(batch, "start", by=batch.by)
        send_after_commit(run_import, batch.pk)


def run(batch_id: int) -> None:
    """Brings the files of a started batch in; a batch that runs or is done is left alone."""
    claimed = ImportBatch.objects.filter(pk=batch_id, state=State.RUNNING, total_count=0)
    if not claimed.update(total_count=1):
        return
    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    work = _folder_import(batch)

    def progress(done: int, total: int, _path: str) -> None:
        ImportBatch.objects.filter(pk=batch_id).update(done_count=done, total_count=total)

    try:
        report = work.run(progress)
    except Exception as error:
        batch.state = State.FAILED
        batch.report = {"problems": [["", str(error)[:500]]]}
        _finish(batch, work)
        raise
    batch.state, batch.report = State.DONE, _as_json(report)
    _finish(batch, work)


@transaction.atomic
def undo(batch: ImportBatch, *, by: Person) -> tuple[int, int]:
    """Takes a whole import back: new articles go to the bin, changed ones get their text again.

    What somebody has edited since stays. Returns how many were taken back and how many stayed.
    """
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in (State.DONE, State.FAILED):
        return 0, 0
    back = kept = 0
    for row in locked.articles.select_related("article"):
        article = row.article
        if article.is_deleted:
            continue
        if article.revision != row.revision_after:
            kept += 1
            continue
        if row.revision_before:
            restore_revision(article, row.revision_before, by=by)
        else:
            # The next import of the same folder makes it anew.
            article.source_path = None
            article.save(update_fields=["source_path"])
            delete_article(article, by=by)
        back += 1
    locked.state, locked.undone_at = State.UNDONE, timezone.now()
    locked.save(update_fields=["state", "undone_at"])
    write_down(locked, "undo", by=by)
    return back, kept


def _finish(batch: ImportBatch, work: FolderImport) -> None:
    with transaction.atomic():
        ImportedArticle.objects.bulk_create(
            ImportedArticle(
                batch=batch, article_id=pk, revision_before=before, revision_after=after
            )
            for pk, before, after in work.written
        )
        batch.done_count = batch.total_count = max(len(work.written), 1)
        batch.save()
        write_down(batch, "finish", by=batch.by)
    shutil.rmtree(batch.folder, ignore_errors=True)


def _folder_import(batch: ImportBatch) -> FolderImport:
    # Uploads of one name update each other; those of different names never meet.
    name = PurePosixPath(batch.name).stem[:60]
    return FolderImport(_root(batch.folder), by=batch.by, prefix=f"{name}/")


def _root(folder: Path) -> Path:
    """The folder itself, or the only one in it: most archives hold one folder with all the rest."""
    inside = [path for path in folder.iterdir() if not path.name.startswith((".", "__"))]
    only_articles = len(inside) == 1 and inside[0].is_dir() and inside[0].name != "articles"
    return inside[0] if only_articles else folder


def _unpack(upload: IO[bytes] | UploadedFile, folder: Path) -> None:
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > FILES_MAX:
                raise UploadRefused(
                    _("ファイルが%(count)d個あります。%(most)d個までに分けてください。")
                    % {"count": len(entries), "most": FILES_MAX}
                )
            left = UNPACKED_BYTES_MAX
            for entry in entries:
                with archive.open(entry) as file:
                    left -= _write(file, folder, _name_of(entry), left=left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UploadRefused(
            _("zipとして開けません。壊れていないか、パスワードがないか確かめてください。")
        ) from error


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name as it was written: old Japanese systems used Shift_JIS without saying so."""
    is_utf8 = entry.flag_bits & 0x800
    if is_utf8 or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _write(file: Any, folder: Path, name: str, *, left: int = UNPACKED_BYTES_MAX) -> int:
    """Writes one file under the folder, never outside it; returns its length in bytes."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/"))
    parts = [part for part in PurePosixPath(plain).parts if part not in {"/", ".", ""}]
    if not parts or ".." in parts or any("\0" in part or ":" in part for part in parts):
        raise UploadRefused(_("ファイルの名前「%(name)s」は使えません。") % {"name": name[:80]})
    if any(part.startswith((".", "__MACOSX")) for part in parts):
        return 0
    place = folder.joinpath(*(part[:200] for part in parts))
    place.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with place.open("wb") as out:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > left:
                raise UploadRefused(_("開くと大きくなりすぎます。分けて取り込んでください。"))
            out.write(block)
    return size


def _check(folder: Path) -> None:
    if not folder.is_dir() or not any(
        path.suffix.lower() in MARKDOWN for path in folder.rglob("*")
    ):
        raise UploadRefused(_("Markdown(.md)のファイルがひとつもありません。"))


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {
        "paths": {outcome.value: paths for outcome, paths in report.paths.items()},
        "problems": [list(problem) for problem in report.problems],
        "files_added": report.files_added,
        "files_unchanged": report.files_unchanged,
        "new_people": report.new_people,
    }


def uploads_max_megabytes() -> int:
    """How large an upload may be, in MB, as told beside the field."""
    return int(settings.ATTACHMENT_MAX_BYTES) // 1024 // 1024
