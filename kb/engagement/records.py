"""Finds the record on which a comment, a thanks or a follow is hung, and checks who may see it."""

from typing import Any

from django.apps import apps
from django.db import models
from django.http import Http404

# What can be commented, thanked, followed or confirmed. The apps stand above this one, so they
# are named, not imported.
MODELS = frozenset(
    {
        "articles.article",
        "articles.answer",
        "articles.book",
        "communities.community",
        "customers.customer",
        "customers.touch",
        "customers.voicetheme",
        "meetings.decision",
        "meetings.meeting",
        "people.department",
        "people.person",
        "portal.dailynote",
        "topics.topic",
    }
)


def find_record(label: str, pk: int) -> Any:
    """The visible record of that model label and number. Raises ``Http404`` for all others."""
    if label not in MODELS:
        raise Http404
    model = apps.get_model(label)
    record = _visible(model).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def _visible(model: type[models.Model]) -> Any:
    rows = model._default_manager.all()
    visible = getattr(rows, "visible", None)
    if visible is not None:
        return visible()
    has_bin = any(field.name == "deleted_at" for field in model._meta.get_fields())
    return rows.filter(deleted_at__isnull=True) if has_bin else rows


def place_on(record: Any, anchor: str) -> str:
    """The address of a part of the record's page; of the record itself where that is such a part."""
    address: str = record.get_absolute_url()
    return address if "#" in address else f"{address}#{anchor}"


def label_of(record: models.Model) -> str:
    """The label that ``find_record`` takes."""
    return record._meta.label_lower
