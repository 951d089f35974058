"""Strict readers of environment variables for ``kb.settings``.

Every reader treats an empty variable like a missing one and answers nonsense with
``ImproperlyConfigured`` in one sentence that names the variable and what it may hold.
"""

import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_DATABASES = ("sqlite", "postgres", "postgresql")
_SECRET_BYTES = 50

# WAL lets readers go on while one process writes. FULL fsyncs every commit: 「保存しました」 is a
# promise that survives a power cut. IMMEDIATE takes the write lock at BEGIN, where SQLite waits
# for it; a transaction that reads first and writes later fails at once instead of waiting. Mapped memory
# is shared by all threads and processes, which a cache of each connection is not.
SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-1000; "
        "PRAGMA mmap_size=33554432; PRAGMA journal_size_limit=67108864;"
    ),
}
# Opening a connection reads the whole schema, which takes longer than most pages.
_CONNECTION_KEPT_S = 60


def text(name: str, *, default: str) -> str:
    """The variable without surrounding blanks."""
    value = os.environ.get(name, "").strip()
    if "\0" in value or "\n" in value:
        raise _nonsense(name, value, "1 行の文字列", "one line of text")
    return value or default


def flag(name: str, *, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off, in any case."""
    value = text(name, default="").lower()
    if not value:
        return default
    if value not in _TRUE | _FALSE:
        raise _nonsense(name, value, "1 または 0", "1 or 0")
    return value in _TRUE


def whole_number(name: str, *, default: int, least: int, most: int) -> int:
    """An integer between ``least`` and ``most``, both included."""
    value = text(name, default="")
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise _nonsense(name, value, f"{least}〜{most} の整数", f"a number from {least} to {most}")
    return int(value)


def words(name: str, *, default: Sequence[str]) -> list[str]:
    """The parts between commas, without blanks; empty parts are nonsense."""
    value = text(name, default="")
    if not value:
        return list(default)
    parts = [part.strip() for part in value.split(",")]
    if not all(parts) or any(" " in part for part in parts):
        raise _nonsense(name, value, "コンマ区切りの一覧", "a list separated by commas")
    return parts


def folder(name: str, *, default: Path) -> Path:
    """An absolute path; it need not exist yet, but must not be a file."""
    path = Path(text(name, default=str(default))).expanduser()
    path = Path(os.path.abspath(path))
    if path.exists() and not path.is_dir():
        raise _nonsense(name, str(path), "フォルダー(ファイルではなく)", "a folder, not a file")
    return path


def address(name: str, *, default: str, schemes: Sequence[str]) -> str:
    """A URL whose scheme is one of ``schemes``; the value is never shown: it may hold a password."""
    value = text(name, default="")
    if not value:
        return default
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in schemes or not rest:
        allowed = " / ".join(f"{scheme}://" for scheme in schemes)
        raise _nonsense(name, "…", f"{allowed} で始まる URL", f"a URL that begins with {allowed}")
    return value


def database(name: str, *, default_file: Path) -> dict[str, Any]:
    """Django's settings of one database: SQLite in ``default_file`` or what the URL names."""
    url = address(name, default="", schemes=_DATABASES)
    if not url:
        engine = "django.db.backends.sqlite3"
        return {
            "ENGINE": engine,
            "NAME": str(default_file),
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": _CONNECTION_KEPT_S,
        }
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    except ValueError as error:
        raise _nonsense(name, "…", "データベースの URL", "the URL of a database") from error
    options = dict(config.get("OPTIONS") or {})
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return config | {"OPTIONS": SQLITE_OPTIONS | options, "CONN_MAX_AGE": _CONNECTION_KEPT_S}
    if not config.get("NAME"):
        raise _nonsense(name, "…", "データベース名を含む URL", "a URL that names a database")
    return config | {
        "OPTIONS": {"connect_timeout": 3} | options,
        "CONN_MAX_AGE": _CONNECTION_KEPT_S,
        "CONN_HEALTH_CHECKS": True,
    }


def mail(url: str) -> dict[str, Any]:
    """Django's EMAIL_… settings for a mail server; without one, mails go nowhere."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    try:
        config: dict[str, Any] = dict(environ.Env.email_url_config(url))
    except (ValueError, KeyError) as error:
        raise _nonsense(
            "EMAIL_URL", "…", "メールサーバーの URL", "the URL of a mail server"
        ) from error
    return {name: value for name, value in config.items() if name.startswith("EMAIL_")}


def refuse(name: str, *, why: str, why_english: str) -> None:
    """Stop where a variable is set that would not do what its name says."""
    if text(name, default=""):
        raise ImproperlyConfigured(
            f"環境変数 {name} は使えません。{why} / {name} cannot be used: {why_english}"
        )


def own_address(hosts: Sequence[str], *, https: bool) -> str:
    """The address of the product as its first host tells it."""
    host = hosts[0].lstrip(".") if hosts and hosts[0] != "*" else "localhost"
    return f"https://{host}" if https else f"http://{host}:8000"


def secret_key(name: str, *, file: Path) -> str:
    """The variable, or the key kept in ``file``, which is made (mode 0600) when missing."""
    value = text(name, default="")
    if value:
        return value
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_new_secret(file)
        return _read_secret(name, file)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{file} に書けないので秘密鍵を用意できません({error.strerror})。{name} を設定するか、"
            f"KB_VAR に書き込めるフォルダーを指定してください。 / Cannot keep a secret key in {file}: "
            f"set {name}, or point KB_VAR to a folder that can be written."
        ) from error


def _write_new_secret(file: Path) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(_SECRET_BYTES))


def _read_secret(name: str, file: Path) -> str:
    # Another process may have made the file a moment ago and not written it yet.
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        value = file.read_text(encoding="ascii", errors="replace").strip()
        if len(value) >= _SECRET_BYTES:
            return value
        time.sleep(0.02)
    raise ImproperlyConfigured(
        f"{file} の秘密鍵が短すぎます。このファイルを消して、もう一度始めてください(全員のログインが"
        f"切れます)。 / The key in {file} is too short: delete the file and start again, or set {name}."
    )


def _nonsense(name: str, value: str, wanted: str, wanted_english: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"環境変数 {name} には{wanted}を指定してください(いまの値: {value!r})。 / "
        f"The variable {name} must be {wanted_english} (it is {value!r})."
    )
