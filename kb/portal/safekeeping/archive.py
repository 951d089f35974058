"""The file of a backup: written beside and renamed when whole, read only after every hash fits."""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.portal.safekeeping import databases

MANIFEST = "manifest.json"
MEDIA = "media"
FORMAT = 1
_CHUNK = 1024 * 1024


class NotWhole(Exception):
    """The file is no backup of ours, or was cut or changed; the words say what does not fit."""


@dataclass(frozen=True)
class Kept:
    """What a backup holds."""

    path: Path
    files: int
    rows: int


def write(target: Path) -> Kept:
    """Write everything into ``target``; what stood there before stays until the new one is whole.

    Raises ``ToolMissing`` and ``OSError``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as name:
        folder = Path(name)
        dump = databases.dump(folder)
        counts = databases.counts()
        names = {dump.name: dump} | {f"{MEDIA}/{rel}": path for rel, path in _media_files()}
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(),
            "counts": counts,
            "files": {inner: hash_of(path) for inner, path in names.items()},
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
        fresh = folder / "whole.tar.gz"
        with tarfile.open(fresh, "w:gz") as archive:
            archive.add(folder / MANIFEST, MANIFEST)
            for inner, path in names.items():
                archive.add(path, inner)
        _settle(fresh, target)
    verify(target)
    return Kept(target, len(names) - 1, sum(counts.values()))


def verify(source: Path) -> dict[str, Any]:
    """Its manifest, after every file in it was hashed. Raises ``NotWhole``."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            manifest = _manifest(archive)
            seen = {
                member.name: _hash_of_stream(archive.extractfile(member))
                for member in archive
                if member.isfile() and member.name != MANIFEST
            }
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise NotWhole(_("バックアップを読めません(%(reason)s)。") % {"reason": error}) from error
    if seen != manifest["files"]:
        different = {name for name in {*seen, *manifest["files"]}
                     if seen.get(name) != manifest["files"].get(name)}  # fmt: skip
        raise NotWhole(
            _("中身が記録と合いません：%(names)s") % {"names": "、".join(sorted(different)[:5])}
        )
    return manifest


def read(source: Path) -> Kept:
    """Put database and files back as they were. Raises ``NotWhole``, ``ToolMissing``, ``OSError``.

    Nothing is touched before the whole backup has been hashed. The files that were there before
    are set aside until the counts of all tables fit.
    """
    manifest = verify(source)
    root = Path(settings.MEDIA_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent, prefix=".restore-") as name:
        folder = Path(name)
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        dump = next(path for path in folder.iterdir() if path.name.startswith("database."))
        if not databases.fits(dump):
            raise NotWhole(_("別の種類のデータベースのバックアップです。"))
        databases.load(dump)
        _check_counts(manifest["counts"])
        _swap_media(folder / MEDIA, root)
    return Kept(source, len(manifest["files"]) - 1, sum(manifest["counts"].values()))


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return _hash_of_stream(stream)


def _media_files() -> Iterator[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    first = archive.next()
    stream = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
    if stream is None:
        raise NotWhole(_("この製品のバックアップではありません。"))
    manifest: dict[str, Any] = json.load(stream)
    if manifest.get("format") != FORMAT:
        raise NotWhole(_("この版では読めない形のバックアップです。"))
    return manifest


def _hash_of_stream(stream: Any) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_CHUNK):
        digest.update(block)
    return digest.hexdigest()


def _settle(fresh: Path, target: Path) -> None:
    with fresh.open("rb") as stream:
        os.fsync(stream.fileno())
    fresh.chmod(0o600)
    os.replace(fresh, target)


def _check_counts(expected: dict[str, int]) -> None:
    found = databases.counts()
    wrong = [label for label, count in expected.items() if found.get(label, 0) != count]
    if wrong:
        raise NotWhole(_("戻した件数が合いません：%(names)s") % {"names": "、".join(wrong[:5])})


def _swap_media(fresh: Path, root: Path) -> None:
    fresh.mkdir(exist_ok=True)
    aside = fresh.parent / "media-before"
    if root.exists():
        os.replace(root, aside)
    os.replace(fresh, root)
    shutil.rmtree(aside, ignore_errors=True)
