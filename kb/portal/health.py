"""What monitors ask: does the process answer, and can everything it needs be reached."""

import ipaddress
from typing import Any

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from kb.search import outbox
from kb.search.index_state import row_count
from kb.search.indexing import backend
from kb.search.query import SearchUnavailable

# A change that waits longer than this has been passed over by several sweeps.
LATE_AFTER_S = 60


@require_safe
@never_cache
@login_not_required
@transaction.non_atomic_requests
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
@login_not_required
@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, broker and index, with the time the oldest change has waited to be searchable.

    Only monitoring on this machine and operators see the parts; others the ``status`` alone.

    503 only without the database: without broker or index people can still read and save, and a
    load balancer must not send them away. ``status`` then says ``degraded``.
    """
    database = _database()
    if database["status"] != "ok":
        # Whoever asks: without the database nobody can be known as an operator.
        seen = {"database": database} if _is_from_here(request) else {}
        return JsonResponse({"status": "unavailable", **seen}, status=503)
    parts = {"database": database, "broker": _broker(), "index": _index()}
    is_fine = all(part["status"] == "ok" for part in parts.values())
    seen = parts if _is_from_here(request) or request.user.is_staff else {}
    return JsonResponse({"status": "ok" if is_fine else "degraded", **seen})


def _is_from_here(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        # A web server on a Unix socket gives no address.
        return False


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"status": "unavailable"}
    return {"status": "ok"}


def _broker() -> dict[str, Any]:
    try:
        with current_app.connection_for_write() as broker:
            broker.default_channel  # noqa: B018 (opening the channel asks the broker)
    except (OperationalError, OSError):
        return {"status": "unavailable"}
    return {"status": "ok"}


def _index() -> dict[str, Any]:
    oldest = outbox.oldest_waiting()
    lag_s = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    waiting = {
        "rows": row_count(),
        "waiting": outbox.waiting().count(),
        "lag_s": round(max(lag_s, 0.0), 1),
    }
    try:
        documents = backend().document_count()
    except SearchUnavailable:
        return {"status": "unavailable", **waiting}
    return {"status": "ok" if lag_s < LATE_AFTER_S else "late", "documents": documents, **waiting}
