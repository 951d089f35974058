"""One button takes everything out: the folder of ``export_all`` as a zip."""

import tempfile
import zipfile
from pathlib import Path
from typing import IO

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.foundation.models import AuditEntry
from kb.portal.everything.writing import Everything
from people.acting import acting


@require_POST
def everything_export(request: HttpRequest) -> FileResponse:
    """Everything as Markdown, files and CSV; for operators, and written down."""
    if not request.user.is_staff:
        raise PermissionDenied(_("すべてを書き出せるのは、管理する人だけです。"))
    with tempfile.TemporaryDirectory(prefix="kb-everything-") as name:
        # The request is one transaction, so this is one state of the database.
        counts = Everything(Path(name)).write()
        whole = _zipped(Path(name))
    AuditEntry.objects.create(
        person=acting(request), action="export_all", target="zip", detail=counts
    )
    day = timezone.localdate().isoformat()
    return FileResponse(whole, as_attachment=True, filename=f"chinowa-{day}.zip")


def _zipped(folder: Path) -> IO[bytes]:
    """A file without a name, gone when the answer has been sent."""
    whole = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    whole.seek(0)
    return whole
