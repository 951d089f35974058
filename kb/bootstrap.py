"""Makes ``.venv`` and fills it, so that ``manage.py start`` and ``test`` need only Python.

Standard library only. ``.venv`` is ours when it holds the file ``MARK``; anything else under
that name is used as it is, never removed. A file of hashes says which requirements are in.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kb import preflight
from kb.installers import find_installer
from kb.preflight import ROOT, Refusal, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MARK = ".chinowa"
STAMP = "requirements.json"
REQUIREMENTS = {"start": "requirements.txt", "test": "requirements-dev.txt"}


def prepare(argv: Sequence[str]) -> int | None:
    """Get ready for the command of ``argv``: None to go on here, or the code to exit with.

    Where another Python has to run the command, this process becomes that Python.
    """
    command = argv[1] if len(argv) > 1 else ""
    try:
        if command == "start":
            _check_start(argv[2:])
        if os.environ.get("KB_BOOTSTRAP", "").lower() not in ("off", "0"):
            _enter_environment(command, argv)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\n中止しました。 / Stopped.\n")
        return 130
    return None


def _check_start(arguments: Sequence[str]) -> None:
    options = preflight.read_start_arguments(arguments)
    folder = preflight.choose_var(options.var)
    preflight.require_writable_folder(folder)
    preflight.require_free_port(options.host, options.port)


def _enter_environment(command: str, argv: Sequence[str]) -> None:
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if command in REQUIREMENTS:
        make_ready(REQUIREMENTS[command])
    if inside:
        return
    if PYTHON.exists():
        os.execv(PYTHON, [str(PYTHON), *argv])
    if importlib.util.find_spec("django") is None:
        raise Refusal(
            "まだ準備ができていません。先に python3 manage.py start を実行してください。",
            "Nothing is installed yet: run python3 manage.py start first.",
        )


def make_ready(requirements: str) -> None:
    """Make ``.venv`` where it is missing and install ``requirements`` where they changed."""
    if _is_installed(requirements):
        return
    is_new = not VENV.exists()
    try:
        with _only_one():
            if not _is_installed(requirements):
                _make_environment()
                _install(requirements)
    except (Refusal, KeyboardInterrupt, OSError) as error:
        if is_new:
            shutil.rmtree(VENV, ignore_errors=True)
        if isinstance(error, OSError):
            raise _unwritable(error) from error
        raise


def _unwritable(error: OSError) -> Refusal:
    return Refusal(
        f"{VENV} を作れません({error.strerror})。空き容量と書き込みの権限を確かめてください。",
        f"Cannot make {VENV} ({error.strerror}): check the free space and your rights.",
    )


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Hold the lock of ``.venv``; a second set-up waits for the first."""
    if VENV.exists() and not (VENV / MARK).exists():
        yield
        return
    VENV.mkdir(exist_ok=True)
    with (VENV / MARK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("ほかの準備が終わるのを待っています… / Waiting for another set-up…")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_environment() -> None:
    if _runs(PYTHON):
        return
    if any(path.name != MARK for path in VENV.glob("*")):
        if not (VENV / MARK).exists():
            raise Refusal(
                f"{VENV} の Python が動きません。このフォルダーを消して、もう一度実行してください。",
                f"The Python in {VENV} does not run: remove this folder and try again.",
            )
        _empty_environment()
    say("Python の環境(.venv)を作っています… / Making the Python environment (.venv)…")
    for command in _makers():
        subprocess.run(command, capture_output=True, check=False)
        if _runs(PYTHON):
            return
    raise Refusal(
        "Python の環境を作れません。Debian や Ubuntu では apt-get install python3-venv を実行してから、"
        "もう一度試してください。",
        "Cannot make a Python environment. On Debian and Ubuntu run apt-get install python3-venv "
        "and try again.",
    )


def _empty_environment() -> None:
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()


def _makers() -> Iterator[list[str]]:
    """Commands that make ``.venv``, the plainest first."""
    if importlib.util.find_spec("ensurepip"):
        yield [sys.executable, "-m", "venv", str(VENV)]
    yield [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
    if shutil.which("virtualenv"):
        yield ["virtualenv", "--python", sys.executable, str(VENV)]
    if shutil.which("uv"):
        yield ["uv", "venv", "--allow-existing", "--python", sys.executable, str(VENV)]


def _runs(python: Path) -> bool:
    """Whether this Python starts and is the same version as the one that runs us."""
    script = "import sys; print(*sys.version_info[:2])"
    try:
        result = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    except OSError:
        return False
    found = tuple(int(part) for part in result.stdout.split())
    return found == sys.version_info[:2]


def _install(requirements: str) -> None:
    file = ROOT / requirements
    # Lines with a marker are for other systems or older Pythons, and may or may not count.
    total = len(re.findall(r"^[\w.-]+==[^;\n]+$", file.read_text(encoding="utf-8"), re.MULTILINE))
    say(f"必要なライブラリー {total} 個を入れています(初回は数分)… / Installing {total} libraries…")
    find_installer(VENV, PYTHON).install(file, log=VENV / "install.log", total=total)
    hashes = _read_stamp() | {requirements: _digest(requirements)}
    if requirements == REQUIREMENTS["test"]:
        # It holds all of requirements.txt at the same versions.
        hashes["requirements.txt"] = _digest("requirements.txt")
    (VENV / STAMP).write_text(json.dumps(hashes), encoding="utf-8")
    say("準備ができました。 / Ready.")


def _is_installed(requirements: str) -> bool:
    return PYTHON.exists() and _read_stamp().get(requirements) == _digest(requirements)


def _digest(requirements: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    content = (ROOT / requirements).read_bytes()
    return f"{version}:{hashlib.sha256(content).hexdigest()}"


def _read_stamp() -> dict[str, str]:
    try:
        hashes = json.loads((VENV / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return hashes if isinstance(hashes, dict) else {}
