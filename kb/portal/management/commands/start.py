"""``manage.py start``: everything on one machine, from the database to the browser's address."""

import argparse
import os
import socket
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from kb import preflight
from kb.portal import place, servers
from kb.portal.processes import Program, Supervisor
from kb.preflight import Refusal, say
from people.models import Person


class Command(BaseCommand):
    """Prepares the data, then runs the web server and one worker until Ctrl+C."""

    help = "知の輪をこの機械だけで動かします(止めるには Ctrl+C)。"
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The bootstrap reads the same arguments."""
        preflight.add_start_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refusals become one plain sentence and exit code 1."""
        host, port = options["host"], options["port"]
        address = f"http://{_shown(host)}:{port}/"
        try:
            with place.claim_var(settings.VAR_DIR, address=address):
                preflight.require_free_port(host, port)
                _prepare(wants_demo=options["demo"])
                _serve(host, port, address=address)
        except Refusal as refusal:
            self.stderr.write(str(refusal))
            raise SystemExit(1) from refusal


def _prepare(*, wants_demo: bool) -> None:
    place.migrate_database()
    place.build_missing_index()
    if wants_demo:
        place.load_demo_company()


def _serve(host: str, port: int, *, address: str) -> None:
    hint = "" if Person.objects.filter(is_active=True).exists() else _first_person_hint()
    # Loaded once here, shared by all children. They must open connections of their own.
    servers.load()
    connections.close_all()

    def announce() -> None:
        say(f"知の輪が動いています: {address} (止めるには Ctrl+C)")
        if hint:
            say(hint)

    log = Path(settings.VAR_DIR) / "log"
    programs = [
        Program("画面のサーバー", partial(servers.serve_web, host, port), log / "web.log"),
        Program("裏方(索引と定期の仕事)", servers.run_worker, log / "worker.log"),
    ]
    Supervisor(programs).run(is_ready=lambda: _answers(host, port), on_ready=announce)
    say("止めました。")


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _answers(host: str, port: int) -> bool:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        socket.create_connection((target, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _first_person_hint() -> str:
    var = os.environ.get("KB_VAR", "")
    is_default = Path(var) == preflight.ROOT / "var"
    prefix = "" if is_default else f"KB_VAR={var} "
    return (
        "まだ誰も登録されていません。別の端末で次を実行して、最初の管理者を作ってください: "
        f"{prefix}python3 manage.py createsuperuser"
    )
