"""The two programs of one machine: the web server and the worker, as functions to run in a child."""

import sys

from celery import current_app
from django.core.wsgi import get_wsgi_application
from gunicorn.app.wsgiapp import WSGIApplication

_WEB = (
    "kb.wsgi:application --workers 2 --threads 4 --worker-class gthread --preload "
    "--no-control-socket --timeout 120 --graceful-timeout 5 --log-level warning"
)
_WORKER = (
    "worker --beat --pool solo --concurrency 1 --queues index,default --loglevel WARNING "
    "--without-mingle --without-gossip --without-heartbeat"
)


def load() -> None:
    """Import what both programs need, so that forked children need not."""
    get_wsgi_application()
    current_app.loader.import_default_modules()


def serve_web(host: str, port: int) -> None:
    """Serve pages until SIGTERM."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    sys.argv = ["gunicorn", *_WEB.split(), "--bind", bind]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


def run_worker() -> None:
    """Work off both queues and the clock's jobs until SIGTERM."""
    current_app.worker_main(_WORKER.split())
