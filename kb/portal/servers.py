"""The two programs of one machine: the web server and the worker, as functions to run in a child."""

import ctypes
import gc
import logging
import os
import platform
import sys
from importlib import import_module

from celery import current_app
from celery.beat import EmbeddedService
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver
from gunicorn.app.wsgiapp import WSGIApplication

from kb.search.plan import make_plan
from kb.search.query import parse_text
from kb.search.synonyms import OFFICE_WORDS

_WEB = (
    "kb.wsgi:application --workers 2 --threads 4 --worker-class kb.portal.web.PageWorker --preload "
    "--no-control-socket --limit-request-line 65536 --timeout 120 --graceful-timeout 5 --log-level warning"
)
_WORKER = {
    "pool_cls": "solo",
    "concurrency": 1,
    "queues": ["index", "default"],
    "loglevel": logging.WARNING,
    "without_mingle": True,
    "without_gossip": True,
    "without_heartbeat": True,
}
# What these programs import once they run.
_IMPORTED_LATER = (
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.log",
    "celery.apps.worker",
    "celery.concurrency.solo",
    "celery.contrib.django.task",
    "celery.events",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.strategy",
    "django.db.models.sql.compiler",
    "gunicorn.arbiter",
    "kb.checks",
    "kb.foundation.folder_queue",
    "kb.portal.web",
    "kb.search.backend",
)

# See mallopt(3).
_M_ARENA_MAX = -8
# A page makes and drops some ten thousand objects, hardly one of them in a circle.
_OBJECTS_UNTIL_COLLECTED = 50_000


def load() -> None:
    """Import and prepare what the programs need, so that forked children share it."""
    _share_memory()
    get_wsgi_application()
    current_app.loader.import_default_modules()
    current_app.finalize()
    for name in _IMPORTED_LATER:
        import_module(name)
    load_pages()
    _keep_for_good()


def _share_memory() -> None:
    """All threads take memory from one place: glibc gives each its own, which keeps what the others could use."""
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def load_pages() -> None:
    """Import what pages need, with the dictionary: a third of what each process would keep."""
    get_resolver().reverse_dict  # noqa: B018 (reading it loads every view)
    for engine in engines.all():
        engine.from_string("")  # loads the libraries of tags
    make_plan(parse_text("辞書"), OFFICE_WORDS, lambda _field, _token: 0)  # loads the dictionary


def _keep_for_good() -> None:
    """What is loaded now stays: else every collection would look through it, and so copy it in every child."""
    gc.collect()
    gc.freeze()


def serve_web(host: str, port: int) -> None:
    """Serve pages until SIGTERM."""
    gc.set_threshold(_OBJECTS_UNTIL_COLLECTED)
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    sys.argv = ["gunicorn", *_WEB.split(), "--bind", bind]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


def run_worker() -> None:
    """Work off both queues and the clock's jobs until SIGTERM."""
    # The check goes through all that is loaded, and so copies 4 MB of it; tests make it, too.
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    # A thread: a process of its own would copy what it uses of the shared memory.
    EmbeddedService(current_app, thread=True).start()
    # Not by Celery's command line, which brings a console of 7 MB with it.
    worker = current_app.Worker(**_WORKER)
    worker.start()
    sys.exit(worker.exitcode)
