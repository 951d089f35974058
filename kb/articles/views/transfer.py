"""Bringing texts in and taking them out: Markdown as a zip, one Word document, shelves as a zip."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kb.articles.exporting.archive import stream_zip
from kb.articles.exporting.shelf import Shelf
from kb.articles.fields import ArticleFields
from kb.articles.importing import batches, telling, undoing, unpacking
from kb.articles.importing.dialects import without_title
from kb.articles.models import Article, ImportBatch
from kb.articles.services import create_article
from kb.engagement.forms import check_body_size
from kb.engagement.readings import with_those_below
from kb.files.services import FileRefused, store_file
from kb.foundation.models import AuditEntry
from kb.foundation.notices import tell, warn
from people.acting import acting
from people.models import Department, Person

if TYPE_CHECKING:
    from kb.articles.importing.word import Picture

RECENT_BATCHES = 20


@require_GET
def transfer(request: HttpRequest) -> HttpResponse:
    """What can be brought in and taken out."""
    person = acting(request)
    recent = _batches_of(person).select_related("by")[:RECENT_BATCHES]
    context = {
        "departments": Department.objects.visible(),
        "batches": list(recent),
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "own_files": unpacking.OWN_FILES_MAX,
        "own_megabytes": unpacking.OWN_BYTES_MAX // 1024 // 1024,
        "megabytes": batches.uploads_max_megabytes(),
        "whole_megabytes": settings.REQUEST_MAX_BYTES // 1024 // 1024,
    }
    return render(request, "articles/transfer.html", context)


@require_POST
def import_upload(request: HttpRequest) -> HttpResponse:
    """Markdown as a zip, a folder, or files chosen together; leads to the preview."""
    person = acting(request)
    files = request.FILES.getlist("files")
    if not files:
        warn(request, _("ファイルを選んでください。"))
        return redirect("transfer")
    try:
        batch = batches.receive(files, by=person, paths=_paths(request))
    except unpacking.UploadRefused as refused:
        warn(request, str(refused))
        return redirect("transfer")
    return redirect(batch)


@require_GET
def import_batch(request: HttpRequest, key: UUID) -> HttpResponse:
    """What an import would do, does, or did."""
    batch = _batch(request, key)
    report = batch.report
    context = {
        "batch": batch,
        "groups": telling.groups_of(batch),
        "edited": telling.edited_since(batch),
        "problems": report.get("problems", []),
        "people": report.get("new_people", []),
        "new_departments": report.get("new_departments", []),
        "new_topics": report.get("new_topics", []),
        "files_added": report.get("files_added", 0),
    }
    return render(request, "articles/import_batch.html", context)


@require_POST
def import_run(request: HttpRequest, key: UUID) -> HttpResponse:
    """Bring the previewed files in."""
    batch = _batch(request, key)
    batches.start(batch)
    # Without a worker beside it the work is done by now.
    batch.refresh_from_db()
    if batch.state == ImportBatch.State.RUNNING:
        tell(request, _("取り込みを始めました。"))
    return redirect(batch)


@require_POST
def import_cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """Drop what was only looked at."""
    batches.give_up(_batch(request, key))
    tell(request, _("取り込むのをやめました。何も変わっていません。"))
    return redirect("transfer")


@require_POST
def import_undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a whole import back."""
    person = acting(request)
    batch = _batch(request, key)
    batch = undoing.undo(batch, by=person)
    if batch.state == ImportBatch.State.UNDOING:
        tell(request, _("元に戻し始めました。"))
        return redirect(batch)
    words = _("%(back)d件を元に戻しました。") % {"back": batch.done_count}
    if kept := len(telling.edited_since(batch)):
        words += _("取り込んだあとに直された%(kept)d件は、そのまま残しました。") % {"kept": kept}
    tell(request, words)
    return redirect(batch)


@require_POST
def word_import(request: HttpRequest) -> HttpResponse:
    """One Word document becomes a 書きかけ, opened in the editor."""
    # The library behind it takes 6 MB, and most days nobody brings a Word document.
    from kb.articles.importing.word import WordRefused

    upload = request.FILES.get("file")
    if upload is None:
        warn(request, _("Wordの文書(.docx)を選んでください。"))
        return redirect("transfer")
    if (upload.size or 0) > settings.ATTACHMENT_MAX_BYTES:
        warn(
            request,
            _("ファイルが大きすぎます。%(size)s MB までのファイルを選んでください。")
            % {"size": batches.uploads_max_megabytes()},
        )
        return redirect("transfer")
    try:
        article = _from_word(upload, by=acting(request))
    except (WordRefused, FileRefused) as refused:
        warn(request, str(refused))
        return redirect("transfer")
    except ValidationError as refused:
        warn(request, refused.messages[0])
        return redirect("transfer")
    tell(request, _("Wordの文書を書きかけにしました。確かめて、公開してください。"))
    return redirect("article_edit", article.pk)


@transaction.atomic
def _from_word(upload: UploadedFile, *, by: Person) -> Article:
    from kb.articles.importing.word import open_word, word_markdown, word_title

    name = str(upload.name or "")
    document = open_word(upload)

    def keep(picture: "Picture") -> str:
        try:
            stored = store_file(ContentFile(picture.content), picture.name, by=by)
        except FileRefused:
            return ""
        return str(stored.get_absolute_url())

    title = word_title(document, name) or _("Wordの文書")
    body = check_body_size(without_title(word_markdown(document, keep), title))
    return create_article(
        by=by,
        kind=Article.Kind.NOTE,
        title=title,
        body=body,
        fields=ArticleFields(status=Article.Status.DRAFT, note=_("Wordから") + f" {name}"),
    )


@require_POST
def article_export(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """One article with its files."""
    article = get_object_or_404(Article.objects.visible(), pk=pk)
    only = Article.objects.visible().filter(pk=pk)
    return _zip(request, only, name=article.title[:80], target=f"article.{pk}")


@require_POST
def department_export(request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """A department's shelf with those below it, as Markdown with files."""
    department = get_object_or_404(Department, pk=pk)
    articles = Article.objects.visible().filter(department__in=with_those_below([department]))
    return _zip(request, articles, name=department.name, target=f"department.{pk}")


@require_POST
def articles_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Every article as Markdown with files; for operators."""
    _operator(request)
    return _zip(request, Article.objects.visible(), name=_("すべての記事"), target="articles")


def _zip(
    request: HttpRequest, articles: Any, *, name: str, target: str
) -> HttpResponse | StreamingHttpResponse:
    shelf = Shelf(articles)
    if not len(shelf):
        warn(request, _("書き出す記事がありません。"))
        return redirect("transfer")
    AuditEntry.objects.create(
        person=acting(request),
        action="articles.export",
        target=target,
        detail={"title": name, "count": len(shelf)},
    )
    response = StreamingHttpResponse(stream_zip(shelf.members()), content_type="application/zip")
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}-{day}.zip"
    return response


def _paths(request: HttpRequest) -> list[str]:
    """Where the files lie in the folder they were chosen from; browsers send bare names otherwise."""
    try:
        paths = json.loads(request.POST.get("paths") or "[]")
    except ValueError:
        return []
    if not isinstance(paths, list):
        return []
    # JSON can hold halves of characters, which no database and no file system takes.
    plain = (str(path).encode("utf-8", "replace").decode() for path in paths)
    return [path.replace("\0", "") for path in plain]


def _batches_of(person: Person) -> QuerySet[ImportBatch]:
    """The imports a person may see: one's own; operators see all."""
    every = ImportBatch.objects.all()
    return every if person.is_staff else every.filter(by=person)


def _batch(request: HttpRequest, key: UUID) -> ImportBatch:
    rows = _batches_of(acting(request)).select_related("by")
    return get_object_or_404(rows, key=key)


def _operator(request: HttpRequest) -> Person:
    """The acting person, who may change many texts at once."""
    person = acting(request)
    if not person.is_staff:
        raise PermissionDenied
    return person
