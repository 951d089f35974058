"""Adapter for retrieval evaluators: builds a real index in a temporary directory and searches it."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence

from kb.search import finder
from kb.search.contents import index_fields
from kb.search.directory import IndexDirectory
from kb.search.query import DocumentText, SearchQuery
from kb.search.synonyms import OFFICE_WORDS


class Adapter:
    """An index of (id, title, text) documents."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._texts: dict[str, DocumentText] = {}
        self._directory = IndexDirectory(self._folder.name)

    def index(self, documents: Sequence[tuple[str, str, str]]) -> None:
        """Build a fresh index."""
        self._texts = {key: DocumentText(title=title, text=text) for key, title, text in documents}
        with self._directory.rebuild() as fresh:
            fresh.add(
                index_fields({"key": key, "kind": "note", "title": title, "text": text})
                for key, title, text in documents
            )

    def search(self, text: str, count: int) -> list[str]:
        """Return the best ids."""
        options = finder.Options(max(count, 20), OFFICE_WORDS, self.load)
        found = finder.find(self._directory.generation(), SearchQuery(text=text), options)
        return [hit.key for hit in found.hits[:count]]

    def load(self, keys: Iterable[str]) -> Mapping[str, DocumentText]:
        """Return the texts of documents."""
        return {key: self._texts[key] for key in keys if key in self._texts}
