"""Settings from the environment: nonsense is answered with a sentence, never with a default."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kb import env


@pytest.mark.parametrize(
    ("value", "wanted"), [("1", True), ("True", True), ("off", False), ("", None)]
)
def test_a_flag_knows_the_usual_words(
    monkeypatch: pytest.MonkeyPatch, value: str, wanted: bool | None
) -> None:
    monkeypatch.setenv("KB_HTTPS", value)
    for default in (True, False):
        assert env.flag("KB_HTTPS", default=default) is (default if wanted is None else wanted)


def test_a_flag_that_is_neither_yes_nor_no_is_nonsense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_HTTPS", "maybe")
    with pytest.raises(ImproperlyConfigured, match="KB_HTTPS には1 または 0を"):
        env.flag("KB_HTTPS", default=False)


@pytest.mark.parametrize("value", ["a,,b", "a b", ","])
def test_a_broken_list_is_nonsense(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", value)
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
        env.words("ALLOWED_HOSTS", default=[])


@pytest.mark.parametrize("value", ["x", "70000", "-1", "１２"])
def test_a_number_out_of_range_is_nonsense(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KB_DAYS", value)
    with pytest.raises(ImproperlyConfigured, match="0〜100 の整数"):
        env.whole_number("KB_DAYS", default=1, least=0, most=100)


def test_a_folder_must_not_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KB_VAR", str(tmp_path / "file"))
    with pytest.raises(ImproperlyConfigured, match="フォルダー"):
        env.folder("KB_VAR", default=tmp_path)


@pytest.mark.parametrize(
    "value", ["mysql://u:hunter2@h/d", "postgresql", "postgresql://u:hunter2@h"]
)
def test_an_unknown_database_is_nonsense_and_its_password_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refusal:
        env.database("DATABASE_URL", default_file=tmp_path / "db.sqlite3")
    assert "hunter2" not in str(refusal.value)


def test_the_database_url_becomes_postgresql(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://kb:p%40ss@db:5433/kb")
    config = env.database("DATABASE_URL", default_file=tmp_path / "db.sqlite3")
    found = {name: config[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "kb",
        "USER": "kb",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": 5433,
    }


def test_the_secret_key_is_made_once_and_for_its_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    file = tmp_path / "var" / "secret_key"
    first = env.secret_key("SECRET_KEY", file=file)
    assert len(first) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert env.secret_key("SECRET_KEY", file=file) == first


def test_a_cut_secret_key_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="短すぎます"):
        env.secret_key("SECRET_KEY", file=tmp_path / "secret_key")


def test_a_secret_key_that_cannot_be_kept_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="書けないので"):
        env.secret_key("SECRET_KEY", file=Path("/proc/chinowa/secret_key"))


def test_a_variable_that_would_not_work_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"why": "使えません。", "why_english": "not here."}
    monkeypatch.delenv("SEARCH_URL", raising=False)
    env.refuse("SEARCH_URL", **words)
    monkeypatch.setenv("SEARCH_URL", "http://elsewhere:9200/")
    with pytest.raises(ImproperlyConfigured, match="SEARCH_URL"):
        env.refuse("SEARCH_URL", **words)
