"""Limits of the shape of the code that no linter of ours measures."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.preflight import ROOT

FUNCTION_LINES = 40
FILE_LINES = 400
OUR_FOLDERS = ("kb", "people", "customers")
REGISTRY_HOSTS = ("pypi." + "org", "pythonhosted." + "org", "npmjs." + "org")


def sources() -> Iterator[Path]:
    yield ROOT / "manage.py"
    for folder in OUR_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in sources()
        for function in functions(path)
        if function.end_lineno is not None
        and function.end_lineno - function.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_no_file_is_longer_than_one_subject() -> None:
    counts = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    long = [
        f"{path.relative_to(ROOT)}: {count}" for path, count in counts.items() if count > FILE_LINES
    ]
    assert long == []


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_registry_is_named(host: str) -> None:
    files = [*sources(), ROOT / "Dockerfile", ROOT / "requirements.txt", ROOT / ".ci" / "run"]
    named = [str(path) for path in files if host in path.read_text(encoding="utf-8").lower()]
    assert named == []
