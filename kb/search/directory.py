"""The index on disk: where it lives, how it is opened, written, rebuilt beside and swapped.

``PATH/current`` is a link to ``PATH/<analysis version>-<n>``. Searches follow the link; a rebuild fills the next
directory and moves the link at the end. Whoosh reads pickles from these directories, so they belong to this
user alone and are never restored from elsewhere.
"""

import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from whoosh.index import EmptyIndexError, FileIndex, LockError

from kb.search.analysis import ANALYSIS_VERSION
from kb.search.codec import CompactWriter, DurableStorage
from kb.search.generation import INDEX_NAME, SCHEMA, Generation, open_generation
from kb.search.query import IndexBusy, SearchUnavailable

logger = logging.getLogger(__name__)

_OPEN_ATTEMPTS = 4
_PAUSE_S = 0.02
_LOCK_TIMEOUT_S = 2.0
# A directory changed less than this ago may change again within the resolution of its time stamp.
_SETTLED_NS = 50_000_000
_MAX_SEGMENTS = 8
_REBUILD_BATCH = 4000

Fields = Mapping[str, Any]


class IndexDirectory:
    """The directories of the index below one path, and the generation that is open now."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._link = os.path.join(path, "current")
        self._lock = threading.Lock()
        # With the folder and its time where these tell that nothing has changed since.
        self._open: tuple[Generation | None, tuple[str, int] | None] = (None, None)

    # --- Reading ---------------------------------------------------------------------------

    def folder(self) -> str:
        """Return the directory in use; raise SearchUnavailable when there is none of this version."""
        try:
            name = os.readlink(self._link)
        except OSError as error:
            raise SearchUnavailable("The index is missing.") from error
        if not name.startswith(f"{ANALYSIS_VERSION}-"):
            raise SearchUnavailable("The index was made by another version of the analysis.")
        return os.path.join(self.path, name)

    def generation(self) -> Generation:
        """Return the newest state of the index, opened once and shared by all threads."""
        for attempt in range(_OPEN_ATTEMPTS):
            if attempt:
                # A commit or a rebuild removed files between our looking and our opening.
                time.sleep(_PAUSE_S * attempt)
            folder = self.folder()
            try:
                generation = self._opened(folder, is_forced=attempt > 0)
            except (FileNotFoundError, EmptyIndexError):
                continue
            except Exception as error:  # a torn pickle may raise anything
                logger.exception("The index cannot be opened")
                raise SearchUnavailable("The index is damaged.") from error
            if generation.is_intact():
                return generation
        raise SearchUnavailable("The index files are missing or cut.")

    def _opened(self, folder: str, *, is_forced: bool) -> Generation:
        changed_ns = os.stat(folder).st_mtime_ns
        stamp = (folder, changed_ns)
        generation = self._known(stamp)
        if generation is not None and not is_forced:
            return generation
        with self._lock:
            # Another thread may have opened it while this one waited.
            generation = None if is_forced else self._known(stamp)
            if generation is None:
                generation = open_generation(folder, self._open[0])
                is_settled = time.time_ns() - changed_ns > _SETTLED_NS
                self._open = (generation, stamp if is_settled else None)
        return generation

    def check(self) -> None:
        """Read every file through: disks forget, too. Raises SearchUnavailable, and nothing is kept open then."""
        try:
            is_whole = self.generation().is_whole()
        except FileNotFoundError:
            # A commit removed it meanwhile; what it wrote is looked through when it is opened.
            return
        if not is_whole:
            self._open = (None, None)
            raise SearchUnavailable("A file of the index is not what was written.")

    def _known(self, stamp: tuple[str, int]) -> Generation | None:
        """Return the open generation if it is that of a folder at a time."""
        generation, known = self._open
        return generation if known == stamp else None

    # --- Writing ---------------------------------------------------------------------------

    def write(self, documents: Iterable[Fields], removed_keys: Iterable[str] = ()) -> None:
        """Add or replace documents and remove others, all in one commit."""
        added = {document["id"].decode(): document for document in documents}
        gone = [*removed_keys, *added]
        if not gone:
            return
        folder = self.folder()
        with _writer(folder) as writer:
            _delete(writer, self.generation(), gone)
            for document in added.values():
                writer.add_document(**document)
            writer.commit(mergetype=writer.merge_policy(choose_merge))

    def create_empty(self) -> None:
        """Replace everything by an empty index."""
        with self.rebuild():
            pass

    @contextmanager
    def rebuild(self) -> Iterator["FreshIndex"]:
        """Fill a new directory beside the current one; swap when the block ends without an error."""
        folder = self._new_folder()
        fresh = FreshIndex(folder)
        try:
            yield fresh
            fresh.finish()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._swap(folder)

    def _new_folder(self) -> str:
        if os.path.lexists(self.path) and not os.path.isdir(self.path):
            # Somebody put a file in our place: keep it beside.
            os.replace(self.path, f"{self.path}.unusable")
        os.makedirs(self.path, mode=0o700, exist_ok=True)
        numbers = [int(found[1]) for name in os.listdir(self.path) if (found := _OURS.match(name))]
        folder = os.path.join(self.path, f"{ANALYSIS_VERSION}-{max(numbers, default=0) + 1}")
        os.mkdir(folder, mode=0o700)
        return folder

    def _swap(self, folder: str) -> None:
        fresh_link = f"{self._link}.{os.getpid()}"
        if os.path.lexists(fresh_link):
            os.remove(fresh_link)
        os.symlink(os.path.basename(folder), fresh_link)
        if os.path.isdir(self._link) and not os.path.islink(self._link):
            # A copy that followed links left a folder, which no link can replace in one step.
            shutil.rmtree(self._link)
        os.replace(fresh_link, self._link)
        DurableStorage(self.path).flush_directory()
        self._remove_all_but(folder)

    def _remove_all_but(self, folder: str) -> None:
        """Remove what earlier rebuilds left, finished or killed.

        Searches under way keep their files open; nobody opens the old directory any more.
        """
        for name in os.listdir(self.path):
            other = os.path.join(self.path, name)
            if os.path.islink(other):
                if other != self._link:
                    os.remove(other)
            elif os.path.isdir(other) and other != folder:
                shutil.rmtree(other, ignore_errors=True)


# The names of our directories: version of the analysis and number.
_OURS = re.compile(r"[^-]+-(\d+)$")


class FreshIndex:
    """An index being filled from nothing."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._index = DurableStorage(folder).create_index(SCHEMA, indexname=INDEX_NAME)
        self._waiting: list[Fields] = []
        self._flushed = 0
        self.count = 0

    def add(self, documents: Iterable[Fields]) -> None:
        """Take documents; each key comes once."""
        for document in documents:
            self._waiting.append(document)
            self.count += 1
            if len(self._waiting) >= _REBUILD_BATCH:
                self._flush()

    def finish(self) -> None:
        """Write what waits and merge everything into one segment."""
        self._flush()
        if self._flushed > 1:
            with _writer(self._folder) as writer:
                writer.commit(mergetype=writer.merge_policy(list))
        found = open_generation(self._folder, None).count
        if found != self.count:
            raise SearchUnavailable(f"The new index has {found} documents instead of {self.count}.")

    def _flush(self) -> None:
        if self._waiting:
            with _writer(self._folder) as writer:
                for document in self._waiting:
                    writer.add_document(**document)
                writer.commit(merge=False)
            self._waiting.clear()
            self._flushed += 1


@contextmanager
def _writer(folder: str) -> Iterator[CompactWriter]:
    """Hold the write lock; whatever happens inside, it is released."""
    storage = DurableStorage(folder)
    try:
        writer = CompactWriter(FileIndex(storage, SCHEMA, INDEX_NAME), timeout=_LOCK_TIMEOUT_S)
    except LockError as error:
        raise IndexBusy("Another process is writing the index.") from error
    except FileNotFoundError as error:
        raise SearchUnavailable("The index files are missing.") from error
    except OSError:
        raise
    except Exception as error:  # a torn pickle may raise anything
        raise SearchUnavailable("The index is damaged.") from error
    try:
        yield writer
    finally:
        if not writer.is_closed:
            writer.cancel()


def _delete(writer: CompactWriter, generation: Generation, keys: Iterable[str]) -> None:
    base = 0
    wanted = list(dict.fromkeys(keys))
    for view, deleted in generation.views:
        for key in wanted:
            for number in view.postings("key", key)[0].tolist():
                if number not in deleted:
                    writer.delete_document(base + number)
        base += view.count


def choose_merge(segments: list[Any]) -> list[Any]:
    """Return the segments to merge: none while they are few, else the small ones, and those mostly deleted."""
    stale = [
        segment for segment in segments if segment.deleted_count() * 2 > segment.doc_count_all()
    ]
    if len(segments) < _MAX_SEGMENTS:
        return stale
    by_size = sorted(segments, key=_size_of)
    chosen, total = by_size[:2], sum(map(_size_of, by_size[:2]))
    for segment in by_size[2:]:
        if _size_of(segment) > 2 * total:
            break
        chosen.append(segment)
        total += _size_of(segment)
    return [segment for segment in segments if segment in chosen or segment in stale]


def _size_of(segment: Any) -> int:
    return int(segment.doc_count_all())
