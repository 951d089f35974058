"""Where ToDos were born: meetings, touches, communities. Those apps stand above, so they are named."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models

from kb.todos.models import ActionItem

# Model → what its own name needs.
_ORIGINS: dict[str, tuple[str, ...]] = {
    "customers.touch": ("customer",),
    "meetings.meeting": ("series",),
    "meetings.decision": (),
    "communities.community": (),
}
_LONG = {"body", "body_html", "text", "readings"}


def with_origins(items: models.QuerySet[ActionItem]) -> list[ActionItem]:
    """The items with the record that each was born in on ``origin``, one query per kind."""
    querysets = [_rows(label, joined) for label, joined in _ORIGINS.items()]
    rows = list(items.select_related("person", "created_by"))
    models.prefetch_related_objects(rows, GenericPrefetch("origin", querysets))
    return rows


def _rows(label: str, joined: Iterable[str]) -> Any:
    model = apps.get_model(label)
    rows = model._default_manager.select_related(*joined)
    heavy = _LONG & {field.name for field in model._meta.get_fields()}
    return rows.defer(*heavy) if heavy else rows


def seen_origin(item: ActionItem) -> Any | None:
    """The record the item was born in, None when there is none or it lies in the bin."""
    origin = item.origin
    return None if origin is None or getattr(origin, "deleted_at", None) is not None else origin
