"""The only receivers of model signals in the project: they fill the outbox."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from haystack.signals import BaseSignalProcessor

from kb.search.parents import INDEXED, Target, is_watched, targets_of

# A sign-in changes nothing that can be found.
_UNSEARCHABLE_FIELDS = frozenset({"last_login", "password"})
# The words that mean the same are read again at once in the process that changed them.
_WORD_MODELS = frozenset({"topics.topic", "topics.topicsynonym", "search.wordsynonym"})
_AFTER_CHANGE = frozenset({"post_add", "post_remove", "post_clear"})


class OutboxSignalProcessor(BaseSignalProcessor):
    """Haystack's extension point. ``kb.search.parents`` says which rows change which documents."""

    def setup(self) -> None:
        """Connect to every model; rows that change no document are left at once."""
        models.signals.post_save.connect(self.record_saved)
        models.signals.post_delete.connect(self.record_deleted)
        models.signals.m2m_changed.connect(self.relation_changed)

    def teardown(self) -> None:
        """Disconnect again."""
        models.signals.post_save.disconnect(self.record_saved)
        models.signals.post_delete.disconnect(self.record_deleted)
        models.signals.m2m_changed.disconnect(self.relation_changed)

    def record_saved(
        self,
        sender: type[models.Model],
        instance: models.Model,
        raw: bool = False,
        update_fields: Iterable[str] | None = None,
        **_kwargs: Any,
    ) -> None:
        """Note the documents that a saved row belongs to; raw fixtures come with a rebuild."""
        _words_changed(sender)
        if raw or not is_watched(sender):
            return
        if update_fields and _UNSEARCHABLE_FIELDS.issuperset(update_fields):
            return
        _note(targets_of(instance))

    def record_deleted(
        self, sender: type[models.Model], instance: models.Model, **_kwargs: Any
    ) -> None:
        """Note the documents that a deleted row belonged to."""
        _words_changed(sender)
        if is_watched(sender):
            _note(targets_of(instance))

    def relation_changed(
        self,
        instance: Any,
        action: str,
        reverse: bool = False,
        pk_set: set[int] | None = None,
        **kwargs: Any,
    ) -> None:
        """Note both sides of a changed many-to-many relation as far as they are indexed."""
        if action not in _AFTER_CHANGE:
            return
        if is_watched(type(instance)):
            _note(targets_of(instance))
        other = kwargs["model"]._meta.label_lower
        if reverse and other in INDEXED:
            _note((other, pk) for pk in pk_set or ())


def _words_changed(sender: type[models.Model]) -> None:
    if sender._meta.label_lower in _WORD_MODELS:
        from kb.search.vocabulary import forget_synonyms

        forget_synonyms()


def _note(targets: Iterable[Target]) -> None:
    from kb.search import outbox

    outbox.mark_targets(targets)
