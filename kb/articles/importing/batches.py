"""An upload brought in as a whole: unpacked, previewed, run in the background, taken back."""

import shutil
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

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

_FILES_MAX = 20_000
_UNPACKED_BYTES_MAX = 2 * 1024 * 1024 * 1024
# Colleagues bring in their own texts up to this; whole wikis are for operators.
OWN_FILES_MAX = 500
OWN_BYTES_MAX = 100 * 1024 * 1024
# A worker that says nothing for so long was killed; another one goes on, a few times.
SILENCE_MAX_S = 600
_ATTEMPTS_MAX = 3
_SIGN_OF_LIFE = ".alive"
_BLOCK = 1024 * 1024
State = ImportBatch.State


class UploadRefused(Exception):
    """Why an upload cannot be unpacked, in a sentence."""


def receive(files: Iterable[UploadedFile], *, by: Person, paths: Sequence[str] = ()) -> ImportBatch:
    """The new batch with its files unpacked and what bringing them in would do.

    ``paths`` are those of the files in the folder they were chosen from, one each; without them
    the files lie side by side. Raises ``UploadRefused``; nothing is left behind then.
    """
    uploads = list(files)
    names = list(paths) if len(paths) == len(uploads) else [str(one.name) for one in uploads]
    folder_name = PurePosixPath(names[0]).parts[0] if names[0] else ""
    batch = ImportBatch(name=(folder_name or str(uploads[0].name))[:255], by=by)
    room = _Room.of(by)
    try:
        for upload, name in zip(uploads, names, strict=True):
            if name.lower().endswith(".zip"):
                _unpack(upload, batch.folder, room)
            else:
                room.take_file()
                room.take_bytes(_write(upload, batch.folder, name, left=room.bytes_left))
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
    if claimed.update(total_count=1):
        _bring_in(ImportBatch.objects.select_related("by").get(pk=batch_id))


def resume_silent(now_s: float) -> int:
    """Goes on with imports whose worker was killed, ``now_s`` in seconds as files are dated.

    What was written is known by its path and is not written again. After a few tries the import
    counts as failed and can be taken back. Returns how many were taken up.
    """
    count = 0
    running = ImportBatch.objects.select_related("by").filter(
        state=State.RUNNING, total_count__gt=0
    )
    for batch in running:
        if now_s - _last_sign(batch) < SILENCE_MAX_S:
            continue
        attempts = int(batch.report.get("attempts", 1)) + 1
        # Only one of several sweepers takes it up.
        _give_sign(batch)
        batch.report["attempts"] = attempts
        batch.save(update_fields=["report"])
        count += 1
        if attempts > _ATTEMPTS_MAX:
            _fail(batch, _("途中で何度も止まったため、取り込みをやめました。"))
        else:
            _bring_in(batch)
    return count


def _bring_in(batch: ImportBatch) -> None:
    def progress(done: int, total: int, _path: str) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(done_count=done, total_count=total)
        _give_sign(batch)

    def record(article_id: int, before: int, after: int) -> None:
        """In the transaction of the text itself: what is written can be taken back."""
        row, is_new = ImportedArticle.objects.get_or_create(
            batch=batch,
            article_id=article_id,
            defaults={"revision_before": before, "revision_after": after},
        )
        if not is_new:
            # Gone on with after a stop: the text before the whole import is what counts.
            row.revision_after = after
            row.save(update_fields=["revision_after"])

    _give_sign(batch)
    try:
        report = _folder_import(batch).run(progress, record=record)
    except Exception as error:
        _fail(batch, str(error)[:500])
        raise
    batch.state, batch.report = State.DONE, _as_json(report)
    _finish(batch)


def _fail(batch: ImportBatch, why: str) -> None:
    batch.state = State.FAILED
    batch.report = {"problems": [["", why]]}
    _finish(batch)


def _give_sign(batch: ImportBatch) -> None:
    if batch.folder.is_dir():
        (batch.folder / _SIGN_OF_LIFE).touch()


def _last_sign(batch: ImportBatch) -> float:
    """When the worker was last seen, in seconds as files are dated."""
    sign = batch.folder / _SIGN_OF_LIFE
    return sign.stat().st_mtime if sign.exists() else 0.0


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


def _finish(batch: ImportBatch) -> None:
    with transaction.atomic():
        batch.done_count = batch.total_count = max(batch.articles.count(), 1)
        batch.save()
        write_down(batch, "finish", by=batch.by)
    shutil.rmtree(batch.folder, ignore_errors=True)


def _folder_import(batch: ImportBatch) -> FolderImport:
    # Uploads of one name update each other; those of different names never meet.
    name = PurePosixPath(batch.name).stem[:60]
    is_own = not batch.by.is_staff
    # And nobody's upload updates what another colleague brought in.
    prefix = f"{batch.by.login}/{name}/" if is_own else f"{name}/"
    return FolderImport(_root(batch.folder), by=batch.by, prefix=prefix, is_own=is_own)


def _root(folder: Path) -> Path:
    """The folder itself, or the only one in it: most archives hold one folder with all the rest."""
    inside = [path for path in folder.iterdir() if not path.name.startswith((".", "__"))]
    only_articles = len(inside) == 1 and inside[0].is_dir() and inside[0].name != "articles"
    return inside[0] if only_articles else folder


@dataclass
class _Room:
    """How much a person may still bring in at once."""

    files_max: int
    bytes_left: int
    files: int = 0

    @classmethod
    def of(cls, person: Person) -> Self:
        if person.is_staff:
            return cls(_FILES_MAX, _UNPACKED_BYTES_MAX)
        return cls(OWN_FILES_MAX, OWN_BYTES_MAX)

    def take_file(self) -> None:
        self.files += 1
        if self.files > self.files_max:
            raise UploadRefused(
                _("ファイルが多すぎます。一度に%(most)d個までです。分けて取り込んでください。")
                % {"most": self.files_max}
            )

    def take_bytes(self, size: int) -> None:
        self.bytes_left -= size


def _unpack(upload: IO[bytes] | UploadedFile, folder: Path, room: _Room) -> None:
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            for entry in entries:
                room.take_file()
                with archive.open(entry) as file:
                    room.take_bytes(_write(file, folder, _name_of(entry), left=room.bytes_left))
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


def _write(file: Any, folder: Path, name: str, *, left: int) -> int:
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
