"""A form that creates a record creates it once, however often it is sent."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from django.db import transaction
from django.http import HttpRequest

from kb.foundation.models import IdempotencyKey

FIELD = "form_key"
# Beside the content: the token, the key, and the script's word that the browser keeps the text.
NOT_CONTENT = frozenset({"csrfmiddlewaretoken", FIELD, "kept_here"})


class HasAddress(Protocol):
    """A record with a page of its own."""

    def get_absolute_url(self) -> str:
        """Where it is read."""
        ...


def new_form_key() -> str:
    """A fresh value for the hidden field ``form_key`` of a form that creates something."""
    return str(uuid.uuid4())


def form_key_of(request: HttpRequest) -> str:
    """The value for a form that is shown again: the one it was sent with, so that it stays the same
    form; a fresh one for a form that is opened."""
    return request.POST.get(FIELD) or new_form_key()


def key_of(request: HttpRequest) -> uuid.UUID:
    """The key of a sent form: the same form with the same content has the same key.

    The content takes part, so that somebody who goes back, writes on and sends again loses
    nothing. A form without a valid key counts as new each time.
    """
    try:
        form_key = uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return uuid.uuid4()
    digest = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        if name not in NOT_CONTENT:
            digest.update(repr((name, values)).encode("utf-8", "replace"))
    return uuid.uuid5(form_key, digest.hexdigest())


@transaction.atomic
def create_once(key: uuid.UUID, *, by: Any, create: Callable[[], HasAddress]) -> str:
    """The address of the record that this key made: now, or when the form came the first time.

    A form that comes twice at the same moment waits for its twin in the database.
    """
    row, is_new = IdempotencyKey.objects.get_or_create(key=key, defaults={"person": by})
    if is_new or row.person_id != by.pk or not row.url:
        row.url = create().get_absolute_url()
        row.save(update_fields=["url"])
    return row.url


def made_before(key: uuid.UUID, *, by: Any) -> str:
    """The address of the record that this very form made before; empty the first time.

    Ask it before validating a form whose own record would now make it invalid, such as a number
    that may be taken once.
    """
    row = IdempotencyKey.objects.filter(key=key, person=by).first()
    return row.url if row else ""
