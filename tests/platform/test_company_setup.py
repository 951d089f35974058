"""The company's set-up for real: gunicorn, Celery, PostgreSQL and Redis, as docker-compose runs them."""

import contextlib
import dataclasses
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kb.preflight import ROOT
from tests.platform.postgres import NoServerError, temporary_server
from tests.platform.running import environment, free_port, status_of, wait_until
from tests.platform.visitor import Visitor

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

PASSWORD = "correct horse battery"


@dataclasses.dataclass
class Company:
    """A running set-up: where its pages are, and its Redis, which a test may stop."""

    port: int
    redis: "Redis"

    def signed_in(self) -> Visitor:
        visitor = Visitor(f"http://127.0.0.1:{self.port}/")
        visitor.fill("/login/", "password", username="alice", password=PASSWORD)
        return visitor


class Redis:
    """A Redis server that keeps nothing, as in docker-compose.yml."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--save",
            "",
            "--dir",
            str(self._folder),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Web, indexer and beat on a PostgreSQL and a Redis of their own."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server が見つかりません")
    folder = tmp_path_factory.mktemp("company")
    with contextlib.ExitStack() as stack:
        try:
            database = stack.enter_context(temporary_server())
        except NoServerError as error:
            pytest.skip(str(error))
        redis = Redis(folder)
        redis.start()
        stack.callback(redis.stop)
        settings = environment(
            KB_VAR=str(folder / "var"),
            KB_STATIC=str(folder / "static"),
            KB_PRODUCTION="1",
            ALLOWED_HOSTS="kb.example.co.jp,127.0.0.1",
            SECRET_KEY="q8Zt4Vw1Lr6Np9Xc3Hs7Jd2Kf5Gb0My-AaEeIiOoUuTtRrSsNnLlDd",
            DATABASE_URL=database,
            REDIS_URL=f"redis://127.0.0.1:{redis.port}/0",
        )
        set_up(settings)
        port = free_port()
        for number, command in enumerate(programs(port, folder)):
            stack.enter_context(running(command, settings, folder / f"{number}.log"))
        wait_until(lambda: status_of(port, "/healthz") == 200, "the web server")
        yield Company(port, redis)


def set_up(settings: dict[str, str]) -> None:
    """Migrate, gather the static files and make one person."""
    person = (
        "from people.models import Person;"
        f"Person.objects.create_user('alice', '{PASSWORD}', name='有栖川 玲', yomi='ありすがわ れい')"
    )
    for arguments in (["migrate"], ["collectstatic", "--noinput"], ["shell", "-c", person]):
        command = [sys.executable, "manage.py", *arguments, "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=settings, check=True)


def programs(port: int, folder: Path) -> list[list[str]]:
    """What docker-compose.yml and the Dockerfile run, on a port and in a folder of the test."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    web = ["gunicorn", "kb.wsgi:application", "--worker-class", "gthread", "--preload"]
    indexer = compose["services"]["indexer"]["command"]
    beat = ["celery", "-A", "kb.celery", "beat", "--schedule", str(folder / "clock")]
    return [
        [*web, "--no-control-socket", "--bind", f"127.0.0.1:{port}"],
        [part.replace("%h", "test") for part in indexer],
        beat,
    ]


@contextlib.contextmanager
def running(command: list[str], settings: dict[str, str], log: Path) -> Iterator[None]:
    """The program in a process of its own, ended politely and then for sure."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=settings, stdout=output, stderr=output
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def save(visitor: Visitor, title: str, body: str) -> None:
    page = visitor.fill("/write/note/", "body", title=title, body=body)
    assert title in page


def finds(visitor: Visitor, word: str, title: str) -> bool:
    return title in visitor.read(f"/search/?q={word}")


def test_a_document_saved_in_the_browser_is_found(company: Company) -> None:
    visitor = company.signed_in()
    save(visitor, "Quokka の飼い方", "クオッカワラビーは、昼のあいだ木かげで休みます。")
    wait_until(lambda: finds(visitor, "quokka", "飼い方"), "the document in the results")


def test_without_redis_saving_goes_on_and_search_follows_after_it_is_back(company: Company) -> None:
    visitor = company.signed_in()
    company.redis.stop()
    started_at = time.monotonic()
    save(visitor, "Numbat の食べ物", "フクロアリクイは、シロアリだけを食べます。")
    # The page itself takes a part of this; a queue that blocked would take many seconds.
    assert time.monotonic() - started_at < 10
    assert '"degraded"' in visitor.read("/readyz")
    company.redis.start()
    wait_until(lambda: finds(visitor, "numbat", "食べ物"), "the document in the results")
