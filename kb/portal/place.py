"""The folder and the database that ``manage.py start`` works on, made ready to be used."""

import contextlib
import fcntl
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from kb.portal.processes import apart
from kb.preflight import Refusal, say
from kb.search import outbox, upkeep
from kb.search.query import IndexBusy, SearchUnavailable

_FOLDERS = ("media", "log", "cache", "queue", "queue/messages", "queue/control")


@contextlib.contextmanager
def claim_var(folder: Path, *, address: str) -> Iterator[None]:
    """Make the folder and hold it, so that no second ``start`` works on the same files.

    Raises Refusal with the other's address when it is held already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in _FOLDERS:
            (folder / name).mkdir(exist_ok=True, mode=0o700)
        lock = (folder / "run.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise Refusal(
            f"{folder} に書き込めません({error.strerror})。--var に書き込める場所を指定してください。",
            f"Cannot write into {folder}: choose a folder that can be written with --var.",
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            other = lock.read().strip()
            raise Refusal(
                f"このフォルダー({folder})の知の輪は、もう動いています: {other}",
                f"Chinowa already runs on this folder ({folder}): {other}",
            ) from None
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        yield


def migrate_database() -> None:
    """Apply what is missing; a database that was new and could not be finished is removed."""
    new_files = _database_files() if not _database_exists() else []
    try:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        say("データベースを用意しています…")
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        connection.close()
        for file in new_files:
            file.unlink(missing_ok=True)
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "?"
        raise Refusal(
            f"データベースを用意できません({reason})。空き容量と DATABASE_URL を確かめてください。",
            f"Cannot prepare the database ({reason}): check the free space and DATABASE_URL.",
        ) from error


def _database_exists() -> bool:
    return connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists()


def _database_files() -> list[Path]:
    name = str(connection.settings_dict["NAME"])
    return [Path(name + suffix) for suffix in ("", "-wal", "-shm", "-journal")]


def build_missing_index() -> None:
    """Build the search index where it is missing or cannot be read."""
    if upkeep.is_usable():
        return
    say("検索の索引を作っています…")
    try:
        apart(upkeep.rebuild)
    except (IndexBusy, BrokenProcessPool):
        # A process that was killed while it wrote, by a lack of memory, too, still holds the lock for some seconds.
        say("索引は、このあと裏方が作り直します。")
    except OSError as error:
        raise Refusal(
            f"検索の索引を書けません({error.strerror}: {error.filename})。空き容量と権限を確かめてください。",
            f"Cannot write the search index ({error.strerror}: {error.filename}): check space and rights.",
        ) from error


def load_demo_company() -> None:
    """Fill an empty database with the demo company and make it searchable.

    Raises Refusal when a real company is there already.
    """
    say("架空の会社の内容を用意しています(1 分ほどかかります)…")
    try:
        apart(partial(call_command, "load_demo"))
    except CommandError as error:
        raise Refusal(
            str(error), "The demo company is for an empty database: choose a new folder with --var."
        ) from error
    try:
        apart(outbox.drain)
    except (IndexBusy, SearchUnavailable):
        say("検索の索引は、このあと裏方が作ります。")
