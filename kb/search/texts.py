"""The texts of hits, loaded once per search: the engine's second look and the passages share them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.foundation.prepared import Prepared
from kb.search.analysis import normalize, words_in
from kb.search.models import IndexedText
from kb.search.placed import PlacedText
from kb.search.query import DocumentText


class StoredText(NamedTuple):
    """The texts of a record as they were indexed; ``files`` are (name, text, key).

    Where the words of title and names (``named``) and of the text stand, ``PlacedText`` reads.
    """

    record: str
    title: str
    names: str
    text: str
    files: list[list[str]]
    folded: str
    named: str
    named_places: str
    places: str


_stored = Prepared(
    lambda records: (
        IndexedText.objects.filter(record__in=records).order_by().values_list(*StoredText._fields)
    ),
    by_text=True,
)


def words_of_part(stored: StoredText, part: str) -> list[str] | None:
    """The words of a text that is a part of the stored one, without analysing it; None where it is no such part.

    They are those of ``analysis.words_in``. What stands behind the last sentence that the part has whole is
    analysed: it may end within a word.
    """
    part = part.strip()
    start = stored.text.find(part)
    placed = PlacedText.kept(stored.text, stored.folded, stored.places) if start >= 0 else None
    if placed is None:
        return None
    whole = max(part.rfind("。"), part.rfind("\n")) + 1
    return [*placed.every_word(start, start + whole), *words_in(normalize(part[whole:]))]


class LoadedTexts:
    """Texts by key. Every call of ``load`` asks the database only for what is not there yet."""

    def __init__(self) -> None:
        self._texts: dict[str, StoredText | None] = {}

    def load(self, keys: Sequence[str]) -> Mapping[str, DocumentText]:
        """The texts of those keys that are indexed: the engine's ``TextLoader``."""
        self._fetch(keys)
        return {
            key: DocumentText(text.title, text.names, _joined(text), text.folded)
            for key in keys
            if (text := self._texts.get(key)) is not None
        }

    def get(self, key: str) -> StoredText | None:
        """One text; cheap when ``load`` has seen the key."""
        if key not in self._texts:
            self._fetch([key])
        return self._texts[key]

    def loaded(self, keys: Sequence[str]) -> dict[str, StoredText]:
        """Those of the texts that are there already; asks the database nothing."""
        return {key: text for key in keys if (text := self._texts.get(key)) is not None}

    def prepare(self, keys: Sequence[str]) -> None:
        """Load texts that ``get`` will ask for, in one query."""
        self._fetch(keys)

    def _fetch(self, keys: Sequence[str]) -> None:
        missing = [key for key in keys if key not in self._texts]
        if not missing:
            return
        self._texts.update(dict.fromkeys(missing))
        for values in _stored(missing):
            self._texts[values[0]] = StoredText(*values)


def _joined(text: StoredText) -> str:
    if not text.files:
        return text.text
    return "\n\n".join([text.text, *(f"{name}\n{content}" for name, content, *_key in text.files)])
