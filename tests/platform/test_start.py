"""``manage.py start`` for real: its children, its end, and what it refuses."""

import http.client
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from kb.preflight import ROOT
from tests.platform.running import (
    environment,
    family,
    free_port,
    has_ended,
    started,
    status_of,
    wait_until,
)

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def prepared_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the first start leaves it; migrating takes most of that start's time."""
    folder = tmp_path_factory.mktemp("prepared") / "var"
    with started(folder, port=free_port(), output=folder.parent / "output") as process:
        assert process.poll() is None, (folder.parent / "output").read_text()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    return folder


@pytest.fixture
def var(prepared_var: Path, tmp_path: Path) -> Path:
    """A copy of the prepared folder, for one test alone."""
    return Path(shutil.copytree(prepared_var, tmp_path / "var", symlinks=True))


def test_start_serves_pages_and_ctrl_c_ends_everything(var: Path, tmp_path: Path) -> None:
    port = free_port()
    with started(var, port=port, output=tmp_path / "output") as process:
        assert status_of(port, "/healthz") == 200
        wait_until(lambda: len(family(process.pid)) >= 5, "start, web with two workers, worker")
        members = family(process.pid)
        assert len(members) == 5
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert all(has_ended(member) for member in members)
    output = (tmp_path / "output").read_text()
    assert f"http://127.0.0.1:{port}/" in output
    assert "Traceback" not in output


def test_what_no_page_can_take_is_refused_in_words(var: Path, tmp_path: Path) -> None:
    port = free_port()
    with started(var, port=port, output=tmp_path / "output"):
        long, longer = "%E3%81%82" * 3000, "%E3%81%82" * 9000
        assert asked(port, "GET", f"/search/?q={long}")[0] == 302
        status, page = asked(port, "GET", f"/search/?q={longer}")
        assert status == 414
        assert "アドレスが長すぎます" in page
        assert "The address is too long" in page
        status, page = asked(port, "GET", "/healthz", headers={"X-Long": "a" * 9000})
        assert status == 431
        assert "クッキー" in page
        much = b"a" * 9 * 1024 * 1024
        status, page = asked(
            port, "POST", "/login/", body=much, headers={"Content-Type": "text/plain"}
        )
        assert status == 413
        assert "大きすぎて受け取れませんでした" in page


def test_visitors_are_shared_out_among_the_processes(var: Path, tmp_path: Path) -> None:
    port = free_port()
    with started(var, port=port, output=tmp_path / "output") as process:
        wait_until(lambda: len(family(process.pid)) >= 5, "both processes of the web server")
        for _round in range(3):
            visitors = [http.client.HTTPConnection("127.0.0.1", port) for _number in range(12)]
            for visitor in visitors:
                visitor.request("GET", "/healthz")
                assert visitor.getresponse().read()
            ports = {visitor.sock.getsockname()[1] for visitor in visitors}
            taken = [len(ports & visiting(member)) for member in family(process.pid)]
            for visitor in visitors:
                visitor.close()
            # Whoever has some takes no more than half as many again as a fair share.
            assert sum(taken) == len(visitors)
            assert max(taken) <= 9


def visiting(process: psutil.Process) -> set[int]:
    """The ports of those whose connections the process holds."""
    return {held.raddr.port for held in process.net_connections("tcp") if held.raddr}


def asked(
    port: int,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    """Status and page of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_start_without_people_says_how_to_make_the_first(var: Path, tmp_path: Path) -> None:
    with started(var, port=free_port(), output=tmp_path / "output"):
        assert (
            f"KB_VAR={var} python3 manage.py createsuperuser" in (tmp_path / "output").read_text()
        )


def test_kill_9_leaves_no_process_behind(var: Path, tmp_path: Path) -> None:
    with started(var, port=free_port(), output=tmp_path / "output") as process:
        members = family(process.pid)
        process.kill()
        process.wait()
        wait_until(lambda: all(has_ended(member) for member in members), "the end of the children")


def test_a_killed_worker_is_started_again_with_a_message(var: Path, tmp_path: Path) -> None:
    with started(var, port=free_port(), output=tmp_path / "output") as process:
        web, worker = family(process.pid)[0].children()
        worker.kill()
        message = "裏方(索引と定期の仕事)が止まりました"
        wait_until(lambda: message in (tmp_path / "output").read_text(), "the message")
        wait_until(lambda: len(family(process.pid)[0].children()) == 2, "another worker")
        assert not has_ended(web)


def test_a_second_start_finds_key_and_data_again(var: Path, tmp_path: Path) -> None:
    key = (var / "secret_key").read_text()
    with started(var, port=free_port(), output=tmp_path / "output") as process:
        assert process.poll() is None
        assert "データベースを用意しています" not in (tmp_path / "output").read_text()
    assert (var / "secret_key").read_text() == key


def test_two_starts_on_one_folder_are_refused_with_the_address(var: Path, tmp_path: Path) -> None:
    port = free_port()
    with started(var, port=port, output=tmp_path / "output"):
        second = run_start("--var", str(var), "--port", str(free_port()))
        taken = run_start("--var", str(tmp_path / "other"), "--port", str(port))
    assert (second.returncode, taken.returncode) == (1, 1)
    assert f"もう動いています: http://127.0.0.1:{port}/" in second.stderr
    assert f"ポート {port} はほかのプログラムが使っています" in taken.stderr
    assert not (tmp_path / "other").exists()


def test_a_database_that_cannot_be_reached_is_said_in_words(tmp_path: Path) -> None:
    result = run_start(
        "--var",
        str(tmp_path / "var"),
        "--port",
        str(free_port()),
        DATABASE_URL=f"postgresql://kb:hunter2@127.0.0.1:{free_port()}/kb",
    )
    assert result.returncode == 1
    assert "データベースを用意できません" in result.stderr
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr


def run_start(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to be refused."""
    command = [sys.executable, "manage.py", "start", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**extra), capture_output=True, text=True, timeout=60
    )
