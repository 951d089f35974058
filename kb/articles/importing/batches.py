"""An upload brought in as a whole: unpacked, previewed, run in the background, taken back."""

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from kb.articles.importing.attachments import MARKDOWN
from kb.articles.importing.authors import Made
from kb.articles.importing.folder import FolderImport, ImportReport
from kb.articles.importing.unpacking import Room, UploadRefused, unpack
from kb.articles.models import ImportBatch, ImportedArticle
from kb.engagement.models import Notification
from kb.engagement.notifying import TITLE_MAX_CHARACTERS, notify
from kb.foundation.bin import write_down
from kb.foundation.queue import send_after_commit
from kb.topics.models import Topic
from people.models import Department, Person

# A worker that says nothing for so long was killed; another one goes on, a few times.
SILENCE_MAX_S = 600
_ATTEMPTS_MAX = 3
TOLD_AFTER_S = 10
# An upload that was only looked at takes room on the disk.
PREVIEW_KEPT_FOR = dt.timedelta(days=1)
_SIGN_OF_LIFE = ".alive"
_KEPT_WHILE_RUNNING = {"skipped", "made", "attempts"}
State = ImportBatch.State


def receive(files: Iterable[UploadedFile], *, by: Person, paths: Sequence[str] = ()) -> ImportBatch:
    """The new batch with its files unpacked and what bringing them in would do.

    ``paths`` are those of the files in the folder they were chosen from, one each; without them
    the files lie side by side. Raises ``UploadRefused``; nothing is left behind then.
    """
    uploads = list(files)
    names = list(paths) if len(paths) == len(uploads) else [str(one.name) for one in uploads]
    folder_name = next(iter(PurePosixPath(names[0]).parts), "").strip("/")
    batch = ImportBatch(name=(folder_name or str(uploads[0].name))[:255], by=by)
    room = Room.of(by)
    try:
        for upload, name in zip(uploads, names, strict=True):
            unpack(upload, name, batch.folder, room)
        _check(batch.folder)
        batch.report = {"skipped": [list(one) for one in room.skipped]}
        report = _folder_import(batch).run(dry_run=True)
    except BaseException:
        shutil.rmtree(batch.folder, ignore_errors=True)
        raise
    batch.report |= _as_json(report)
    batch.save()
    return batch


@transaction.atomic
def give_up(batch: ImportBatch) -> None:
    """Drops an upload that was only looked at, with its files."""
    waiting = ImportBatch.objects.filter(pk=batch.pk, state=State.PREVIEW)
    if waiting.delete()[0]:
        shutil.rmtree(batch.folder, ignore_errors=True)


def drop_forgotten(now: dt.datetime) -> int:
    """Drops uploads that were looked at and left for ``PREVIEW_KEPT_FOR``; returns how many."""
    old = ImportBatch.objects.filter(state=State.PREVIEW, created_at__lt=now - PREVIEW_KEPT_FOR)
    count = 0
    for batch in old:
        give_up(batch)
        count += 1
    return count


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

    _give_sign(batch)
    # While it runs the batch is written often: what the preview told comes anew at the end.
    batch.report = {name: batch.report[name] for name in _KEPT_WHILE_RUNNING & set(batch.report)}
    batch.save(update_fields=["report"])
    began = time.monotonic()
    try:
        report = _folder_import(batch).run(progress, record=_Ledger(batch))
    except Exception as error:
        _fail(batch, str(error)[:500])
        raise
    batch.state = State.DONE
    made = batch.report.get("made", {})
    report.new_departments += _names(Department, made.get("departments", []))
    report.new_topics += _names(Topic, made.get("topics", []))
    batch.report |= _as_json(report)
    _finish(batch)
    # Whoever waits so long has gone to do something else.
    if time.monotonic() - began > TOLD_AFTER_S:
        _tell(batch, lambda name: _("「%(name)s」の取り込みが終わりました。") % {"name": name})


def _names(model: type[Model], numbers: list[int]) -> list[str]:
    rows = model._default_manager.filter(pk__in=numbers)
    return list(rows.order_by("name").values_list("name", flat=True))


def _tell(batch: ImportBatch, words: Callable[[str], str]) -> None:
    name, url = batch.name[:TITLE_MAX_CHARACTERS], batch.get_absolute_url()
    notify([batch.by], Notification.Kind.CHANGE, lambda: words(name), url=url)


@dataclass(frozen=True)
class _Ledger:
    """Notes on the batch what was written, so that it can be taken back."""

    batch: ImportBatch

    def wrote(self, article_id: int, before: int, after: int) -> None:
        """An article, its revision before (0 for a new one) and after."""
        row, is_new = ImportedArticle.objects.get_or_create(
            batch=self.batch,
            article_id=article_id,
            defaults={"revision_before": before, "revision_after": after},
        )
        if not is_new:
            # Gone on with after a stop: the text before the whole import is what counts.
            row.revision_after = after
            row.save(update_fields=["revision_after"])

    def made(self, made: Made) -> None:
        """Adds the numbers to those noted before."""
        fresh = {name: numbers for name, numbers in asdict(made).items() if numbers}
        if not fresh:
            return
        known = self.batch.report.setdefault("made", {})
        for name, numbers in fresh.items():
            known[name] = [*known.get(name, []), *numbers]
        self.batch.save(update_fields=["report"])


def _fail(batch: ImportBatch, why: str) -> None:
    batch.state = State.FAILED
    batch.report |= {"paths": {}, "problems": [["", why]]}
    _finish(batch)
    _tell(batch, lambda name: _("「%(name)s」を取り込めませんでした。") % {"name": name})


def _give_sign(batch: ImportBatch) -> None:
    if batch.folder.is_dir():
        (batch.folder / _SIGN_OF_LIFE).touch()


def _last_sign(batch: ImportBatch) -> float:
    """When the worker was last seen, in seconds as files are dated."""
    sign = batch.folder / _SIGN_OF_LIFE
    return sign.stat().st_mtime if sign.exists() else 0.0


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
    work = FolderImport(
        _root(batch.folder), by=batch.by, prefix=prefix, is_own=is_own, is_upload=True
    )
    work.report.problems += [(path, why) for path, why in batch.report.get("skipped", [])]
    return work


def _root(folder: Path) -> Path:
    """The folder itself, or the only one in it: most archives hold one folder with all the rest."""
    inside = [path for path in folder.iterdir() if not path.name.startswith((".", "__"))]
    only_articles = len(inside) == 1 and inside[0].is_dir() and inside[0].name != "articles"
    return inside[0] if only_articles else folder


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
        "new_departments": report.new_departments,
        "new_topics": report.new_topics,
        "titles": report.titles,
        "numbers": report.numbers,
    }


def uploads_max_megabytes() -> int:
    """How large an upload may be, in MB, as told beside the field."""
    return int(settings.ATTACHMENT_MAX_BYTES) // 1024 // 1024
