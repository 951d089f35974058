"""What can break an index: damage is never called empty, and no text finds more than it asks for."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh.index import FileIndex

from kb.search.backend import LeanWhooshBackend
from kb.search.codec import DurableStorage
from kb.search.generation import INDEX_NAME, SCHEMA
from kb.search.query import IndexBusy, SearchQuery, SearchUnavailable
from kb.search.seals import Stamp
from tests.search.library import INDEX, Library, Note


def test_a_missing_index_is_unavailable_not_empty(tmp_path: Path) -> None:
    backend = LeanWhooshBackend("default", PATH=str(tmp_path / "none"))
    with pytest.raises(SearchUnavailable):
        backend.find(SearchQuery(text="会議"))
    with pytest.raises(SearchUnavailable):
        backend.update(INDEX, [Note(1, "会議")])
    assert not (tmp_path / "none").exists()


def test_an_index_of_another_version_is_unavailable_until_rebuilt(library: Library) -> None:
    path = Path(library.backend.directory.path)
    current = path / "current"
    old = path / "0-1"
    os.rename(path / os.readlink(current), old)
    current.unlink()
    current.symlink_to(old.name)
    with pytest.raises(SearchUnavailable):
        library.ids("会議")
    with library.backend.rebuild() as fresh:
        fresh.update(INDEX, [Note(1, "会議")])
    assert library.ids("会議") == [1]
    assert not old.exists()


def _folder_copied_over(path: Path) -> None:
    kept = path / os.readlink(path / "current")
    (path / "current").unlink()
    shutil.copytree(kept, path / "current")


def _file_in_place_of_the_link(path: Path) -> None:
    (path / "current").unlink()
    (path / "current").write_text("", encoding="utf-8")


def _link_that_leads_nowhere(path: Path) -> None:
    (path / "current").unlink()
    (path / "current").symlink_to("0-99")


def _link_of_a_killed_rebuild(path: Path) -> None:
    (path / "current").rename(path / "current.4321")


def _file_in_place_of_everything(path: Path) -> None:
    shutil.rmtree(path)
    path.write_text("", encoding="utf-8")


@pytest.mark.parametrize(
    "break_it",
    [
        _folder_copied_over,
        _file_in_place_of_the_link,
        _link_that_leads_nowhere,
        _link_of_a_killed_rebuild,
        _file_in_place_of_everything,
    ],
)
def test_whatever_lies_in_its_place_a_rebuild_heals_it(
    library: Library, break_it: Callable[[Path], None]
) -> None:
    library.save(Note(1, "会議"))
    path = Path(library.backend.directory.path)
    break_it(path)
    with pytest.raises(SearchUnavailable):
        library.ids("会議")
    with library.backend.rebuild() as fresh:
        fresh.update(INDEX, [Note(1, "会議")])
    assert library.ids("会議") == [1]
    assert sorted(one.name for one in path.iterdir()) == [os.readlink(path / "current"), "current"]


@pytest.mark.parametrize("kept_bytes", [0, 100, 3000])
def test_a_cut_file_is_unavailable_not_empty_and_not_fatal(
    library: Library, kept_bytes: int
) -> None:
    library.save(*(Note(n, f"会議{n}", "記録 " * 200) for n in range(20)))
    assert library.ids("会議")
    for segment in Path(library.backend.directory.folder()).glob("*.seg"):
        os.truncate(segment, kept_bytes)
    with pytest.raises(SearchUnavailable):
        library.ids("会議")
    with pytest.raises(SearchUnavailable):
        library.save(Note(99, "会議"))
    fresh_process = LeanWhooshBackend("default", PATH=library.backend.directory.path)
    with pytest.raises(SearchUnavailable):
        fresh_process.find(SearchQuery(text="会議"))


def test_a_torn_table_of_contents_is_unavailable(library: Library) -> None:
    library.save(Note(1, "会議"))
    for contents in Path(library.backend.directory.folder()).glob("*.toc"):
        os.truncate(contents, 20)
    with pytest.raises(SearchUnavailable):
        library.ids("会議")


def _flip_a_bit(file: Path, place: float) -> None:
    found = bytearray(file.read_bytes())
    found[int(len(found) * place)] ^= 4
    file.write_bytes(found)


@pytest.mark.parametrize("place", [0.02, 0.2, 0.4, 0.6, 0.8, 0.97])
@pytest.mark.parametrize("files", ["*.seg", "*.toc"])
def test_a_flipped_bit_is_unavailable_and_never_a_wrong_answer(
    library: Library, files: str, place: float
) -> None:
    library.save(*(Note(n, f"会議{n}", f"記録{n} " * 50) for n in range(30)))
    assert library.ids("会議")
    for file in Path(library.backend.directory.folder()).glob(files):
        _flip_a_bit(file, place)
    for backend in (
        library.backend,
        LeanWhooshBackend("default", PATH=library.backend.directory.path),
    ):
        with pytest.raises(SearchUnavailable):
            backend.find(SearchQuery(text="会議"))
    with pytest.raises(SearchUnavailable):
        library.save(Note(99, "会議"))


def test_a_page_of_zeros_is_unavailable(library: Library) -> None:
    library.save(*(Note(n, f"会議{n}", f"記録{n} " * 200) for n in range(30)))
    for segment in Path(library.backend.directory.folder()).glob("*.seg"):
        with open(segment, "r+b") as file:
            file.seek(1024)
            file.write(bytes(4096))
    with pytest.raises(SearchUnavailable):
        library.ids("会議")


def test_a_file_touched_and_unchanged_is_read_on(library: Library) -> None:
    library.save(Note(1, "会議"))
    assert library.ids("会議") == [1]
    for file in Path(library.backend.directory.folder()).iterdir():
        os.utime(file, (1, 1))
    assert library.ids("会議") == [1]


def test_what_a_disk_forgot_is_found_by_a_check(library: Library) -> None:
    library.save(*(Note(n, f"会議{n}", f"記録{n} " * 50) for n in range(30)))
    library.backend.check_files()
    for file in Path(library.backend.directory.folder()).glob("*.seg"):
        known = file.stat()
        _flip_a_bit(file, 0.5)
        os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))
    with pytest.raises(SearchUnavailable):
        library.backend.check_files()
    with pytest.raises(SearchUnavailable):
        library.ids("会議")


def test_files_that_may_not_be_looked_at_are_unavailable(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save(Note(1, "会議"))
    assert library.ids("会議") == [1]

    def closed(path: str) -> Stamp:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("kb.search.generation.stamp_of", closed)
    with pytest.raises(SearchUnavailable):
        library.ids("会議")


def test_a_removed_directory_is_unavailable(library: Library) -> None:
    library.save(Note(1, "会議"))
    folder = Path(library.backend.directory.folder())
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(SearchUnavailable):
        library.ids("会議")


def test_a_second_writer_is_told_to_wait(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.search.directory._LOCK_TIMEOUT_S", 0.1)
    storage = DurableStorage(library.backend.directory.folder())
    lock = FileIndex(storage, SCHEMA, INDEX_NAME).lock("WRITELOCK")
    assert lock.acquire()
    with pytest.raises(IndexBusy):
        library.save(Note(1, "会議"))
    lock.release()
    library.save(Note(1, "会議"))
    assert library.ids("会議") == [1]


def test_a_full_disk_loses_nothing_and_keeps_no_lock(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save(Note(1, "会議"))

    def full(self: DurableStorage, name: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(DurableStorage, "flush_file", full)
        library.save(Note(2, "研修"))
    assert library.ids("会議") == [1]
    library.save(Note(2, "研修"))
    assert library.ids("研修") == [2]


def test_a_disk_that_takes_no_file_keeps_no_lock(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.save(Note(1, "会議"))

    def read_only(self: DurableStorage, name: str) -> None:
        raise OSError(30, "Read-only file system")

    # The error is kept, as a worker keeps that of a failed task.
    with monkeypatch.context() as patch, pytest.raises(OSError, match="Read-only") as kept:
        patch.setattr(DurableStorage, "temp_storage", read_only)
        library.save(Note(2, "研修"))
    library.save(Note(2, "研修"))
    assert library.ids("研修") == [2]
    assert kept.value.errno == 30


def test_a_failed_rebuild_leaves_the_index_as_it_was(library: Library) -> None:
    library.save(Note(1, "会議"))
    with pytest.raises(ZeroDivisionError), library.backend.rebuild() as fresh:
        fresh.update(INDEX, [Note(2, "研修")])
        raise ZeroDivisionError
    assert library.ids("会議") == [1]
    assert len(os.listdir(library.backend.directory.path)) == 2


def search_until(is_over: threading.Event, library: Library, wrong: list[object]) -> None:
    while not is_over.is_set():
        try:
            if not library.backend.find(SearchQuery(text="会議")).total:
                wrong.append("empty")
        except SearchUnavailable as error:
            wrong.append(error)


def test_searches_go_on_during_commits_and_rebuilds(library: Library) -> None:
    library.save(*(Note(n, "会議の記録") for n in range(5)))
    wrong: list[object] = []
    is_over = threading.Event()
    threads = [
        threading.Thread(target=search_until, args=(is_over, library, wrong)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for number in range(10, 22):
        library.save(Note(number, "会議の議事録"))
    for _ in range(3):
        with library.backend.rebuild() as fresh:
            fresh.update(INDEX, library.notes.values())
    is_over.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert library.find("会議").total == len(library.notes)


HOSTILE = [
    "id:*",
    "secret OR *:*",
    "[[[",
    "((((",
    "*",
    "?",
    "^~",
    "\\",
    '"' * 5000,
    "あ" * 100_000,
    "NOT",
    "😀",
    "\ud800",
    "-",
    "ー",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_finds_more_than_it_asks_for(library: Library, text: str) -> None:
    library.save(Note(1, "会議の記録"), Note(2, "経費の精算"))
    assert library.ids(text) == []
