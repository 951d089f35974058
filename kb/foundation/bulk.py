"""Bulk writes send no signals: whoever makes them says here which records changed."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.module_loading import import_string


def mark_changed(model: str, ids: Iterable[int]) -> None:
    """Have the records (``app.model`` and ids) indexed again. Call it inside the transaction.

    The index belongs to an app above the writers, so the settings name its way in.
    """
    mark: Callable[[str, Iterable[int]], None] = import_string(settings.BULK_CHANGES)
    mark(model, ids)
