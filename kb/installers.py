"""Finds something that can install packages into ``.venv``, also where ``ensurepip`` is missing.

Standard library only. The order: pip inside ``.venv``, the pip of the running Python, a pip
wheel that lies on this machine, virtualenv, uv, and at last Debian's own package of the wheel.
"""

import dataclasses
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kb.preflight import Refusal, say

_SYSTEM_WHEELS = Path("/usr/share/python-wheels")
_DEBIAN_PACKAGE = "python3-pip-whl"
# pip says "Collecting name==1.0 (from …)", or "Processing /folder/name-1.0.whl" for a file at hand.
_PACKAGE = re.compile(r"(?:Collecting |Processing \S*/)([A-Za-z][\w.-]*?)(?:==|-\d| |$)")
_NO_DISK = ("No space left", "Disk quota")
_NO_NETWORK = (
    "Temporary failure in name resolution",
    "Max retries exceeded",
    "ConnectionError",
    "NewConnectionError",
    "Network is unreachable",
    "Could not find a version",
    "error sending request",
)


@dataclasses.dataclass(frozen=True)
class Installer:
    """A command line that is complete up to its list of requirements."""

    command: list[str]

    def install(self, file: Path, *, log: Path, total: int) -> None:
        """Install exactly what ``file`` lists, with its hashes; Refusal when that fails."""
        # The lock is complete. Without --no-deps an old pip looks for a newer release of every package
        # that another one asks for with an extra, and then refuses it for having no hash.
        command = [*self.command, "--no-deps", "--require-hashes", "-r", str(file)]
        with log.open("w", encoding="utf-8") as record:
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
            assert process.stdout is not None  # noqa: S101 (PIPE was asked for)
            try:
                done = 0
                for line in process.stdout:
                    record.write(line)
                    done = _show(line, done=done, total=total)
            finally:
                if sys.exc_info()[0] is not None:
                    process.kill()
                code = process.wait()
        if code != 0:
            raise _failure(log)


def _show(line: str, *, done: int, total: int) -> int:
    """Print progress for a line of the installer; gives back how many packages were seen."""
    if match := _PACKAGE.match(line):
        say(f"  [{done + 1}/{max(total, done + 1)}] {match[1]}")
        return done + 1
    if line.startswith(("Installing collected packages", "Prepared ")):
        say("  入れています(1 分ほどかかります)… / Unpacking, about a minute…")
    return done


def _failure(log: Path) -> Refusal:
    output = log.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    last = errors[-1] if errors else "?"
    if any(word in output for word in _NO_DISK):
        return Refusal(
            "ディスクの空きが足りません。1 GB 以上空けてから、もう一度実行してください。",
            "The disk is full: free 1 GB and run this again.",
        )
    if any(word in output for word in _NO_NETWORK):
        return Refusal(
            "ライブラリーを取り寄せられません。ネットワークとプロキシー(pip の設定)を確かめて、"
            f"もう一度実行してください({last})。",
            f"Cannot download the libraries: check the network and pip's proxy, then try again "
            f"({last}).",
        )
    return Refusal(
        f"ライブラリーを入れられませんでした({last})。もう一度実行してください。",
        f"Installing the libraries failed ({last}): please try again.",
    )


def find_installer(venv: Path, python: Path) -> Installer:
    """The first installer that answers; Refusal with what to do when none does."""
    for candidate in _candidates(venv, python):
        if _answers(candidate):
            return Installer(_complete(candidate))
    if shutil.which("uv"):
        return Installer(
            ["uv", "pip", "install", "--python", str(python), "--quiet", "--compile-bytecode"]
        )
    wheel = _wheel_from_debian(venv)
    if wheel is not None:
        return Installer(_complete([str(python), f"{wheel}/pip"]))
    raise Refusal(
        "pip が見つかりません。Debian や Ubuntu では apt-get install python3-venv を、ほかの環境では"
        " pip の用意をしてから、もう一度実行してください。",
        "There is no pip. On Debian and Ubuntu run apt-get install python3-venv, elsewhere provide "
        "pip, and try again.",
    )


def _candidates(venv: Path, python: Path) -> Iterator[list[str]]:
    yield [str(python), "-m", "pip"]
    yield [sys.executable, "-m", "pip", "--python", str(python)]
    for folder in (venv, _SYSTEM_WHEELS):
        for wheel in sorted(folder.glob("pip-*.whl"), reverse=True):
            yield [str(python), f"{wheel}/pip"]
    if shutil.which("virtualenv"):
        command = ["virtualenv", "--python", sys.executable, str(venv)]
        subprocess.run(command, capture_output=True, check=False)
        yield [str(python), "-m", "pip"]


def _answers(command: list[str]) -> bool:
    try:
        result = subprocess.run([*command, "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return result.returncode == 0


def _complete(pip: list[str]) -> list[str]:
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    return [*pip, "install", *quiet, "--root-user-action", "ignore"]


def _wheel_from_debian(venv: Path) -> Path | None:
    """Debian's pip wheel, unpacked into ``venv`` without installing the package."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    say("pip を Debian から取り寄せています… / Fetching pip from Debian…")
    with tempfile.TemporaryDirectory() as folder:
        download = ["apt-get", "download", _DEBIAN_PACKAGE]
        if not _succeeds(download, folder):
            _succeeds(["apt-get", "update"], folder)
            _succeeds(download, folder)
        for package in Path(folder).glob("*.deb"):
            _succeeds(["dpkg-deb", "-x", str(package), folder], folder)
        for wheel in Path(folder).glob("usr/share/python-wheels/pip-*.whl"):
            return Path(shutil.copy(wheel, venv))
    return None


def _succeeds(command: list[str], folder: str) -> bool:
    result = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return result.returncode == 0
