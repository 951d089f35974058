"""Tokens: made once, kept as a digest, ended with the person who holds them."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kb.api.models import ApiToken
from people.models import Person

_TOKEN_BYTES = 32
# The time of use is kept to the hour, so that reading by the API does not write all the time.
_USE_NOTED_EVERY = timedelta(hours=1)


def digest_of(token: str) -> str:
    """The SHA-256 of a token in hexadecimal: all that we keep."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def create_token(person: Person, *, name: str = "") -> str:
    """A new token for a person; the text is given here once and never again."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    ApiToken.objects.create(person=person, name=name[:100], digest=digest_of(token))
    return token


@transaction.atomic
def revoke_token(token: ApiToken) -> ApiToken:
    """The token, ended now; ending it twice changes nothing."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
    return token


def token_of(text: str) -> ApiToken | None:
    """The valid token behind the text; None for unknown and revoked ones and those of leavers."""
    token = (
        ApiToken.objects.select_related("person")
        .filter(digest=digest_of(text), revoked_at__isnull=True, person__is_active=True)
        .first()
    )
    if token is not None:
        _note_use(token)
    return token


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
