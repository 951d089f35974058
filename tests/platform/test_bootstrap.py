"""The way from a bare Python to a filled .venv, in a small project with one local package."""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kb.preflight import ROOT

MODULES = ("__init__.py", "bootstrap.py", "installers.py", "preflight.py")
MAKE_READY = "from kb import bootstrap; sys.exit(bootstrap.prepare(['manage.py', 'test']) or 0)"
NO_ENSUREPIP = "sys.modules['ensurepip'] = None; "


pytestmark = pytest.mark.servers


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose only requirement is a wheel that lies beside it."""
    folder = tmp_path / "project"
    (folder / "kb").mkdir(parents=True)
    for name in MODULES:
        shutil.copy(ROOT / "kb" / name, folder / "kb" / name)
    require(folder, digest=make_wheel(tmp_path, version="1.0"), version="1.0")
    return folder


def make_wheel(folder: Path, *, version: str) -> str:
    """Write the wheel of the package ``tinything``; gives its SHA-256."""
    name = f"tinything-{version}"
    path = folder / f"{name}-py3-none-any.whl"
    info = f"{name}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tinything.py", f"VERSION = '{version}'\n")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tinything\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def require(project: Path, *, digest: str, version: str) -> None:
    line = f"tinything=={version} \\\n    --hash=sha256:{digest}\n"
    (project / "requirements-dev.txt").write_text(line)
    (project / "requirements.txt").write_text(line)


def run(project: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run the script with the Python that made our own environment, away from any registry."""
    environment = {
        "PATH": os.environ["PATH"],
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(project.parent),
        "PIP_CONFIG_FILE": os.devnull,
        "HOME": str(project.parent),
    }
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    # prepare() would go on as the new Python; that part has no manage.py here, so it is not asked.
    script = f"import os, sys; os.execv = lambda *_: sys.exit(0); {script}"
    return subprocess.run(
        [python, "-c", script], cwd=project, env=environment, capture_output=True, text=True
    )


def installed_version(project: Path) -> str:
    script = "import tinything; print(tinything.VERSION)"
    command = [str(project / ".venv" / "bin" / "python"), "-c", script]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return result.stdout.strip()


def test_manage_py_can_be_read_by_an_old_python() -> None:
    ast.parse((ROOT / "manage.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_what_it_lacks() -> None:
    script = (
        "import sys; sys.version_info = (3, 9, 2); sys.argv = ['manage.py', 'start'];"
        "import manage; sys.exit(manage.main())"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "Python 3.11 以上が必要です(いまは 3.9 です)" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_bootstrap_needs_the_standard_library_alone() -> None:
    script = "import sys, kb.bootstrap; print('django' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert (result.stdout.strip(), result.stderr) == ("False", "")


def test_without_ensurepip_it_is_made_once_and_follows_the_requirements(project: Path) -> None:
    result = run(project, NO_ENSUREPIP + MAKE_READY)
    assert result.returncode == 0, result.stderr
    assert "[1/1] tinything" in result.stdout
    assert installed_version(project) == "1.0"

    assert run(project, NO_ENSUREPIP + MAKE_READY).stdout == ""

    require(project, digest=make_wheel(project.parent, version="2.0"), version="2.0")
    run(project, NO_ENSUREPIP + MAKE_READY)
    assert installed_version(project) == "2.0"


def test_an_interrupted_set_up_is_finished_by_the_next(project: Path) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / ".chinowa").touch()
    (project / ".venv" / "bin" / "python").symlink_to("/nonexistent/python")
    result = run(project, NO_ENSUREPIP + MAKE_READY)
    assert result.returncode == 0, result.stderr
    assert installed_version(project) == "1.0"


def test_a_package_with_a_wrong_hash_is_refused_and_nothing_stays(project: Path) -> None:
    require(project, digest="0" * 64, version="1.0")
    result = run(project, NO_ENSUREPIP + MAKE_READY)
    assert result.returncode == 1
    assert "ライブラリーを入れられませんでした" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (project / ".venv").exists()


def test_a_folder_of_somebody_else_is_never_emptied(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv" / "precious").write_text("kept")
    result = run(project, NO_ENSUREPIP + MAKE_READY)
    assert result.returncode == 1
    assert "このフォルダーを消して" in result.stderr
    assert (project / ".venv" / "precious").read_text() == "kept"


def test_the_development_lock_holds_the_same_versions() -> None:
    def pins(name: str) -> dict[str, str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return dict(line.rstrip(" \\").split("==", 1) for line in lines if "==" in line[:60])

    production, development = pins("requirements.txt"), pins("requirements-dev.txt")
    differing = {name for name, pin in production.items() if development.get(name) != pin}
    assert json.dumps(sorted(differing)) == "[]"
