"""Copies of the database: SQLite by its own online backup, PostgreSQL by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, connections
from django.utils.translation import gettext as _

SQLITE_NAME = "database.sqlite3"
POSTGRES_NAME = "database.pgdump"


class ToolMissing(Exception):
    """A tool of PostgreSQL is not installed here, or failed; the words say what to do."""


def dump(folder: Path) -> Path:
    """Write a consistent copy of the database into the folder; gives its file."""
    if connection.vendor == "sqlite":
        return _copy_sqlite(Path(_database()["NAME"]), folder / SQLITE_NAME)
    target = folder / POSTGRES_NAME
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")
    return target


def load(file: Path) -> None:
    """Put the copy in the place of the database, all or nothing."""
    if file.name == SQLITE_NAME:
        connections.close_all()
        # Through SQLite's own backup: it takes the locks, so readers see the old state or the new.
        _copy_sqlite(file, Path(_database()["NAME"]))
        return
    connections.close_all()
    _run(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
        f"--dbname={_database()['NAME']}", str(file),
    )  # fmt: skip


def fits(file: Path) -> bool:
    """Whether the copy is of the kind of database that is configured here."""
    return (file.name == SQLITE_NAME) == (connection.vendor == "sqlite")


def counts() -> dict[str, int]:
    """Rows of each table of ours, by model label; the index's own waiting rows are left out."""
    return {
        model._meta.label_lower: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label not in ("search", "sessions", "axes")
    }


def _copy_sqlite(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # A copy alone in its file, without a journal beside it.
        if target.name == SQLITE_NAME:
            new.execute("PRAGMA journal_mode=DELETE")
    return target


def _database() -> dict[str, Any]:
    return settings.DATABASES["default"]


def _run(tool: str, *arguments: str) -> None:
    if shutil.which(tool) is None:
        raise ToolMissing(
            _("%(tool)s がありません。PostgreSQL のクライアントを入れてください。") % {"tool": tool}
        )
    # As Django itself connects: host and port may also stand behind the ? of DATABASE_URL.
    given = connection.get_connection_params()
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
    environment = os.environ | {
        variable: str(given[name]) for variable, name in names.items() if given.get(name)
    }
    environment["PGDATABASE"] = str(_database()["NAME"])
    done = subprocess.run(
        [tool, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ToolMissing(f"{tool}: {done.stderr.strip()[-500:]}")
