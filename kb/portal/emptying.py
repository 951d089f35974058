"""Empties the bin: what has lain there for 30 days goes for good, with its files and a line of the log."""

import datetime as dt
import logging
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from kb.engagement.models import OnRecord
from kb.files.models import Attachment
from kb.foundation.bin import write_down
from kb.foundation.models import Recoverable
from kb.topics.models import TopicItem

logger = logging.getLogger(__name__)

KEPT_FOR = dt.timedelta(days=30)


def empty_bin(now: dt.datetime) -> int:
    """Deletes what was put into the bin more than 30 days ago; returns how many records.

    Each record is a transaction of its own: one that others still need stays and stops no one else.
    """
    count = 0
    for model in recoverable_models():
        old = model._default_manager.filter(deleted_at__lt=now - KEPT_FOR).order_by("pk")
        for pk in list(old.values_list("pk", flat=True)):
            count += _delete_for_good(model, pk)
    for attachment in Attachment.objects.filter(deleted_at__lt=now - KEPT_FOR):
        _delete_file(attachment)
    return count


def recoverable_models() -> list[Any]:
    """Every model whose records go to the bin."""
    return [model for model in apps.get_models() if issubclass(model, Recoverable)]


def _delete_for_good(model: Any, pk: int) -> bool:
    try:
        with transaction.atomic():
            # Somebody may have taken it out, or it went with the record it belonged to.
            record = model._default_manager.filter(pk=pk, deleted_at__isnull=False).first()
            if record is None:
                return False
            write_down(record, "empty", by=None)
            for row in _hanging_on(record):
                row.delete()
            files = list(Attachment.objects.on(record))
            record.delete()
    except models.ProtectedError as error:
        logger.warning("%s %s stays in the bin: %s", model._meta.label, pk, error.args[0])
        return False
    for attachment in files:
        _delete_file(attachment)
    return True


def _hanging_on(record: Any) -> Iterator[Any]:
    """Comments, thanks, follows, topics …: rows that lead to nothing once the record is gone."""
    place = {"content_type": ContentType.objects.get_for_model(record), "object_id": record.pk}
    for model in apps.get_models():
        if issubclass(model, OnRecord | TopicItem):
            yield from model._default_manager.filter(**place)


def _delete_file(attachment: Attachment) -> None:
    """The row, and its bytes once that is certain."""
    storage = attachment.file.storage
    names = [stored.name for stored in (attachment.file, attachment.preview) if stored.name]
    with transaction.atomic():
        write_down(attachment, "empty", by=None)
        attachment.delete()
        for name in names:
            transaction.on_commit(partial(storage.delete, name))
