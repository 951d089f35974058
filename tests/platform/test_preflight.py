"""What ``start`` refuses before anything is made."""

import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from kb.preflight import Refusal, require_free_port, require_writable_folder


def test_a_port_in_use_is_named_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Refusal, match=f"ポート {port} はほかのプログラム.*--port {port + 1}"):
            require_free_port("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_out_of_range_is_refused(port: int) -> None:
    with pytest.raises(Refusal, match="1〜65535"):
        require_free_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refusal, match="この機械のアドレスではありません"):
        require_free_port("192.0.2.1", 8000)


def test_a_folder_that_can_be_made_is_accepted_and_not_made(tmp_path: Path) -> None:
    require_writable_folder(tmp_path / "new" / "var")
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_place_is_refused() -> None:
    # /proc takes no files, whoever asks; permission bits would not stop root.
    with pytest.raises(Refusal, match="/proc に書き込めません"):
        require_writable_folder(Path("/proc/chinowa"))


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(Refusal, match="フォルダーではなくファイル"):
        require_writable_folder(tmp_path / "var")


def test_a_nearly_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nearly_full = SimpleNamespace(free=7 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly_full)
    with pytest.raises(Refusal, match="空きが 7 MB"):
        require_writable_folder(tmp_path / "var")
