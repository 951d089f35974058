"""Shared people and clients. alice owns, bob is a colleague, charlie has left the company."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as global_settings
from django.test import Client
from haystack import connections
from pytest_django import Settings

import kb.celery  # noqa: F401  (tasks need to know their app)
from kb.experts.volume import forget_volume
from kb.search.vocabulary import forget_synonyms
from people.models import Department, Membership, Person

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as in the product: in memory all threads of a server share one connection.

    Two requests at once would then end each other's transactions. Nothing waits for the disk, since
    no test cuts the power.
    """
    database: dict[str, Any] = global_settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(name)
        options = database.setdefault("OPTIONS", {})
        options["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> None:
    """Every test writes its files and its index into a folder of its own."""
    settings.VAR_DIR = tmp_path
    # The real hash is slow on purpose; the suite makes hundreds of people.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.HAYSTACK_CONNECTIONS["default"]["PATH"] = str(tmp_path / "index")
    settings.CELERY_TASK_ALWAYS_EAGER = True


@pytest.fixture
def search_index(own_folders: None) -> Iterator[Any]:
    """A real, empty index in the test's own folder; gives the engine."""
    connections.reload("default")
    forget_volume()
    forget_synonyms()
    engine = connections["default"].get_backend()
    engine.clear()
    yield engine
    connections.reload("default")


@pytest.fixture
def success_department(db: None) -> Department:
    return Department.objects.create(
        slug="cs",
        name="カスタマーサクセス部",
        short_name="CS部",
        yomi="かすたまーさくせすぶ",
        colour="cs",
    )


@pytest.fixture
def development_department(db: None) -> Department:
    return Department.objects.create(
        slug="dev",
        name="プロダクト開発部",
        short_name="開発部",
        yomi="ぷろだくとかいはつぶ",
        colour="dev",
    )


def make_person(
    login: str, name: str, yomi: str, department: Department, *, is_active: bool = True
) -> Person:
    person: Person = Person.objects.create_user(
        login, PASSWORD, name=name, yomi=yomi, is_active=is_active, email=f"{login}@example.com"
    )
    Membership.objects.create(
        person=person,
        department=department,
        started_on=dt.date(2020, 4, 1),
        ended_on=None if is_active else dt.date(2024, 3, 31),
    )
    return person


@pytest.fixture
def alice(success_department: Department) -> Person:
    return make_person("alice", "有栖川 玲", "ありすがわ れい", success_department)


@pytest.fixture
def bob(development_department: Department) -> Person:
    return make_person("bob", "坊城 武", "ぼうじょう たけし", development_department)


@pytest.fixture
def charlie(success_department: Department) -> Person:
    return make_person(
        "charlie", "茶谷 理人", "ちゃたに りひと", success_department, is_active=False
    )


@pytest.fixture
def client_for() -> Callable[[Person], Client]:
    """A browser-like client, signed in as the given person."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="people.backends.LoginOrEmailBackend")
        return client

    return signed_in
