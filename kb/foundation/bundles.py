"""The stylesheets and scripts of the frame, each served as one file.

Sources stay small and separate under ``static/``; a first page may cost six requests. So this
static files finder joins them, in order, into ``built/site.css`` and ``built/site.js`` under the
run's own folder whenever a source is newer. It works alike for ``runserver``, tests and
``collectstatic``, without a build step.
"""

import functools
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

BUNDLES: dict[str, tuple[str, ...]] = {
    "built/site.css": (
        "css/tokens.css",
        "css/base.css",
        "css/frame.css",
        "css/components.css",
        "css/forms.css",
        "css/prose.css",
        "css/pages/articles.css",
        "css/pages/communities.css",
        "css/pages/customers.css",
        "css/pages/meetings.css",
        "css/pages/people.css",
        "css/pages/portal.css",
        "css/pages/search.css",
        "css/pages/topics.css",
    ),
    # Imported modules stand before those that import them.
    "built/site.js": (
        "js/ime.js",
        "js/shortcuts.js",
        "js/theme.js",
        "js/toast.js",
        "js/menu.js",
        "js/recent.js",
        "js/combobox.js",
    ),
    "built/customers.js": (
        "js/ime.js",
        "js/picker.js",
        "js/pickers.js",
        "js/marking.js",
        "js/customers.js",
        "js/editor-text.js",
        "js/editor-caret.js",
        "js/editor-complete.js",
        "js/remarks.js",
        # Last: it puts back what was typed, and the parts above listen.
        "js/keep.js",
    ),
    "built/minutes.js": (
        "js/ime.js",
        "js/keep.js",
        "js/minutes.js",
        "js/editor-text.js",
        "js/editor-caret.js",
        "js/editor-complete.js",
        "js/remarks.js",
    ),
    "built/article.js": (
        "js/ime.js",
        "js/editor-text.js",
        "js/editor-caret.js",
        "js/editor-complete.js",
        "js/copy.js",
        "js/lightbox.js",
        "js/article.js",
        "js/remarks.js",
        "js/keep.js",
    ),
    "built/remarks.js": (
        "js/ime.js",
        "js/editor-text.js",
        "js/editor-caret.js",
        "js/editor-complete.js",
        "js/remarks.js",
        "js/keep.js",
    ),
    "built/editor.js": (
        "js/ime.js",
        "js/editor-text.js",
        "js/editor-caret.js",
        "js/editor-complete.js",
        "js/editor-alt.js",
        "js/editor-upload.js",
        "js/editor-copies.js",
        "js/editor-draft.js",
        "js/editor-limits.js",
        "js/editor-paste.js",
        "js/editor-preview.js",
        "js/editor-similar.js",
        "js/editor.js",
    ),
}

_LOCAL_IMPORT = re.compile(r"""^import \{[^}]*\} from "\./[\w-]+\.js";\n""", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const |class )", re.MULTILINE)


def join_sources(names: Iterable[str], *, folder: Path) -> str:
    """The text of the sources, one after the other.

    Scripts become one module: imports of each other vanish and exports become plain
    declarations, so their top-level names must differ (a test checks this).
    """
    parts = []
    for name in names:
        text = (folder / name).read_text(encoding="utf-8")
        if name.endswith(".js"):
            text = _EXPORT.sub("", _LOCAL_IMPORT.sub("", text))
        parts.append(text)
    return "\n".join(parts)


def _write(target: Path, text: str) -> None:
    """Replace ``target`` in one step: another process may be reading it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(target)


class BundleFinder(BaseFinder):
    """Finds the joined files, making them when they are missing or older than a source."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sources = Path(settings.BASE_DIR) / "static"
        self.storage = FileSystemStorage(location=Path(settings.VAR_DIR) / "bundles")

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to configure, so nothing to complain about."""
        return []

    def _built(self, path: str) -> str:
        target = Path(self.storage.path(path))
        names = BUNDLES[path]
        # This file too: it says what belongs together.
        sources = [Path(__file__), *(self.sources / name for name in names)]
        newest = max(source.stat().st_mtime_ns for source in sources)
        if not target.exists() or target.stat().st_mtime_ns < newest:
            _write(target, join_sources(names, folder=self.sources))
        return str(target)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place on disk; an empty list for what is not ours."""
        if path not in BUNDLES:
            return []
        built = self._built(path)
        return [built] if find_all else built

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Each joined file with the storage that holds it."""
        for path in BUNDLES:
            if not matches_patterns(path, ignore_patterns or ()):
                self._built(path)
                yield path, self.storage


def _version(name: str) -> str:
    found = finders.find(name)
    return f"{Path(found).stat().st_mtime_ns:x}" if isinstance(found, str) else ""


_version_once = functools.lru_cache(maxsize=None)(_version)


class VersionedStorage(StaticFilesStorage):
    """Static files where they lie, with their age in the address.

    Browsers may then keep them (``WHITENOISE_MAX_AGE``) without asking again, and still see a
    new version at once. Production has hashed names instead.
    """

    def url(self, name: str | None) -> str:
        """The address; without a version for what is not found."""
        address = super().url(name)
        version = (_version if settings.DEBUG else _version_once)(name or "")
        return f"{address}?v={version}" if version else address
