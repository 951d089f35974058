"""The structure of docker-compose.yml and the Dockerfile: what must never silently change."""

import re
from typing import Any

import pytest
import yaml

from kb.preflight import ROOT

SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "ALLOWED_HOSTS")
OURS = ("migrate", "web", "worker", "indexer", "beat")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(source())
    return content


def source() -> str:
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_every_part_of_the_company_setup_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"db", "redis", *OURS}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_has_no_default(name: str) -> None:
    uses = re.findall(r"\$\{" + name + r"([^}]*)\}", source())
    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_exactly_one_process_writes_the_index(compose: dict[str, Any]) -> None:
    services = compose["services"]
    indexing = [name for name in OURS if "index" in _queues(services[name])]
    assert indexing == ["indexer"]
    command = services["indexer"]["command"]
    assert command[command.index("-c") + 1] == "1"
    assert services["indexer"]["deploy"]["replicas"] == 1


def test_the_worker_leaves_the_index_alone(compose: dict[str, Any]) -> None:
    assert _queues(compose["services"]["worker"]) == ["default"]


def _queues(service: dict[str, Any]) -> list[str]:
    command = service.get("command", [])
    return command[command.index("-Q") + 1].split(",") if "-Q" in command else []


@pytest.mark.parametrize("name", ["web", "worker", "indexer", "beat"])
def test_our_programs_wait_for_database_broker_and_migrations(
    compose: dict[str, Any], name: str
) -> None:
    waits = compose["services"][name]["depends_on"]
    assert {key: value["condition"] for key, value in waits.items()} == {
        "db": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
    }


def test_index_and_media_are_shared_volumes(compose: dict[str, Any]) -> None:
    mounts = {
        volume.split(":")[0]: volume.split(":")[1]
        for volume in compose["services"]["web"]["volumes"]
    }
    assert mounts["index"] == "/var/lib/chinowa/index"
    assert mounts["media"] == "/var/lib/chinowa/media"
    assert set(mounts) < set(compose["volumes"])
    assert compose["services"]["indexer"]["volumes"] == compose["services"]["web"]["volumes"]


@pytest.mark.parametrize("name", ["db", "redis", "web", "worker", "indexer"])
def test_health_is_checked(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"]


def test_only_the_web_server_is_reachable_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["web"]


def test_the_image_runs_without_rights_of_its_own() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER chinowa" in lines
    assert lines.index("USER chinowa") < next(
        i for i, line in enumerate(lines) if line.startswith("CMD")
    )
    assert any("--require-hashes" in line for line in lines)
