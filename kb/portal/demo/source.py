"""Reads the files of the demo company."""

from pathlib import Path
from typing import Any

import yaml

try:  # the reader in C is seven times as fast; it comes with most builds
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

FOLDER = Path(__file__).parent

Entry = dict[str, Any]


def read(name: str) -> Any:
    """The content of one YAML file beside this module."""
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader)


def read_folder(name: str) -> list[Any]:
    """The contents of all YAML files of a folder, by file name."""
    return [read(f"{name}/{path.name}") for path in sorted((FOLDER / name).glob("*.yaml"))]


def read_documents(name: str) -> list[tuple[Entry, str]]:
    """Front matter and body of all Markdown files below a folder, by path."""
    return [_parted(path) for path in sorted((FOLDER / name).rglob("*.md"))]


def _parted(path: Path) -> tuple[Entry, str]:
    _before, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.load(front_matter, Loader), body.strip()
