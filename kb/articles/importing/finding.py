"""Finds the document that a link means: by its path, and where that fails by its name alone."""

from collections import defaultdict
from pathlib import PurePosixPath

from kb.articles.importing.attachments import MARKDOWN, main_documents
from kb.articles.importing.links import RelativeLink
from kb.articles.importing.source import SourceDocument, without_page_id


class DocumentFinder:
    """Knows every document of a folder by the ways in which others link to it."""

    def __init__(self, documents: dict[str, SourceDocument]) -> None:
        self._documents = documents
        self._main = main_documents(sorted(documents))
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for path, document in documents.items():
            stem = PurePosixPath(path).stem
            for name in {stem, without_page_id(stem), document.title, *document.aliases}:
                self._by_name[name.casefold()].add(path)

    @property
    def main(self) -> dict[str, str]:
        """The main document of every folder."""
        return self._main

    def find(self, link: RelativeLink) -> str | None:
        """The path of the document, None where none or more than one may be meant."""
        return self._at(link.path) or self._below(link) or self._named(link)

    def _at(self, path: str) -> str | None:
        plain = path.strip("/")
        for candidate in (path, *(f"{plain}{suffix}" for suffix in sorted(MARKDOWN))):
            if candidate in self._documents:
                return candidate
        return self._main.get(plain)

    def _below(self, link: RelativeLink) -> str | None:
        """Note apps write the end of a path: ``[[folder/page]]`` wherever that folder lies."""
        if not link.is_name or "/" not in link.path:
            return None
        end = f"/{link.path.strip('/')}.md".casefold()
        same_name = self._by_name.get(PurePosixPath(link.path).name.casefold(), set())
        found = [path for path in same_name if f"/{path}".casefold().endswith(end)]
        return found[0] if len(found) == 1 else None

    def _named(self, link: RelativeLink) -> str | None:
        name = PurePosixPath(link.path)
        is_document = name.suffix.lower() in MARKDOWN
        if not link.is_name and not is_document:
            return None
        found = self._by_name.get((name.stem if is_document else name.name).casefold(), set())
        return next(iter(found)) if len(found) == 1 else None
