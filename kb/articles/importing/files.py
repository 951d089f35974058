"""Stores the files of an imported folder as attachments of its articles."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from kb.articles.importing.attachments import FileShelf
from kb.articles.importing.source import without_page_id
from kb.articles.models import Article
from kb.files.models import Attachment
from kb.files.services import FileOrigin, FileRefused, check_file, remove_file, store_file
from people.models import Person


class FileImporter:
    """Knows which files of the shelf are stored, and stores the others."""

    def __init__(
        self,
        shelf: FileShelf,
        by: Person | None,
        problems: list[tuple[str, str]],
        *,
        prefix: str = "",
        names: dict[str, str] | None = None,
    ) -> None:
        self._shelf = shelf
        self._by = by
        self._problems = problems
        self._prefix = prefix
        # What people called the files whose names no file system takes.
        self._names = names or {}
        sources = [prefix + path for path in shelf.paths()]
        self._stored = {
            str(attachment.source_path).removeprefix(prefix): attachment
            for attachment in Attachment.objects.visible().filter(source_path__in=sources)
        }
        self.added = 0
        self.unchanged = 0

    def address_of(self, path: str) -> str | None:
        """The address of a stored file, None before it is stored."""
        attachment = self._stored.get(path)
        return attachment.get_absolute_url() if attachment is not None else None

    def look(self) -> None:
        """Counts the files of the shelf that are new, and names those that would be refused."""
        for path in self._shelf.paths():
            if self._is_stored(path):
                self.unchanged += 1
                continue
            try:
                with self._shelf.file(path).open("rb") as stream:
                    check_file(stream, path)
            except FileRefused as refused:
                self._problems.append((path, str(refused)))
            else:
                self.added += 1

    def store(
        self, homes: dict[str, str], articles: dict[str, int], *, tick: Callable[[], None]
    ) -> None:
        """Stores every file with a home (file path → document path) that is new or changed.

        ``tick`` is called for each, so that long work shows that it goes on.
        """
        for path in self._shelf.paths():
            tick()
            if self._is_stored(path):
                self.unchanged += 1
            elif path not in homes:
                self._problems.append((path, _("付ける文書が見つかりません。")))
            else:
                self._store(path, Article.objects.get(pk=articles[homes[path]]))

    def _store(self, path: str, article: Article) -> None:
        previous = self._stored.get(path)
        if previous is not None:
            Attachment.objects.filter(pk=previous.pk).update(source_path=None)
            remove_file(previous)
        file = self._shelf.file(path)
        try:
            with file.open("rb") as stream:
                self._stored[path] = store_file(
                    stream,
                    self._names.get(path) or without_page_id(file.stem) + file.suffix,
                    by=self._by,
                    target=article,
                    origin=FileOrigin(self._prefix + path),
                )
        except FileRefused as refused:
            self._problems.append((path, str(refused)))
        except OSError as error:
            self._problems.append(
                (path, _("読めません(%(reason)s)。") % {"reason": error.strerror})
            )
        else:
            self.added += 1

    def _is_stored(self, path: str) -> bool:
        attachment = self._stored.get(path)
        return attachment is not None and attachment.sha256 == _digest(self._shelf.file(path))


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
