"""Finds the files beside imported documents and decides which document each belongs to."""

import unicodedata
from collections import defaultdict
from pathlib import Path, PurePosixPath

MARKDOWN = {".md", ".markdown"}


class FileShelf:
    """Every file that is not Markdown, by its path from the imported folder.

    Files lie in the folder itself or in folders beside it that repeat its structure.
    """

    def __init__(self, roots: list[Path]) -> None:
        self._files: dict[str, Path] = {}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for root in roots:
            for file in sorted(root.rglob("*")):
                if file.is_symlink() or not file.is_file() or file.suffix.lower() in MARKDOWN:
                    continue
                path = unicodedata.normalize("NFC", file.relative_to(root).as_posix())
                if any(part.startswith(".") for part in PurePosixPath(path).parts):
                    continue
                if path not in self._files:
                    self._files[path] = file
                    self._by_name[PurePosixPath(path).name].append(path)

    def __len__(self) -> int:
        return len(self._files)

    def paths(self) -> list[str]:
        """Every path, sorted."""
        return sorted(self._files)

    def file(self, path: str) -> Path:
        """Where the file of that path lies."""
        return self._files[path]

    def find(self, path: str) -> str | None:
        """The shelf's path for a link: the path itself, else the only file of that name."""
        if path in self._files:
            return path
        same_name = self._by_name.get(PurePosixPath(path).name, [])
        return same_name[0] if len(same_name) == 1 else None


def home_of(path: str, documents_by_folder: dict[str, str]) -> str | None:
    """The document that a file nobody links to belongs to: one in its folder, else above it.

    ``documents_by_folder`` maps a folder to the path of its main document. None at the top.
    """
    for folder in PurePosixPath(path).parents:
        if folder.as_posix() in documents_by_folder and folder.as_posix() != ".":
            return documents_by_folder[folder.as_posix()]
    return None


def main_documents(paths: list[str]) -> dict[str, str]:
    """The main document of every folder: its README or index, else its first in order."""
    main: dict[str, str] = {}
    for path in sorted(paths):
        pure = PurePosixPath(path)
        folder = pure.parent.as_posix()
        if folder not in main or pure.stem.lower() in {"readme", "index"}:
            main[folder] = path
    return main
