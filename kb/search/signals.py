"""The only receivers of model signals in the project: they fill the outbox."""

from typing import Any

from django.db import models
from haystack.signals import BaseSignalProcessor


class OutboxSignalProcessor(BaseSignalProcessor):
    """Haystack's extension point. ``kb.search.search_indexes`` says which models are indexed."""

    def setup(self) -> None:
        models.signals.post_save.connect(self.record_changed)
        models.signals.post_delete.connect(self.record_changed)

    def teardown(self) -> None:
        models.signals.post_save.disconnect(self.record_changed)
        models.signals.post_delete.disconnect(self.record_changed)

    def record_changed(self, sender: type[models.Model], **kwargs: Any) -> None:
        """Replaced below."""
