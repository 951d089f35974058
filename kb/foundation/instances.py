"""Instances of models from rows of the database, in a fraction of the steps that Django takes.

A page makes hundreds. Django sets each field by its descriptor and tells two signals of each instance, which
takes longer than the query; here the fields of a plain model are put where their descriptors look for them.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.files import FileDescriptor, ImageFileDescriptor
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import (  # noqa: TID251 (asks whether anybody listens)
    post_init,
    pre_init,
)

Make = Callable[[Sequence[Any]], Any]
# They keep a loaded value under the field's name in the instance and nowhere else.
_PLAIN = {DeferredAttribute, ForeignKeyDeferredAttribute, FileDescriptor, ImageFileDescriptor}


def maker(model: type[Model], names: Sequence[str]) -> Make:
    """What makes an instance of the values of these fields; the others are deferred."""
    names = tuple(names)
    if not _is_plain(model, names):
        return lambda values: model.from_db(DEFAULT_DB_ALIAS, names, values)

    def make(values: Sequence[Any]) -> Any:
        record = object.__new__(model)
        state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        record.__dict__["_state"] = state
        record.__dict__.update(zip(names, values, strict=True))
        return record

    return make


def _is_plain(model: type[Model], names: Sequence[str]) -> bool:
    """Whether Django would do nothing but set these fields."""
    return (
        "__init__" not in _defined(model)
        and "from_db" not in _defined(model)
        and not (pre_init.has_listeners(model) or post_init.has_listeners(model))
        and all(type(inspect.getattr_static(model, name)) in _PLAIN for name in names)
    )


def _defined(model: type[Model]) -> set[str]:
    """What the model and its parents below Django's own define."""
    parents = model.__mro__[: model.__mro__.index(Model)]
    return {name for parent in parents for name in parent.__dict__}
