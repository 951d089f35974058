"""Haystack's engine on Whoosh: writes prepared documents, answers searches, rebuilds beside and swaps."""

import logging
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from haystack.backends import BaseEngine
from haystack.backends.whoosh_backend import WhooshSearchBackend, WhooshSearchQuery
from haystack.exceptions import SkipDocument
from haystack.utils import get_identifier, get_model_ct
from whoosh.fields import Schema

from kb.search import finder, kana_words, naming
from kb.search.analysts import Analyse, analysts
from kb.search.contents import Contents, contents_of
from kb.search.directory import FreshIndex, IndexDirectory
from kb.search.generation import SCHEMA, Generation
from kb.search.query import Found, Scored, SearchQuery, SearchUnavailable, TextLoader
from kb.search.synonyms import OFFICE_WORDS, SynonymTable

logger = logging.getLogger(__name__)
T = TypeVar("T")

# What reading a damaged file raises, beside what is found out before by its size.
DAMAGE = (OSError, EOFError, struct.error, zlib.error, UnicodeDecodeError)


class LeanWhooshBackend(WhooshSearchBackend):
    """Haystack's Whoosh backend without its own schema, parser and readers."""

    def __init__(self, connection_alias: str, **connection_options: Any) -> None:
        connection_options["SILENTLY_FAIL"] = False
        super().__init__(connection_alias, **connection_options)
        self.directory = IndexDirectory(str(self.path))

    def setup(self) -> None:
        """Nothing to prepare: the directory opens itself when it is needed."""
        self.setup_complete = True

    def build_schema(self, fields: Any) -> tuple[str, Schema]:
        """Return the one schema there is."""
        return "text", SCHEMA

    # --- Writing ---------------------------------------------------------------------------

    def update(self, index: Any, iterable: Iterable[Any], commit: bool = True) -> None:
        """Add or replace the documents of some objects in one commit."""
        self.write(self.analyse([(index, iterable)]))

    def analyse(self, batches: Iterable[tuple[Any, Iterable[Any]]]) -> list[Contents]:
        """Return the contents of objects of several search indexes, for ``write``."""
        prepared = (one for index, objects in batches for one in _prepared(index, objects))
        return list(map(contents_of, prepared))

    def write(self, contents: Iterable[Contents], removed_keys: Iterable[str] = ()) -> None:
        """Add or replace documents and remove keys, all in one commit."""
        self.directory.write([one.fields for one in contents], removed_keys)

    def remove(self, obj_or_string: Any, commit: bool = True) -> None:
        """Remove one document, by object or key."""
        self.remove_keys([get_identifier(obj_or_string)])

    def remove_keys(self, keys: Iterable[str]) -> None:
        """Remove documents in one commit."""
        self.directory.write([], keys)

    def clear(self, models: Any = None, commit: bool = True) -> None:
        """Empty the index, or remove all documents of some models."""
        if models is None:
            self.directory.create_empty()
            return
        prefixes = tuple(f"{get_model_ct(model)}." for model in models)
        self.remove_keys([key for key, _ in self.keys_and_revisions() if key.startswith(prefixes)])

    @contextmanager
    def rebuild(self) -> Iterator["Rebuild"]:
        """Fill a new index beside the current one; it takes over when the block ends without an error."""
        with analysts() as analyse, self.directory.rebuild() as fresh:
            yield Rebuild(fresh, analyse)

    # --- Reading ---------------------------------------------------------------------------

    def find(
        self,
        query: SearchQuery,
        *,
        limit: int = 100,
        synonyms: SynonymTable = OFFICE_WORDS,
        load_texts: TextLoader | None = None,
    ) -> Found:
        """Rank the documents that answer a query."""
        options = finder.Options(limit, synonyms, load_texts)
        return self._answer(lambda generation: finder.find(generation, query, options))

    def suggest(
        self, prefix: str, *, limit: int = 8, kinds: frozenset[str] = frozenset()
    ) -> tuple[Scored, ...]:
        """Return documents whose title, name or reading begins like this."""
        query = SearchQuery(text=prefix, kinds=kinds)
        return self._answer(lambda generation: finder.suggest(generation, query, limit))

    def people_beginning(self, name: str, *, limit: int) -> tuple[Scored, ...]:
        """Return the people whose name or reading begins like this."""
        return self._answer(lambda generation: naming.people_beginning(generation, name, limit))

    def spellings(self, kana: str, *, limit: int) -> list[str]:
        """Return what is written in titles for readings that begin like this."""
        return self._answer(
            lambda generation: kana_words.spellings_beginning(generation, kana, limit)
        )

    def similar(
        self,
        title: str,
        text: str,
        *,
        limit: int = 6,
        kinds: frozenset[str] = frozenset(),
        exclude: frozenset[str] = frozenset(),
        words: Sequence[str] | None = None,
    ) -> tuple[Scored, ...]:
        """Return documents on the same subject as a text; ``words`` are its words where they are known."""
        subject = finder.Subject(title, text, words)
        count = limit + len(exclude)
        found = self._answer(lambda generation: finder.similar(generation, subject, kinds, count))
        return tuple(hit for hit in found if hit.key not in exclude)[:limit]

    def _answer(self, ask: Callable[[Generation], T]) -> T:
        """Ask the current generation; a damaged file means that there is no true answer."""
        generation = self.directory.generation()
        try:
            return ask(generation)
        except DAMAGE as error:
            logger.exception("The index cannot be read")
            raise SearchUnavailable("The index is damaged.") from error

    def keys_and_revisions(self) -> Iterator[tuple[str, int]]:
        """Yield key and revision of every document."""
        return self.directory.generation().keys_and_revisions()

    def check_files(self) -> None:
        """Read every file of the index through; raises SearchUnavailable when one is damaged."""
        self.directory.check()

    def document_count(self) -> int:
        """Return how many documents there are."""
        return self.directory.generation().count

    def search(self, query_string: str, **kwargs: Any) -> dict[str, Any]:
        """Answer Haystack's own interface: keys and scores, without Haystack's result objects."""
        limit = int(kwargs.get("end_offset") or 100)
        found = self.find(SearchQuery(text=query_string), limit=limit)
        return {
            "results": list(found.hits[int(kwargs.get("start_offset") or 0) :]),
            "hits": found.total,
        }


class Rebuild:
    """An index being filled: takes objects like the backend does."""

    def __init__(self, fresh: FreshIndex, analyse: Analyse) -> None:
        self._fresh = fresh
        self._analyse = analyse

    @property
    def count(self) -> int:
        """How many documents it has so far."""
        return self._fresh.count

    def update(self, index: Any, iterable: Iterable[Any]) -> None:
        """Add the documents of some objects."""
        self.add(self.analyse(index, iterable))

    def analyse(self, index: Any, iterable: Iterable[Any]) -> Iterator[Contents]:
        """Return the contents of some objects, to be given to ``add``."""
        return self._analyse(_prepared(index, iterable))

    def add(self, contents: Iterable[Contents]) -> None:
        """Add documents."""
        self._fresh.add(one.fields for one in contents)


def _prepared(index: Any, objects: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for obj in objects:
        try:
            yield index.full_prepare(obj)
        except SkipDocument:
            continue


# For each path, as long as a thread uses it.
_opening = threading.Lock()
_open_backends: WeakValueDictionary[str, LeanWhooshBackend] = WeakValueDictionary()


class ChinowaEngine(BaseEngine):
    """The engine that settings name."""

    backend = LeanWhooshBackend
    query = WhooshSearchQuery
    _backend: LeanWhooshBackend | None

    def get_backend(self) -> LeanWhooshBackend:
        """Return the one backend of the process for this path.

        Haystack makes an engine for each thread; each would open the index and keep its lists for itself.
        """
        if self._backend is None:
            path = str(self.options["PATH"])
            with _opening:
                backend = _open_backends.get(path) or self.backend(self.using, **self.options)
                self._backend = _open_backends[path] = backend
        return self._backend
