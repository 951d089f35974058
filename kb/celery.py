"""The Celery application; its settings are the ``CELERY_…`` names in ``kb.settings``."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.exceptions import WorkerShutdown
from celery.signals import celeryd_init, worker_shutting_down
from celery.worker import state
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")

# A worker may wait for a slow broker; a page that publishes may not.
_WORKER_SOCKET_TIMEOUT_S = 10

TRANSPORT_ALIASES["filesystem"] = "kb.foundation.folder_queue:Transport"
app = Celery("chinowa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def make_queue_folders() -> None:
    """Make the folders of the file-system broker, which does not make them itself."""
    options: dict[str, Any] = app.conf.broker_transport_options
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True, mode=0o700)


def load_transport() -> None:
    """Import what the first publish would import, so that no page waits for it."""
    app.connection_for_write().get_transport_cls()


@celeryd_init.connect
def prepare_worker(conf: Any, **_kwargs: Any) -> None:
    """Refuse an unsafe production set-up and give the worker longer time-outs than the pages."""
    from kb.checks import refuse_unsafe_production

    refuse_unsafe_production()
    make_queue_folders()
    options: dict[str, Any] = conf.broker_transport_options
    if "socket_timeout" in options:
        patient = {name: value for name, value in options.items() if name != "max_retries"}
        conf.broker_transport_options = patient | {"socket_timeout": _WORKER_SOCKET_TIMEOUT_S}


@worker_shutting_down.connect
def leave_at_once_when_idle(**_kwargs: Any) -> None:
    """Spare an idle worker the seconds until its next look at the file-system broker."""
    if "polling_interval" in app.conf.broker_transport_options and not state.reserved_requests:
        raise WorkerShutdown(0)
