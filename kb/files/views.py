"""Takes files from the editor and gives them out, never by their path and never to run."""

from urllib.parse import quote

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kb.files.models import Attachment
from kb.files.services import FileRefused, store_file
from people.acting import acting

# Only these are shown in the browser; everything else is a download, HTML and SVG included.
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
# Nothing in a file may run, load or post, even when a browser opens it as a page.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
# Pictures in texts: an attachment never changes, but it may be taken away.
CACHE_SECONDS = 60 * 60
PREVIEW_TYPE = "image/webp"


@require_GET
def attachment_download(request: HttpRequest, key: str) -> FileResponse:
    """The file; pictures and PDF in the browser, all else as a download."""
    attachment = _attachment(key)
    is_inline = attachment.media_type in SHOWN_INLINE and "download" not in request.GET
    response = _answer(attachment.file, _content_type(attachment))
    response["Content-Disposition"] = _disposition(attachment.name, is_inline=is_inline)
    return response


@require_GET
def attachment_preview(request: HttpRequest, key: str) -> FileResponse:
    """The small picture of the file's first page."""
    attachment = _attachment(key)
    if not attachment.preview:
        raise Http404
    return _answer(attachment.preview, PREVIEW_TYPE)


def _attachment(key: str) -> Attachment:
    """The file of that key. Raises ``Http404`` when it, or the record it hangs on, is gone."""
    attachment: Attachment = get_object_or_404(Attachment.objects.visible().defer("text"), key=key)
    if not _may_be_seen(attachment):
        raise Http404
    return attachment


def _answer(stored: FieldFile, content_type: str) -> FileResponse:
    try:
        content = stored.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, content_type=content_type)
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, max-age={CACHE_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
def attachment_upload(request: HttpRequest) -> JsonResponse:
    """Keep a pasted or dropped file; answers with its address and the Markdown that shows it."""
    sent = request.FILES.get("file")
    if sent is None:
        return _refusal(_("ファイルが届きませんでした。もう一度選んでください。"))
    try:
        attachment = store_file(sent, sent.name or "", by=acting(request))
    except FileRefused as refused:
        return _refusal(str(refused))
    url = attachment.get_absolute_url()
    is_image = attachment.media_type.startswith("image/")
    words = attachment.name.replace("[", "［").replace("]", "］")
    return JsonResponse(
        {
            "url": url,
            "name": attachment.name,
            "is_image": is_image,
            "markdown": f"{'!' if is_image else ''}[{words}]({url})",
        },
        status=201,
    )


def _may_be_seen(attachment: Attachment) -> bool:
    """A file is seen as long as the record it hangs on is; one that hangs on none yet, always."""
    if attachment.object_id is None:
        return True
    record = attachment.target
    return record is not None and getattr(record, "deleted_at", None) is None


def _content_type(attachment: Attachment) -> str:
    if attachment.media_type.startswith("text/"):
        return "text/plain; charset=utf-8"
    return attachment.media_type


def _disposition(name: str, *, is_inline: bool) -> str:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    way = "inline" if is_inline else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _refusal(reason: str) -> JsonResponse:
    return JsonResponse({"error": reason}, status=422, json_dumps_params={"ensure_ascii": False})
