"""A real web server on a fresh company, and people who write on it through their browsers' forms.

Shared by ``benchmarks.writers`` and ``benchmarks.kills``. ``company`` must come before anything of
Django is imported: it points the settings to its own folder and database.
"""

import contextlib
import http.client
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import django
import lxml.html  # type: ignore[import-untyped]
import psutil  # type: ignore[import-untyped]
from django.conf import settings
from django.core.management import call_command

from tests.platform.postgres import temporary_server
from tests.platform.running import free_port, status_of, wait_until

# As ``manage.py start`` serves it.
WEB = (
    "kb.wsgi:application --workers 2 --threads 4 --worker-class gthread --preload "
    "--no-control-socket --timeout 120 --log-level critical"
)
Form = dict[str, str]


class Broken(Exception):
    """The connection ended before the answer was complete: nobody knows whether it was saved."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, where it leads, and the page."""

    status: int
    location: str
    page: str

    def form(self) -> Form:
        """The values of the editor's form, as the browser would send them."""
        root = lxml.html.fromstring(self.page)
        forms = [form for form in root.forms if "body" in form.fields]
        # A browser sends what it shows: a line end after <textarea> is not part of the text.
        values = {name: str(value).replace("\r\n", "\n") for name, value in forms[0].form_values()}
        return values | {"body": values["body"].removeprefix("\n")}


class Browser:
    """A signed-in person."""

    def __init__(self, port: int, session: str) -> None:
        self._port, self._cookies = port, {"sessionid": session}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str) -> Answer:
        """Opens a page. Raises ``Broken``."""
        return self._ask("GET", path)

    def post(self, path: str, form: Form) -> Answer:
        """Sends a form. Raises ``Broken``."""
        return self._ask("POST", path, urlencode(form))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Accept-Language": "ja"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            page = answer.read().decode()
            # The server ends idle connections after two seconds: every request has its own.
            self._connection.close()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Broken from error
        for value in answer.headers.get_all("Set-Cookie", []):
            name, _equals, rest = value.partition("=")
            if name == "csrftoken":
                self._cookies[name] = rest.partition(";")[0]
        location = urlsplit(answer.headers.get("Location", "")).path
        return Answer(answer.status, location, page)


class WebServer:
    """gunicorn as the product starts it, with ways to kill it."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "gunicorn", *WEB.split()]
        command += ["--bind", f"127.0.0.1:{self.port}"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until(lambda: status_of(self.port, "/healthz") == 200, "a start", patience_s=300)
        return process

    def kill_worker(self) -> None:
        """SIGKILL for one of the processes that serve; the first process makes a new one at once."""
        workers = psutil.Process(self._process.pid).children()
        if workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                random.choice(workers).send_signal(signal.SIGKILL)

    def kill_all(self) -> None:
        """SIGKILL for the whole server, and a new one."""
        self.stop()
        self._process = self._start()

    def stop(self) -> None:
        """Ends the server without a farewell."""
        children = psutil.Process(self._process.pid).children()
        self._process.kill()
        self._process.wait()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
                child.wait(10)


@contextlib.contextmanager
def company(database: str) -> Iterator[Path]:
    """An empty company on ``sqlite`` or ``postgresql``; Django is set up for it. Gives its folder."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chinowa-desk-")))
        (folder / "queue" / "messages").mkdir(parents=True)
        os.environ |= {"KB_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "kb.settings"}
        os.environ |= {"KB_BOOTSTRAP": "off", "KB_NO_WORKER": ""}
        os.environ.pop("DATABASE_URL", None)
        if database == "postgresql":
            os.environ["DATABASE_URL"] = stack.enter_context(temporary_server())
        django.setup()
        import kb.celery  # noqa: F401  (saving wakes the indexer, which is another program)

        call_command("migrate", verbosity=0)
        yield folder


def hire(count: int) -> list[str]:
    """That many new people; gives the session of each."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from people.models import Person

    sessions: list[str] = []
    for number in range(count):
        person = Person.objects.create_user(f"kaku{number}", "", name=f"書き手{number}", yomi="か")
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        sessions.append(str(session.session_key))
    return sessions


def seconds_since(begin: float) -> str:
    """For the report: how long it took."""
    return f"{time.monotonic() - begin:.0f} s"
