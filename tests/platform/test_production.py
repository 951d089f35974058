"""What production refuses, and what every answer carries."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from kb.celery import app
from kb.checks import production_errors, refuse_unsafe_production
from kb.portal.proxy import take_visitor_address
from kb.preflight import ROOT
from people.models import Person
from tests.platform.running import environment

GOOD_KEY = "q8Zt4Vw1Lr6Np9Xc3Hs7Jd2Kf5Gb0My-AaEeIiOoUuTtRrSsNnLlDd"


@pytest.fixture
def production(settings: Settings) -> Settings:
    """Settings with which production starts."""
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["kb.example.co.jp"]
    settings.SECRET_KEY = GOOD_KEY
    return settings


def test_a_complete_production_is_accepted(production: Settings) -> None:
    assert production_errors() == []


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("DEBUG", True, "DEBUG"),
        ("ALLOWED_HOSTS", [], "ALLOWED_HOSTS"),
        ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "ALLOWED_HOSTS"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS"),
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY"),
        ("SECRET_KEY", "django-insecure-" + GOOD_KEY, "SECRET_KEY"),
        ("SECRET_KEY", "change-me-" + GOOD_KEY, "SECRET_KEY"),
    ],
)
def test_an_unsafe_production_is_refused(
    production: Settings, name: str, value: object, word: str
) -> None:
    setattr(production, name, value)
    with pytest.raises(ImproperlyConfigured, match=word):
        refuse_unsafe_production()


def test_the_web_server_does_not_start_unsafe(tmp_path: Path) -> None:
    script = "import kb.wsgi"
    unsafe = environment(KB_HTTPS="1", ALLOWED_HOSTS="localhost", KB_VAR=str(tmp_path / "var"))
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=unsafe, capture_output=True, text=True
    )
    assert result.returncode != 0
    assert "本番環境では始められません" in result.stderr


@pytest.mark.django_db
def test_a_visitor_without_login_sees_the_health_and_nothing_else(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz").json()
    assert set(answer) == {"status", "database", "broker", "index"}
    assert {"rows", "waiting", "lag_s"} <= set(answer["index"])
    assert client.get("/admin/people/person/").status_code == 302


@pytest.mark.django_db
def test_the_parts_are_shown_to_this_machine_and_to_operators(
    client: Client, alice: Person
) -> None:
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert set(client.get("/readyz", **far).json()) == {"status"}  # type: ignore[arg-type]
    alice.is_staff = True
    alice.save()
    client.force_login(alice, backend="people.backends.LoginOrEmailBackend")
    assert "index" in client.get("/readyz", **far).json()  # type: ignore[arg-type]


@pytest.mark.django_db
def test_health_is_asked_by_get_alone(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405


@pytest.mark.django_db
def test_pages_carry_a_strict_content_security_policy(client: Client) -> None:
    response = client.get("/admin/login/", follow=True)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_the_queue_speaks_json_and_keeps_what_a_lost_worker_held() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_ignore_result


def test_the_clock_knows_only_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert planned <= set(app.tasks)
    assert "kb.search.tasks.sweep" in planned


@pytest.mark.parametrize(
    ("header", "seen"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("nonsense", "10.0.0.1"),
    ],
)
def test_behind_a_proxy_the_visitor_is_whom_the_proxy_saw(
    rf: RequestFactory, header: str, seen: str
) -> None:
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=header)
    take_visitor_address(lambda _: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == seen
