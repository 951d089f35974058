"""What can be checked before anything is installed: port, folder, arguments of ``start``.

Standard library only: ``kb.bootstrap`` runs this with a bare Python.
"""

import argparse
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
LEAST_FREE_MIB = 100
_PROBE_BYTES = 64 * 1024


class Refusal(Exception):
    """We cannot go on; the text is one plain sentence in Japanese and one in English."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(f"{japanese}\n{english}")


def say(line: str) -> None:
    """Print a line at once, also where the terminal cannot show every letter."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def add_start_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``start``, for the bootstrap and for the Django command."""
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="ポート番号(初期値 8000)")
    parser.add_argument(
        "--host",
        default=DEFAULT_HOST,
        help="待ち受けるアドレス。ほかの機械から開くには 0.0.0.0(初期値 127.0.0.1)",
    )
    parser.add_argument("--demo", action="store_true", help="架空の会社の内容を入れます")
    parser.add_argument("--var", help="データを置くフォルダー(初期値 var)")


def read_start_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments of ``start`` before Django is there; what Django adds is let through."""
    parser = argparse.ArgumentParser(prog="manage.py start", add_help=False, allow_abbrev=False)
    add_start_arguments(parser)
    return parser.parse_known_args(argv)[0]


def choose_var(chosen: str | None) -> Path:
    """The folder of everything that a run writes; kept in ``KB_VAR`` for all processes."""
    path = Path(chosen or os.environ.get("KB_VAR") or ROOT / "var").expanduser()
    path = Path(os.path.abspath(path))
    os.environ["KB_VAR"] = str(path)
    return path


def require_free_port(host: str, port: int) -> None:
    """Raise Refusal when nothing could listen at this address."""
    if not 1 <= port <= 65535:
        raise Refusal(
            f"--port には 1〜65535 の数を指定してください(いまの値: {port})。",
            f"--port must be a number from 1 to 65535 (it is {port}).",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError as error:
        raise Refusal(
            f"ポート {port} を使う権限がありません。--port 8000 のように 1024 以上を指定してください。",
            f"Port {port} needs more rights: choose one from 1024, such as --port 8000.",
        ) from error
    except OSError as error:
        raise _port_refusal(host, port, error) from error


def _port_refusal(host: str, port: int, error: OSError) -> Refusal:
    if isinstance(error, socket.gaierror) or "assign" in (error.strerror or ""):
        return Refusal(
            f"{host} はこの機械のアドレスではありません。--host を確かめてください。",
            f"{host} is not an address of this machine: check --host.",
        )
    return Refusal(
        f"ポート {port} はほかのプログラムが使っています。--port {port + 1} のように別の番号を"
        "指定してください。",
        f"Port {port} is in use: choose another one, such as --port {port + 1}.",
    )


def require_writable_folder(folder: Path) -> None:
    """Raise Refusal unless files can be made in ``folder``; leaves nothing new behind."""
    if folder.exists() and not folder.is_dir():
        raise Refusal(
            f"{folder} はフォルダーではなくファイルです。--var に別の場所を指定してください。",
            f"{folder} is a file, not a folder: choose another place with --var.",
        )
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as probe:
            probe.write(b"\0" * _PROBE_BYTES)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        raise Refusal(
            f"{existing} に書き込めません({error.strerror})。--var に書き込める場所を指定してください。",
            f"Cannot write into {existing}: choose a folder that can be written with --var.",
        ) from error
    free_mib = shutil.disk_usage(existing).free // 2**20
    if free_mib < LEAST_FREE_MIB:
        raise Refusal(
            f"{existing} の空きが {free_mib} MB しかありません。{LEAST_FREE_MIB} MB 以上空けるか、"
            "--var に別の場所を指定してください。",
            f"Only {free_mib} MB are free at {existing}: free {LEAST_FREE_MIB} MB, "
            "or choose another place with --var.",
        )
