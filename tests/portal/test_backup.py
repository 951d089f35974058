"""Backup and restore: one file, proved by counts and hashes, and nothing lost."""

import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from kb.portal.safekeeping import archive
from kb.portal.safekeeping.archive import NotWhole

pytestmark = pytest.mark.servers

ROOT = Path(__file__).resolve().parents[2]


def manage(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of its own process with its own folder, as an operator runs it."""
    environment = {
        "KB_VAR": str(var),
        "KB_NO_WORKER": "1",
        "KB_BOOTSTRAP": "off",
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "kb.settings",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
    )


def company(var: Path) -> None:
    code = (
        "from people.models import Person;from kb.articles.services import create_article;"
        "from kb.files.services import store_file;"
        "from django.core.files.uploadedfile import SimpleUploadedFile as F;"
        "p=Person.objects.create_user('alice','x-long-password',name='有栖川 玲');"
        "a=create_article(by=p,kind='note',title='金庫の番号の決め方',body='毎月かえる。');"
        "store_file(F('番号.txt','十七'.encode()),'番号.txt',by=p,target=a)"
    )
    assert manage(var, "migrate").returncode == 0
    done = manage(var, "shell", "-v", "0", "-c", code)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A company and its backup."""
    var = tmp_path_factory.mktemp("company")
    company(var)
    file = var.parent / "backups" / "one.tar.gz"
    done = manage(var, "backup", str(file))
    assert done.returncode == 0, done.stderr
    return var, file


def test_what_was_kept_comes_back_and_is_found(kept: tuple[Path, Path], tmp_path: Path) -> None:
    var, file = kept
    fresh = tmp_path / "fresh"
    done = manage(fresh, "restore", str(file))
    assert done.returncode == 0, done.stderr
    rows = [
        sqlite3.connect(place / "db.sqlite3").execute("select title, body from articles_article")
        for place in (var, fresh)
    ]
    assert rows[0].fetchall() == rows[1].fetchall() == [("金庫の番号の決め方", "毎月かえる。")]
    files = [
        {
            p.relative_to(place / "media"): p.read_bytes()
            for p in (place / "media").rglob("*")
            if p.is_file()
        }
        for place in (var, fresh)
    ]
    assert files[0] == files[1]
    assert files[0]
    assert manage(fresh, "check_search").returncode == 0


def test_a_company_in_use_is_not_overwritten_by_mistake(kept: tuple[Path, Path]) -> None:
    var, file = kept
    refused = manage(var, "restore", str(file))
    assert refused.returncode != 0
    assert "--replace" in refused.stderr


def test_a_backup_that_was_cut_or_changed_is_refused(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    _var, file = kept
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(file.read_bytes()[:-2000])
    changed = tmp_path / "changed.tar.gz"
    folder = tmp_path / "inside"
    with tarfile.open(file) as old:
        old.extractall(folder, filter="data")
    next((folder / "media").rglob("*.*"), folder / "database.sqlite3").write_bytes(b"other")
    with tarfile.open(changed, "w:gz") as new:
        for path in [folder / "manifest.json", *folder.rglob("*")]:
            if path.is_file():
                new.add(path, str(path.relative_to(folder)))
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as new:
        new.add(ROOT / "README.md", "README.md")
    for bad in (cut, changed, other, tmp_path / "missing.tar.gz"):
        with pytest.raises(NotWhole):
            archive.verify(bad)
