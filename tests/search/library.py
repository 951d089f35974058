"""A small library of notes in an index of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.search.backend import LeanWhooshBackend
from kb.search.query import DocumentText, Found, SearchQuery


@dataclass
class Note:
    """A record to index."""

    pk: int
    title: str
    text: str = ""
    names: str = ""
    kind: str = "note"
    more: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        return f"articles.article.{self.pk}"


class NoteIndex:
    """Prepares notes as Haystack's indexes do."""

    def full_prepare(self, note: Note) -> dict[str, Any]:
        fields = {"key": note.key, "kind": note.kind, "title": note.title, "text": note.text}
        return {**fields, "names": note.names, **(note.more or {})}


INDEX = NoteIndex()


class Library:
    """A backend with notes, and what the database would say about them."""

    def __init__(self, path: Path) -> None:
        self.backend = LeanWhooshBackend("default", PATH=str(path / "index"))
        self.backend.clear()
        self.notes: dict[str, Note] = {}

    def save(self, *notes: Note) -> None:
        self.notes |= {note.key: note for note in notes}
        self.backend.update(INDEX, notes)

    def load(self, keys: Iterable[str]) -> dict[str, DocumentText]:
        known = (self.notes[key] for key in keys if key in self.notes)
        return {note.key: DocumentText(note.title, note.names, note.text) for note in known}

    def find(self, text: str = "", **filters: Any) -> Found:
        query = SearchQuery(text=text, **filters)
        return self.backend.find(query, load_texts=self.load)

    def ids(self, text: str = "", **filters: Any) -> list[int]:
        return [int(hit.key.rpartition(".")[2]) for hit in self.find(text, **filters).hits]
